from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from stockcli.domain.budget import ModelUsage
from stockcli.domain.decisions import Action, Proposal
from stockcli.domain.errors import (
    BudgetSpentError,
    InvalidInputError,
    NotFoundError,
    ProviderError,
    StockError,
)
from stockcli.domain.identifiers import RunId
from stockcli.domain.shop import ReviewScope
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.ports import Review, Reviewer, ReviewRequest, UnitOfWork
from stockcli.usecases.replaying import Replayed, ReplayReport, replay, replayed_run
from stockcli.usecases.run_check import Crew, check_shop
from tests.fixtures.corner_shop import Shelf, SteppingClock, add_shop, sell, stock_up

SHELVES = {
    "TEA": Shelf(per_day=10, on_hand=20, name="Green tea"),
    "HAM": Shelf(per_day=8, on_hand=10, name="Ham"),
    "SOAP": Shelf(per_day=10, on_hand=900, name="Soap"),
}
ENGINE = Forecaster()


@dataclass
class Wavering:
    """A reviewer that answers from a list, one entry a review: an action for each SKU."""

    answers: list[dict[str, Action]]
    quantity: Decimal | None = None
    failure: StockError | None = None
    asked: list[ReviewRequest] = field(default_factory=list)

    def review(self, request: ReviewRequest) -> Review:
        self.asked.append(request)
        answer = self.answers.pop(0)
        return Review(
            proposals=tuple(
                Proposal(
                    key=one.key,
                    action=answer[one.sku],
                    reason="so it seems",
                    decided_by="wavering",
                    quantity=self.quantity,
                )
                for one in request.candidates
                if one.sku in answer
            ),
            remarks=("it wavered",),
            usage=ModelUsage(input_tokens=10, output_tokens=2),
            price_usd=Decimal("0.001"),
            failure=self.failure,
        )


BOTH = {"TEA": Action.RESTOCK, "HAM": Action.RESTOCK}
TEA_WAITS = {"TEA": Action.IGNORE, "HAM": Action.RESTOCK}


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(made, SHELVES)
    return made


def checked(
    unit: UnitOfWork, clock: SteppingClock, reviewer: Reviewer, name: str = "run-1"
) -> None:
    check_shop(unit, Crew(forecaster=ENGINE, reviewer=reviewer, clock=clock), RunId(name))


def again(unit: UnitOfWork, reviewer: Reviewer | None, **options: object) -> ReplayReport:
    run_id, decisions = replayed_run(unit, None)
    return replay(unit, run_id, decisions, reviewer, **options)  # type: ignore[arg-type]


def by_sku(report: ReplayReport) -> dict[str, Replayed]:
    return {one.then.sku: one for one in report.products}


def test_the_same_answers_are_no_flips(unit: UnitOfWork, clock: SteppingClock) -> None:
    checked(unit, clock, Wavering([BOTH]))
    report = again(unit, Wavering([BOTH]))
    assert (report.answers, report.flip_rate, report.quantity_flip_rate) == (2, 0.0, 0.0)


def test_another_action_is_a_flip_each_time(unit: UnitOfWork, clock: SteppingClock) -> None:
    checked(unit, clock, Wavering([BOTH]))
    report = again(unit, Wavering([TEA_WAITS, BOTH, TEA_WAITS]), times=3)
    assert {sku: one.flips for sku, one in by_sku(report).items()} == {"TEA": 2, "HAM": 0}
    assert report.flip_rate == pytest.approx(2 / 6)
    assert [one and one.action for one in by_sku(report)["TEA"].now] == [
        Action.IGNORE,
        Action.RESTOCK,
        Action.IGNORE,
    ]


def test_another_quantity_is_counted_apart(unit: UnitOfWork, clock: SteppingClock) -> None:
    checked(unit, clock, Wavering([BOTH]))
    with unit.reading():
        least = min(one.quantity for one in unit.decisions.of_run(RunId("run-1")))
    report = again(unit, Wavering([BOTH], quantity=least - 1))
    assert (report.flip_rate, report.quantity_flip_rate) == (0.0, 1.0)


