from __future__ import annotations

import pytest

from stockcli.agent.chat.conversations import Exchange, Step, exchanges
from stockcli.agent.chat.undoing import lasting_effects
from stockcli.agent.loop import INTERRUPTED
from stockcli.agent.providers.base import Message, asked
from stockcli.agent.tools.toolbox import DECLINED, DRY_RUN, REPEATED


def after(*steps: Step) -> Exchange:
    return Exchange(question="do it", steps=steps, answer="Done.")


@pytest.mark.parametrize(
    ("name", "arguments", "result", "command"),
    [
        ("restock", {"sku": "A"}, "done: order PO-00041, 12 units", "stock orders cancel PO-00041"),
        ("set_minimum", {"sku": '"a"'}, "done: the minimum", "stock minimum clear A`"),
        (
            "set_minimum",
            {"sku": "A", "location": "BACK"},
            "done: the minimum",
            "stock minimum clear A --location BACK",
        ),
        ("clear_minimum", {"sku": "A"}, "done: gone", "stock minimum set A UNITS"),
        ("snooze", {"sku": "A B"}, "done: left alone", "stock snooze 'A B' --off"),
        ("receive_order", {"number": "PO-7"}, "done: goods of order PO-7", "stock count"),
        ("change_order", {"order": "PO-7"}, "done: order PO-7: 2 x A", "stock orders show PO-7"),
        ("notify_manager", {"subject": "x"}, "done: the message", "cannot be taken back"),
    ],
)
def test_what_was_done_names_the_command_that_reverses_it(
    name: str, arguments: dict[str, str], result: str, command: str
) -> None:
    [one] = lasting_effects(after(Step(name=name, arguments=arguments, result=result)))
    assert command in one.how
    assert one.is_certain


@pytest.mark.parametrize("result", [DECLINED, f"{DRY_RUN}; it would have been: x", "no such SKU"])
def test_what_was_not_done_leaves_nothing(result: str) -> None:
    assert lasting_effects(after(Step(name="restock", arguments={}, result=result))) == []


def test_what_was_done_once_is_named_once() -> None:
    order = Step(name="restock", arguments={"sku": "A"}, result="done: order PO-1, 2 units")
    again = Step(name="restock", arguments={"sku": "A"}, result=f"{order.result} {REPEATED}")
    assert len(lasting_effects(after(order, again))) == 1


def test_what_was_interrupted_may_have_been_done() -> None:
    cut = Step(name="restock", arguments={}, result=INTERRUPTED, is_error=True)
    [one] = lasting_effects(after(cut))
    assert not one.is_certain


def test_a_conversation_is_read_as_questions_steps_and_answers() -> None:
    call = {"type": "tool_use", "id": "c1", "name": "stock_of", "input": {"sku": "A"}}
    result = {"type": "tool_result", "tool_use_id": "c1", "content": "8"}
    messages: list[Message] = [
        asked("<shop>stock as of today</shop>\nhow many?"),
        {"role": "assistant", "content": [{"type": "text", "text": "I look."}, call]},
        {"role": "user", "content": [result]},
        {"role": "assistant", "content": [{"type": "text", "text": "8."}]},
        asked("and now?"),
    ]
    first, second = exchanges(messages)
    assert (first.question, first.answer) == ("how many?", "I look.\n\n8.")
    assert first.steps == (Step(name="stock_of", arguments={"sku": "A"}, result="8"),)
    assert (second.question, second.answer) == ("and now?", "")
