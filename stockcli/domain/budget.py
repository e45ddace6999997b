"""What the language model may cost: reserved before a call, settled after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, Decimal

from stockcli.domain.errors import BudgetSpentError

MILLIONTH = Decimal("0.000001")
"""A call of a small model costs little more."""
HINT = "ask your operator, who raises it with `stock tenant set SHOP --model-budget USD`"


@dataclass(frozen=True, kw_only=True)
class ModelUsage:
    """Tokens of one call, each kind counted on its own."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_tokens: int = 0
    cache_read_tokens: int = 0

    @property
    def prompt_tokens(self) -> int:
        """Return all that was read, from the cache or not."""
        return self.input_tokens + self.cache_write_tokens + self.cache_read_tokens

    def __add__(self, other: ModelUsage) -> ModelUsage:
        """Return both together."""
        return ModelUsage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
        )


@dataclass(frozen=True, kw_only=True)
class ModelCall:
    """One booked call: what it was for, and what it cost in US dollars."""

    purpose: str
    model: str
    usage: ModelUsage
    price_usd: Decimal


@dataclass(frozen=True, kw_only=True)
class UsageLine:
    """The calls of one day, purpose and model together.

    Attributes:
        day: on which they were made, UTC.
        calls: how many, the unsettled ones among them.
        price_usd: of those that were settled.
        unsettled_usd: the estimates of the others: under way, in a batch, or never heard of again.
    """

    day: date
    purpose: str
    model: str
    calls: int
    usage: ModelUsage
    price_usd: Decimal
    unsettled_usd: Decimal

    @property
    def spent_usd(self) -> Decimal:
        """Return what the budget is charged: prices where they are known, estimates elsewhere."""
        return self.price_usd + self.unsettled_usd


def month_start(now: datetime) -> datetime:
    """Return the first instant of the calendar month, UTC."""
    return now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month_start(now: datetime) -> datetime:
    """Return the first instant of the following calendar month, UTC."""
    first = month_start(now)
    if first.month == 12:  # noqa: PLR2004 - December
        return first.replace(year=first.year + 1, month=1)
    return first.replace(month=first.month + 1)


def check_budget(spent_usd: Decimal, budget_usd: Decimal, estimate_usd: Decimal) -> None:
    """Pass if the month's budget has room for a call.

    Raises:
        BudgetSpentError: it has not.
    """
    if spent_usd + estimate_usd > budget_usd:
        told = "is spent" if spent_usd >= budget_usd else "has too little left for this call"
        message = (
            f"this month's language-model budget of {budget_usd:f} USD {told} "
            f"({_exact(spent_usd)} USD used; the call may cost {_exact(estimate_usd)})"
        )
        raise BudgetSpentError(message, HINT)


def _exact(dollars: Decimal) -> str:
    return f"{dollars.quantize(MILLIONTH, ROUND_CEILING):f}"
