from __future__ import annotations

from typing import Any

from stockcli.agent.providers.base import Stop, ToolCall, Turn, TurnRequest
from stockcli.usecases.alerting import latest_alerts
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.talking import Person


class Eager:
    """A model that calls one tool over and over, so many times a turn."""

    model = "eager"
    costs_money = False

    def __init__(self, name: str, calls_per_turn: int, turns: int) -> None:
        self._name = name
        self._calls_per_turn = calls_per_turn
        self._turns_left = turns
        self.told: list[dict[str, Any]] = []

    def turn(self, request: TurnRequest, on_text: object, on_usage: object) -> Turn:
        self.told = request.messages[-1]["content"]
        self._turns_left -= 1
        if self._turns_left < 0:
            done: dict[str, Any] = {"role": "assistant", "content": [{"type": "text", "text": "."}]}
            return Turn(message=done, text=".", stop=Stop.DONE)
        calls = tuple(self._call(number) for number in range(self._calls_per_turn))
        said = [{"type": "tool_use", "id": c.id, "name": c.name, "input": {}} for c in calls]
        message = {"role": "assistant", "content": said}
        return Turn(message=message, text="", stop=Stop.TOOLS, calls=calls)

    def _call(self, number: int) -> ToolCall:
        arguments = {
            "notify_manager": {"subject": f"No. {self._turns_left}-{number}", "text": "Look!"},
            "stock_of": {"sku": "MILK"},
        }[self._name]
        return ToolCall(id=f"c{number}", name=self._name, arguments=arguments)


def eager_person(unit: UnitOfWork, clock: SteppingClock, provider: Eager) -> Person:
    person = Person(unit=unit, clock=clock, provider=provider)
    person.asks("go")
    return person


def test_two_thousand_writes_of_one_question_have_ten_effects(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    model = Eager("notify_manager", calls_per_turn=2000, turns=1)
    person = eager_person(unit, clock, model)
    assert len(person.was_asked) == 10
    assert len(latest_alerts(unit, limit=2000)) == 10
    assert "may change 10 things at most" in model.told[10]["content"]
    assert all(one["is_error"] for one in model.told[10:])


def test_writes_are_counted_over_all_turns_of_a_question(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    model = Eager("notify_manager", calls_per_turn=6, turns=3)
    assert len(eager_person(unit, clock, model).was_asked) == 10


def test_the_next_question_may_write_again(unit: UnitOfWork, clock: SteppingClock) -> None:
    model = Eager("notify_manager", calls_per_turn=12, turns=1)
    person = eager_person(unit, clock, model)
    model._turns_left = 1
    person.asks("go on")
    assert len(person.was_asked) == 20


def test_calls_of_one_turn_beyond_forty_are_refused(unit: UnitOfWork, clock: SteppingClock) -> None:
    model = Eager("stock_of", calls_per_turn=50, turns=1)
    eager_person(unit, clock, model)
    assert "is_error" not in model.told[39]
    assert "40 at most" in model.told[40]["content"]
