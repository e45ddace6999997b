from __future__ import annotations

from stockcli.agent.providers.claude import Claude
from stockcli.agent.review.reviewer import ModelReviewer, ReviewLimits
from stockcli.domain.decisions import Action
from stockcli.domain.identifiers import RunId
from stockcli.forecasting.engine import Forecaster
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import order_rows
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import calls, fails
from tests.fixtures.corner_shop import SteppingClock

LIMITS = ReviewLimits(resend_delay_seconds=0.0)


def check(unit: UnitOfWork, claude: Claude, clock: SteppingClock, name: str) -> CheckReport:
    reviewer = ModelReviewer(claude, unit, clock, LIMITS)
    crew = Crew(forecaster=Forecaster(), reviewer=reviewer, clock=clock)
    return check_shop(unit, crew, RunId(name))


def test_claude_decides_and_the_shop_carries_it_out(
    unit: UnitOfWork, claude: Claude, clock: SteppingClock, messages_api: MessagesApi
) -> None:
    messages_api.script(
        calls(
            ("restock", {"sku": "MILK", "reason": "one day left", "quantity": 150}),
            ("notify_manager", {"sku": "BREAD", "reason": "the baker closes"}),
        )
    )
    report = check(unit, claude, clock, "run-1")
    decided = {one.sku: (one.action, one.decided_by) for one in report.outcome.decisions}
    assert decided == {
        "MILK": (Action.RESTOCK, "claude-haiku-5-5"),
        "BREAD": (Action.NOTIFY, "claude-haiku-5-5"),
    }
    [row] = order_rows(unit)
    assert [(line[0], int(line[2])) for line in row.lines] == [("MILK", 150)]


def test_the_second_check_asks_nothing(
    unit: UnitOfWork, claude: Claude, clock: SteppingClock, messages_api: MessagesApi
) -> None:
    messages_api.script(
        calls(
            ("restock", {"sku": "MILK", "reason": "low"}),
            ("restock", {"sku": "BREAD", "reason": "low"}),
        )
    )
    check(unit, claude, clock, "run-1")
    clock.advance(minutes=5)
    check(unit, claude, clock, "run-2")
    assert len(messages_api.asked) == 1
    assert len(order_rows(unit)) == 1


def test_when_claude_is_away_the_rules_decide_and_it_is_said(
    unit: UnitOfWork, claude: Claude, clock: SteppingClock, messages_api: MessagesApi
) -> None:
    messages_api.answer_with(lambda _: fails(529))
    report = check(unit, claude, clock, "run-1")
    assert {one.decided_by for one in report.outcome.decisions} == {"rule"}
    assert report.remarks == ("Claude is overloaded for now; 2 products decided by rule",)
    assert len(order_rows(unit)) == 1


def test_an_order_beyond_the_bounds_becomes_the_policys(
    unit: UnitOfWork, claude: Claude, clock: SteppingClock, messages_api: MessagesApi
) -> None:
    greedy = ("restock", {"sku": "MILK", "reason": "because", "quantity": 99999})
    messages_api.script(calls(greedy, ("ignore", {"sku": "BREAD", "reason": "holiday"})))
    report = check(unit, claude, clock, "run-1")
    milk = next(one for one in report.outcome.decisions if one.sku == "MILK")
    assert milk.quantity < 200
    assert "99999 was asked for" in milk.reason
