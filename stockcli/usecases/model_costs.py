"""What the language model costs a shop: the month so far, and line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from stockcli.domain.allowance import Kind
from stockcli.domain.budget import (
    ModelCall,
    ModelUsage,
    UsageLine,
    check_budget,
    month_start,
)
from stockcli.domain.errors import NotAllowedError
from stockcli.domain.model_limits import budget_reached
from stockcli.usecases.ports import UnitOfWork

__all__ = [
    "MonthCost",
    "UsageLine",
    "UsageSum",
    "ensure_still_within_budget",
    "grouped",
    "month_cost",
    "reserve_call",
    "together",
    "usage_lines",
]


@dataclass(frozen=True, kw_only=True)
class MonthCost:
    """The calendar month so far, UTC, in US dollars.

    Attributes:
        spent_usd: settled calls at their price, the others at the most they can cost.
    """

    spent_usd: Decimal
    budget_usd: Decimal

    @property
    def left_usd(self) -> Decimal:
        """Return what may still be spent; never below zero."""
        return max(Decimal(0), self.budget_usd - self.spent_usd)


@dataclass(frozen=True, kw_only=True)
class UsageSum:
    """Several lines together; prices in US dollars, as in the lines."""

    calls: int = 0
    usage: ModelUsage = field(default_factory=ModelUsage)
    price_usd: Decimal = Decimal(0)
    unsettled_usd: Decimal = Decimal(0)

    @property
    def spent_usd(self) -> Decimal:
        """Return what the budget is charged."""
        return self.price_usd + self.unsettled_usd

    def plus(self, line: UsageLine) -> UsageSum:
        """Return the sum with one more line in it."""
        return UsageSum(
            calls=self.calls + line.calls,
            usage=self.usage + line.usage,
            price_usd=self.price_usd + line.price_usd,
            unsettled_usd=self.unsettled_usd + line.unsettled_usd,
        )


def month_cost(unit: UnitOfWork, now: datetime) -> MonthCost:
    """Return what the month that now lies in has cost so far, in a transaction of its own."""
    with unit.reading():
        spent = unit.model_calls.spent_usd(month_start(now))
    return MonthCost(spent_usd=spent, budget_usd=unit.tenant.policy.model_budget_usd)


def usage_lines(unit: UnitOfWork, since: datetime, until: datetime) -> list[UsageLine]:
    """Return the calls from since to just before until, by day, purpose and model.

    A call that was never settled (its process was killed) is kept at its estimate for good:
    whether the service charged it is not known, and a budget errs on the dear side.
    """
    with unit.reading():
        return unit.model_calls.usage(since, until)


def together(lines: Iterable[UsageLine]) -> UsageSum:
    """Return the sum of the lines."""
    total = UsageSum()
    for line in lines:
        total = total.plus(line)
    return total


def grouped(
    lines: Iterable[UsageLine], names: Sequence[str]
) -> dict[tuple[date | str, ...], UsageSum]:
    """Return the sums of the lines that share these attributes, in their order.

    Args:
        names: of "day", "purpose" and "model".
    """
    sums: dict[tuple[date | str, ...], UsageSum] = {}
    for line in lines:
        key = tuple(getattr(line, name) for name in names)
        sums[key] = sums.get(key, UsageSum()).plus(line)
    return dict(sorted(sums.items()))


def reserve_call(
    unit: UnitOfWork,
    *,
    purpose: str,
    model: str,
    estimate_usd: Decimal,
    now: datetime,
    run_id: str = "",
) -> int:
    """Book the most a call can cost, in the open unit of work; return the reservation.

    Writing units of one shop run one after the other, so what was read here still holds when
    the reservation is committed: two callers never share the last cent.

    Raises:
        NotAllowedError: the shop switched the language model off.
        BudgetSpentError: the month's budget has no room for the call, or all shops' budget.
        RateLimitedError: the token asked too often within an hour.
    """
    policy = unit.tenant.policy
    if not policy.agent_enabled:
        message = "the language model is switched off for this shop"
        raise NotAllowedError(message, "`--model rules`, or `/model rules`, asks none")
    spent = unit.model_calls.spent_usd(month_start(now))
    check_budget(spent, policy.model_budget_usd, estimate_usd)
    unit.allowances.take(Kind.MODEL_CALL)
    reservation_id = unit.model_calls.reserve(purpose, model, estimate_usd, now, run_id=run_id)
    if reached := unit.model_calls.budget_reached():
        raise budget_reached(reached)
    return reservation_id


def ensure_still_within_budget(
    unit: UnitOfWork, reservation_id: int, *, purpose: str, model: str
) -> None:
    """Pass if a reservation that was committed a moment ago is within all shops' budget.

    Shops do not wait for each other: two that reserved at once did not see each other's call. Now
    the later of them sees both, so that all calls that pass here fit the budget together.

    Raises:
        BudgetSpentError: it is not; the call is booked as one that cost nothing.
    """
    with unit.reading():
        reached = unit.model_calls.budget_reached()
    if reached is None:
        return
    with unit:
        unmade = ModelCall(purpose=purpose, model=model, usage=ModelUsage(), price_usd=Decimal(0))
        unit.model_calls.settle(reservation_id, unmade)
        unit.commit()
    raise budget_reached(reached)
