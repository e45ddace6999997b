"""Claude decides about the products below their reorder point; it proposes, nothing more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stockcli.agent.costs.metering import BudgetMeter
from stockcli.agent.costs.price_files import published_prices
from stockcli.agent.costs.pricing import PriceList
from stockcli.agent.loop import AgentLoop, Limits
from stockcli.agent.prompts import REVIEW
from stockcli.agent.providers.base import Provider, Turn, TurnRequest, asked
from stockcli.agent.review.desk import ReviewDesk
from stockcli.agent.review.remarks import clear_cases, decided_by_rule, how_it_ended, left_out_cases
from stockcli.agent.review.table import question
from stockcli.agent.tools.toolbox import Toolbox, tool
from stockcli.domain.decisions import Candidate
from stockcli.domain.errors import StockError
from stockcli.domain.exceptional import why_exceptional
from stockcli.domain.shop import ReviewScope
from stockcli.domain.sourcing import Autonomy
from stockcli.usecases.ports import Clock, Review, ReviewRequest, UnitOfWork

MOST_CANDIDATES = 80
"""More than a model decides on with care; the others are left to the rules."""


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


class ReviewTask:
    """What one review asks a model, and what it answered: in a conversation or in one turn.

    Args:
        request: what is low.
        unit: of the shop under review, to look closer.
        model: signs the proposals.
        limits: how far the review may go.
        in_one_turn: there is no second turn, so no tool that only looks is offered.
    """

    def __init__(
        self,
        request: ReviewRequest,
        unit: UnitOfWork,
        model: str,
        limits: ReviewLimits | None = None,
        *,
        in_one_turn: bool = False,
    ) -> None:
        """Lay on the desk what a model is to decide, the dearest of it; ask nothing yet."""
        limits = limits or ReviewLimits()
        self._request = request
        self._wanted = for_a_model(request)
        self._shown = dearest(self._wanted, limits.candidates)
        self.desk = ReviewDesk(self._shown, unit, request.business_day, model)
        self.toolbox = Toolbox(tool(each) for each in _functions(self.desk, in_one_turn))
        self.limits = limits.of_conversation(len(self._shown))

    @property
    def shown(self) -> tuple[Candidate, ...]:
        """Return what the model is asked about."""
        return self._shown

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to ask about."""
        return not self._shown

    @property
    def first_turn(self) -> TurnRequest:
        """Return the whole first request: what never varies first, the shop's table last."""
        return TurnRequest(
            system=REVIEW,
            tools=self.toolbox.specs,
            messages=(asked(question(self._shown, self._request)),),
            max_output_tokens=self.limits.max_output_tokens,
            nobody_waits=self.limits.nobody_waits,
        )

    def take(self, turn: Turn) -> Review:
        """Put the calls of one whole reply on the desk, and return what came of them.

        Calls that make no sense are passed over; what is left undecided is told in a remark.
        The review carries the reply's usage, and no price: who paid knows it.
        """
        for call in turn.calls[: self.limits.calls_per_turn]:
            self.toolbox.run(call)
        return Review(
            proposals=self.desk.proposals,
            remarks=self.remarks(self._ending(turn)),
            usage=turn.usage,
        )

    def remarks(self, ending: str) -> tuple[str, ...]:
        """Return what is to be said of the review; an empty ending says nothing."""
        clear = clear_cases(len(self._request.candidates) - len(self._wanted))
        left_out = left_out_cases(len(self._wanted) - len(self._shown))
        return tuple(remark for remark in (clear, left_out, ending) if remark)

    def _ending(self, turn: Turn) -> str:
        return how_it_ended(turn, self.desk.undecided)


def _functions(desk: ReviewDesk, in_one_turn: bool) -> tuple[Callable[..., str], ...]:  # noqa: FBT001
    # Most shops have one location: what cannot be done there need not be read, and paid for.
    transfer = (desk.transfer,) if desk.offers_transfers else ()
    decisions = (desk.restock, *transfer, desk.ignore, desk.notify_manager)
    return decisions if in_one_turn else (desk.check_stock, *decisions)


class ModelReviewer:
    """Asks a language model, in one conversation per shop and run.

    Args:
        provider: who answers.
        unit: of the shop under review; the calls are booked on it.
        clock: dates the booking.
        limits: how far a review may go.
        purpose: what the calls are booked as.
        prices: what models cost; None takes the published ones.
    """

    def __init__(
        self,
        provider: Provider,
        unit: UnitOfWork,
        clock: Clock,
        limits: ReviewLimits | None = None,
        *,
        purpose: str = "review",
        prices: PriceList | None = None,
    ) -> None:
        """Ask nothing yet."""
        self._provider = provider
        self._unit = unit
        self._clock = clock
        self._limits = limits or ReviewLimits()
        self._purpose = purpose
        self._prices = prices or published_prices()

    def review(self, request: ReviewRequest) -> Review:
        """Return what the model proposes, and what it cost; never raises because of it.

        What it decided in whole turns stands, even if a later one failed.
        """
        task = ReviewTask(request, self._unit, self._provider.model, self._limits)
        if task.is_empty:
            return Review(remarks=task.remarks(""))
        meter = BudgetMeter(
            unit=self._unit,
            clock=self._clock,
            model=self._provider.model,
            purpose=self._purpose,
            run_id=request.run_id,
            prices=self._prices,
        )
        failure = None
        try:
            ending = how_it_ended(self._converse(task, meter), task.desk.undecided)
        except StockError as error:
            failure = error
            ending = f"{error.message}; {decided_by_rule(task.desk.undecided)}"
        return Review(
            proposals=task.desk.proposals,
            remarks=task.remarks(ending),
            usage=meter.usage,
            price_usd=meter.price_usd,
            failure=failure,
        )

    def _converse(self, task: ReviewTask, meter: BudgetMeter) -> Turn | None:
        first = task.first_turn
        loop = AgentLoop(
            provider=self._provider,
            toolbox=task.toolbox,
            system=first.system,
            meter=meter,
            limits=task.limits,
        )
        return loop.run(list(first.messages), lambda: task.desk.undecided == 0)


def for_a_model(request: ReviewRequest) -> tuple[Candidate, ...]:
    """Return the candidates a model is to be asked about: all, or what is out of the ordinary.

    Where the manager is only told, there is nothing to decide.
    """
    open_ones = tuple(one for one in request.candidates if one.autonomy is not Autonomy.NOTIFY)
    if request.shop.policy.review_scope is ReviewScope.ALL:
        return open_ones
    return tuple(one for one in open_ones if why_exceptional(one))


def dearest(candidates: tuple[Candidate, ...], most: int) -> tuple[Candidate, ...]:
    """Return the candidates with the most money at risk."""
    ranked = sorted(candidates, key=lambda one: (-one.money_at_risk, one.sku, one.location))
    return tuple(ranked[:most])
