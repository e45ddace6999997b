"""Claude decides about the products below their reorder point; it proposes, nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from stockcli.agent.loop import AgentLoop, Limits
from stockcli.agent.metering import BudgetMeter
from stockcli.agent.pipe_table import pipe_table
from stockcli.agent.prompts import REVIEW
from stockcli.agent.providers.base import Provider, Stop, Turn, asked
from stockcli.agent.quoting import code, quoted
from stockcli.agent.review_desk import ReviewDesk
from stockcli.agent.toolbox import Toolbox, tool
from stockcli.domain.decisions import Candidate, OpenOrder
from stockcli.domain.errors import StockError
from stockcli.domain.quantity import plain
from stockcli.usecases.ports import Clock, Review, ReviewRequest, UnitOfWork

MOST_CANDIDATES = 80
"""More than a model decides on with care; the others are left to the rules."""

_HEADINGS = (
    "sku",
    "name",
    "location",
    "on hand",
    "on order",
    "reserved",
    "position",
    "reorder point",
    "suggested",
    "most",
    "cover days",
    "open orders",
    "at risk",
    "supplier",
)


@dataclass(frozen=True, kw_only=True)
class ReviewLimits:
    """How far a review may go.

    Attributes:
        candidates: most the model is shown; those with the most money at risk come first.
        rounds: turns at most.
    """

    candidates: int = MOST_CANDIDATES
    rounds: int = 6
    resend_delay_seconds: float = 0.5

    def of_conversation(self, shown: int) -> Limits:
        """Return the loop's limits: room to think, and for a call on each product shown."""
        return Limits(
            rounds=self.rounds,
            max_output_tokens=4000 + 200 * shown,
            calls_per_turn=2 * shown + 8,
            resend_delay_seconds=self.resend_delay_seconds,
            nobody_waits=True,
        )


class ModelReviewer:
    """Asks a language model, in one conversation per shop and run.

    Args:
        provider: who answers.
        unit: of the shop under review; the calls are booked on it.
        clock: dates the booking.
        limits: how far a review may go.
    """

    def __init__(
        self,
        provider: Provider,
        unit: UnitOfWork,
        clock: Clock,
        limits: ReviewLimits | None = None,
    ) -> None:
        """Ask nothing yet."""
        self._provider = provider
        self._unit = unit
        self._clock = clock
        self._limits = limits or ReviewLimits()

    def review(self, request: ReviewRequest) -> Review:
        """Return what the model proposes; never raises because of it.

        What it decided in whole turns stands, even if a later one failed.
        """
        shown = dearest(request.candidates, self._limits.candidates)
        if not shown:
            return Review()
        desk = ReviewDesk(shown, self._unit, request.business_day, self._provider.model)
        remarks = [_left_out(len(request.candidates) - len(shown))]
        try:
            last = self._converse(desk, request, shown)
            remarks.append(_how_it_ended(last, desk.undecided))
        except StockError as error:
            remarks.append(f"{error.message}; {_by_rule(desk.undecided)}")
        return Review(
            proposals=desk.proposals, remarks=tuple(remark for remark in remarks if remark)
        )

    def _converse(
        self, desk: ReviewDesk, request: ReviewRequest, shown: tuple[Candidate, ...]
    ) -> Turn | None:
        functions = (desk.check_stock, desk.restock, desk.ignore, desk.notify_manager)
        meter = BudgetMeter(
            unit=self._unit, clock=self._clock, model=self._provider.model, purpose="review"
        )
        loop = AgentLoop(
            provider=self._provider,
            toolbox=Toolbox(tool(function) for function in functions),
            system=REVIEW,
            meter=meter,
            limits=self._limits.of_conversation(len(shown)),
        )
        return loop.run([asked(question(shown, request))], lambda: desk.undecided == 0)


def dearest(candidates: tuple[Candidate, ...], most: int) -> tuple[Candidate, ...]:
    """Return the candidates with the most money at risk."""
    ranked = sorted(candidates, key=lambda one: (-one.money_at_risk, one.sku, one.location))
    return tuple(ranked[:most])


def question(candidates: tuple[Candidate, ...], request: ReviewRequest) -> str:
    """Return the table of what is to be decided, and how to read it."""
    shop = request.shop
    opening = (
        f"Day: {request.business_day}. Money in {code(shop.currency)}. "
        f"A check every {shop.policy.review_period_days} days. "
        f"{len(candidates)} rows; an asterisk marks a minimum set by the manager."
    )
    rows = [_row(candidate, request.business_day) for candidate in candidates]
    return f"{opening}\n\n{pipe_table(_HEADINGS, rows)}"


def _row(one: Candidate, day: date) -> tuple[str, ...]:
    return (
        code(one.sku),
        quoted(one.name),
        code(one.location),
        plain(one.on_hand),
        plain(one.on_order),
        plain(one.reserved),
        plain(one.position),
        f"{plain(one.reorder_point)}{'*' if one.is_manual else ''}",
        plain(one.suggested_quantity),
        plain(one.largest_quantity),
        "-" if one.days_of_cover is None else f"{one.days_of_cover:.0f}",
        ", ".join(_order(order, day) for order in one.open_orders) or "-",
        plain(one.money_at_risk),
        quoted(one.supplier) if one.supplier else "none",
    )


def _order(order: OpenOrder, day: date) -> str:
    late = " (late)" if order.expected_on < day else ""
    return f"{plain(order.quantity)} due {order.expected_on}{late}"


def _left_out(count: int) -> str:
    if count <= 0:
        return ""
    return f"the model was not shown {_products(count)} with less money at risk: decided by rule"


def _how_it_ended(last: Turn | None, undecided: int) -> str:
    if undecided == 0:
        return ""
    if last is None:
        return f"the model used up its turns; {_by_rule(undecided)}"
    said = {
        Stop.REFUSED: "the model refused to go on",
        Stop.CUT: "the model's reply was cut off",
    }.get(last.stop, "the model left some products out")
    return f"{said}; {_by_rule(undecided)}"


def _by_rule(undecided: int) -> str:
    if undecided == 0:
        return "every product had been decided by then"
    return f"{_products(undecided)} decided by rule"


def _products(count: int) -> str:
    return f"{count} product{'' if count == 1 else 's'}"
