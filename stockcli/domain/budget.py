"""What the language model may cost: reserved before a call, settled after it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from stockcli.domain.errors import BudgetSpentError


@dataclass(frozen=True, kw_only=True)
class ModelUsage:
    """Tokens of one call, each kind counted on its own."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_tokens: int = 0
    cache_read_tokens: int = 0

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


def check_budget(spent_usd: Decimal, budget_usd: Decimal, estimate_usd: Decimal) -> None:
    """Pass if the month's budget has room for a call.

    Raises:
        BudgetSpentError: it has not.
    """
    if spent_usd + estimate_usd > budget_usd:
        message = (
            f"this month's language-model budget of {budget_usd} USD is spent "
            f"({spent_usd:.4f} USD used)"
        )
        raise BudgetSpentError(message, "raise it with `stock tenant set --model-budget USD`")
