"""Replaying a run: asked again about the same facts, who decides the same, and who does not?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from stockcli.domain.budget import ModelUsage
from stockcli.domain.decisions import BY_RULE, Action, Candidate, Decision, Proposal, decide_by_rule
from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.domain.identifiers import RunId, StockKey
from stockcli.domain.shop import ReviewScope
from stockcli.usecases.candidate_records import candidate_from_json
from stockcli.usecases.ports import Progress, Review, Reviewer, ReviewRequest, UnitOfWork
from stockcli.usecases.settling import settle

RUNS_LOOKED_AT = 50
NOBODY = "nobody"
"""Who decides where no answer came."""
OLD_INPUTS = "{count} of {all} decisions were stored by an earlier version, without all their facts"


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """One decision of the run, and what it would be now; nothing of it is done.

    Attributes:
        now: one entry a time; None where no answer came.
    """

    then: Decision
    now: tuple[Decision | None, ...]

    @property
    def answers(self) -> int:
        """Return how often an answer came."""
        return sum(one is not None for one in self.now)

    @property
    def flips(self) -> int:
        """Return how many answers are another action."""
        return sum(one is not None and one.action is not self.then.action for one in self.now)

    @property
    def quantity_flips(self) -> int:
        """Return how many answers restock as well, but another quantity."""
        return sum(
            one is not None
            and one.action is self.then.action is Action.RESTOCK
            and one.quantity != self.then.quantity
            for one in self.now
        )


@dataclass(frozen=True, kw_only=True)
class ReplayReport:
    """What came of a replay.

    Attributes:
        asked: who answered this time, by name, and how many products each.
        usage: tokens of all calls.
        price_usd: what they cost, US dollars; None if no model was paid.
    """

    run_id: RunId
    times: int
    products: tuple[Replayed, ...]
    asked: Mapping[str, int]
    usage: ModelUsage
    price_usd: Decimal | None
    remarks: tuple[str, ...] = ()

    @property
    def answers(self) -> int:
        """Return how many answers came in all."""
        return sum(one.answers for one in self.products)

    @property
    def flip_rate(self) -> float | None:
        """Return the share of answers that are another action; None without an answer."""
        return _rate(sum(one.flips for one in self.products), self.answers)

    @property
    def quantity_flip_rate(self) -> float | None:
        """Return the share of answers that restock as before, but another quantity."""
        return _rate(sum(one.quantity_flips for one in self.products), self.answers)


def replayed_run(unit: UnitOfWork, run_id: str | None) -> tuple[RunId, list[Decision]]:
    """Return a run and what it decided; None is the latest run that decided anything.

    Raises:
        NotFoundError: no such run, or it decided nothing.
    """
    with unit.reading():
        runs = (
            [RunId(run_id)] if run_id else [one.run_id for one in unit.runs.latest(RUNS_LOOKED_AT)]
        )
        for run in runs:
            if decisions := unit.decisions.of_run(run):
                return run, decisions
    message = (
        f"no run {run_id[:60]!r} decided anything" if run_id else "no run decided anything yet"
    )
    raise NotFoundError(message, "Tab after `stock replay` offers those that did")


def replay(
    unit: UnitOfWork,
    run_id: RunId,
    decisions: Sequence[Decision],
    reviewer: Reviewer | None,
    *,
    times: int = 1,
    by_model_only: bool = True,
    on_progress: Progress = lambda _: None,
) -> ReplayReport:
    """Decide again on the stored inputs of a run's decisions; nothing is written.

    Args:
        decisions: of the run.
        reviewer: who is asked again; None leaves everything to the rules.
        times: how often.
        by_model_only: what the rules decided, they decide again; the reviewer is asked about
            the rest alone.
        on_progress: told how many times are done.

    Raises:
        InvalidInputError: none of the inputs can be read any more.
        ProviderError: the reviewer was asked, and answered nothing at all.
        BudgetSpentError: likewise, for want of money.
    """
    readable = _readable(decisions)
    to_ask = [
        (then, seen)
        for then, seen in readable
        if reviewer and not (by_model_only and then.decided_by == BY_RULE)
    ]
    rounds, reviews = [], []
    for done in range(times):
        review = _asked_again(unit, run_id, to_ask, reviewer)
        rounds.append(_round(readable, to_ask, review))
        reviews.append(review)
        on_progress(done + 1)
    _ensure_answered(reviews)
    left_out = len(decisions) - len(readable)
    return ReplayReport(
        run_id=run_id,
        times=times,
        products=tuple(
            Replayed(then=then, now=tuple(each[then.key] for each in rounds))
            for then, _ in readable
        ),
        asked=_who_answered(rounds),
        usage=sum((one.usage for one in reviews), ModelUsage()),
        price_usd=_whole_price(reviews),
        remarks=(
            *([OLD_INPUTS.format(count=left_out, all=len(decisions))] if left_out else []),
            *dict.fromkeys(remark for review in reviews for remark in review.remarks),
        ),
    )


def _readable(decisions: Sequence[Decision]) -> list[tuple[Decision, Candidate]]:
    """Return the decisions with the candidates they were made from, where those can be read."""
    found, reason = [], "nothing was decided"
    for decision in decisions:
        try:
            found.append((decision, candidate_from_json(decision.inputs)))
        except InvalidInputError as error:
            reason = error.message
    if not found:
        raise InvalidInputError(f"the run cannot be replayed: {reason}")
    return found


def _asked_again(
    unit: UnitOfWork,
    run_id: RunId,
    to_ask: Sequence[tuple[Decision, Candidate]],
    reviewer: Reviewer | None,
) -> Review:
    if reviewer is None or not to_ask:
        return Review()
    # Whatever the shop chose since: all that a model decided then, it is asked about again.
    policy = replace(unit.tenant.policy, review_scope=ReviewScope.ALL)
    return reviewer.review(
        ReviewRequest(
            shop=replace(unit.tenant, policy=policy),
            business_day=to_ask[0][0].business_day,
            candidates=tuple(seen for _, seen in to_ask),
            run_id=run_id,
        )
    )


def _ensure_answered(reviews: Sequence[Review]) -> None:
    """Pass if an answer came, or at least no failure kept one from coming.

    Raises:
        StockError: what kept every answer from coming.
    """
    failures = [one.failure for one in reviews if one.failure]
    if failures and not any(one.proposals for one in reviews):
        raise failures[-1]


def _round(
    readable: Sequence[tuple[Decision, Candidate]],
    to_ask: Sequence[tuple[Decision, Candidate]],
    review: Review,
) -> dict[StockKey, Decision | None]:
    """Return one round's decisions; a product that was asked about may have no answer."""
    waited_for = {then.key for then, _ in to_ask}
    proposed = {one.key: one for one in review.proposals}

    def now(then: Decision, seen: Candidate) -> Decision | None:
        answer: Proposal | None = proposed.get(then.key)
        if answer is None and then.key not in waited_for:
            answer = decide_by_rule(seen)
        return None if answer is None else settle(seen, answer, then.business_day)

    return {then.key: now(then, seen) for then, seen in readable}


def _who_answered(rounds: Sequence[Mapping[StockKey, Decision | None]]) -> dict[str, int]:
    names: dict[str, set[StockKey]] = {}
    for each in rounds:
        for key, decision in each.items():
            names.setdefault(decision.decided_by if decision else NOBODY, set()).add(key)
    return {name: len(keys) for name, keys in sorted(names.items())}


def _whole_price(reviews: Sequence[Review]) -> Decimal | None:
    prices = [one.price_usd for one in reviews if one.price_usd is not None]
    return sum(prices, Decimal(0)) if prices else None


def _rate(count: int, of: int) -> float | None:
    return count / of if of else None