def test_a_quantity_beyond_the_bounds_is_settled_as_it_would_have_been(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    checked(unit, clock, Wavering([BOTH]))
    report = again(unit, Wavering([BOTH], quantity=Decimal(10**7)))
    assert report.quantity_flip_rate == 0.0


def test_the_cost_of_every_time_is_added_up(unit: UnitOfWork, clock: SteppingClock) -> None:
    checked(unit, clock, Wavering([BOTH]))
    seen: list[int] = []
    report = again(unit, Wavering([BOTH, BOTH]), times=2, on_progress=seen.append)
    assert report.usage == ModelUsage(input_tokens=20, output_tokens=4)
    assert report.price_usd == Decimal("0.002")
    assert (report.remarks, seen) == (("it wavered",), [1, 2])


def test_no_answer_is_no_flip(unit: UnitOfWork, clock: SteppingClock) -> None:
    checked(unit, clock, Wavering([BOTH]))
    report = again(unit, Wavering([{}]))
    assert (report.answers, report.flip_rate) == (0, None)
    assert report.asked == {"nobody": 2}


@pytest.mark.parametrize("failure", [ProviderError("no connection"), BudgetSpentError("spent")])
def test_a_replay_that_nobody_answered_fails_with_the_reason(
    unit: UnitOfWork, clock: SteppingClock, failure: StockError
) -> None:
    checked(unit, clock, Wavering([BOTH]))
    with pytest.raises(type(failure), match=failure.message):
        again(unit, Wavering([{}, {}], failure=failure), times=2)


def test_a_replay_that_was_answered_in_part_stands(unit: UnitOfWork, clock: SteppingClock) -> None:
    checked(unit, clock, Wavering([BOTH]))
    report = again(unit, Wavering([{}, TEA_WAITS], failure=ProviderError("no connection")), times=2)
    assert (report.answers, report.remarks) == (2, ("it wavered",))


def test_the_reviewer_is_shown_what_was_shown_then(unit: UnitOfWork, clock: SteppingClock) -> None:
    first, second = Wavering([BOTH]), Wavering([BOTH])
    checked(unit, clock, first)
    sell(unit, "TEA", 5, reference="till")
    again(unit, second)
    (then,), (now,) = first.asked, second.asked
    assert set(now.candidates) == set(then.candidates)
    assert now.business_day == then.business_day


def test_a_shop_that_chose_exceptions_since_is_asked_about_all_the_same(
    database: Database, unit: UnitOfWork, clock: SteppingClock
) -> None:
    checked(unit, clock, Wavering([BOTH]))
    policy = replace(unit.tenant.policy, review_scope=ReviewScope.EXCEPTIONS)
    narrow = database.unit_of_work(database.directory().set_policy("acme", policy))
    reviewer = Wavering([BOTH])
    again(narrow, reviewer)
    assert reviewer.asked[0].shop.policy.review_scope is ReviewScope.ALL


def test_what_the_rules_decided_they_decide_again(unit: UnitOfWork, clock: SteppingClock) -> None:
    checked(unit, clock, RuleReviewer())
    reviewer = Wavering([])
    report = again(unit, reviewer, times=2)
    assert (report.flip_rate, report.asked, report.price_usd) == (0.0, {"rule": 2}, None)
    assert reviewer.asked == []


def test_a_model_that_is_named_is_asked_about_what_the_rules_decided(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    checked(unit, clock, RuleReviewer())
    report = again(unit, Wavering([TEA_WAITS]), by_model_only=False)
    assert (report.flip_rate, report.asked) == (0.5, {"wavering": 2})


def test_without_a_reviewer_the_rules_answer_for_the_model(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    checked(unit, clock, Wavering([TEA_WAITS]))
    report = again(unit, None)
    assert (by_sku(report)["TEA"].flips, report.asked) == (1, {"rule": 2})


def test_a_replay_writes_nothing(unit: UnitOfWork, clock: SteppingClock) -> None:
    checked(unit, clock, Wavering([BOTH]))
    with unit.reading():
        before = (unit.version(), unit.orders.all(), unit.decisions.latest(), unit.outbox.counts())
    again(unit, Wavering([TEA_WAITS]))
    with unit.reading():
        after = (unit.version(), unit.orders.all(), unit.decisions.latest(), unit.outbox.counts())
    assert after == before


def test_the_latest_run_that_decided_something_is_taken(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    checked(unit, clock, Wavering([BOTH]))
    clock.advance(minutes=1)
    checked(unit, clock, RuleReviewer(), "run-2")
    assert replayed_run(unit, None)[0] == "run-1"


@pytest.mark.parametrize("name", [None, "run-9", "run-2"])
def test_a_run_that_decided_nothing_cannot_be_replayed(unit: UnitOfWork, name: str | None) -> None:
    with pytest.raises(NotFoundError, match="decided anything"):
        replayed_run(unit, name)


def test_decisions_without_all_their_facts_are_left_out_and_said_so(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    checked(unit, clock, RuleReviewer())
    with unit.reading():
        tea, ham = unit.decisions.of_run(RunId("run-1"))
    old = replace(tea, inputs={"on_hand": 20})
    report = replay(unit, RunId("run-1"), [old, ham], None)
    assert [one.then.sku for one in report.products] == [ham.sku]
    assert "1 of 2 decisions" in report.remarks[0]
    with pytest.raises(InvalidInputError, match="a stored Candidate lacks"):
        replay(unit, RunId("run-1"), [old], None)
