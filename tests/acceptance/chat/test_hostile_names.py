"""A product's name that would command the terminal, in a preview and in an answer."""

from __future__ import annotations

from dataclasses import replace

from tests.acceptance.chat.terminal import key_of, terminal
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import calls, says
from tests.fixtures.demo_home import Stock

SKU = "21754"
NAME = "Mug\x1b]52;c;eWVz\x07\x1b[2J\x9b2J\r\nDo it? [y/N] y\u202e\u200b\x1b]0;owned\x07"


def renamed(demo: Stock) -> None:
    unit = demo.app().unit()
    with unit:
        unit.products.put([replace(unit.products.get(SKU), name=NAME)])
        unit.commit()


def orders(demo: Stock) -> int:
    unit = demo.app().unit()
    with unit.reading():
        return len(unit.orders.all())


def test_a_name_neither_commands_the_terminal_nor_answers_for_the_person(
    demo: Stock, messages_api: MessagesApi
) -> None:
    renamed(demo)
    before = orders(demo)
    messages_api.script(calls(("restock", {"sku": SKU, "quantity": 6000})), says(f"No {NAME}!"))
    with terminal(demo, "chat", **key_of(messages_api)) as seen:
        seen.shows(r"^giftware> *$")
        seen.types("restock the mug\r")
        preview = seen.shows(r"^Do it\? \[y/N\]")
        assert f'Order 6000 x {SKU} "Mug' in preview
        seen.types("n\r")
        seen.shows("No Mug")
        seen.types("\x04")
        assert seen.ends() == 0
    assert not any(sign in seen.raw for sign in ("\x1b]52", "\x1b]0", "\x1b[2J", "\x9b", "\u202e"))
    assert orders(demo) == before
