"""`stock chat` in a real terminal, as a manager sees it."""

from __future__ import annotations

import re
import signal
import stat

from tests.acceptance.chat.terminal import terminal
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import Fault, calls, says
from tests.fixtures.demo_home import Stock

PROMPT = r"^giftware> *$"
ANSWER = """\
# Low

The first of **two** paragraphs.

1. first thing

2. second thing

| sku | left |
|---|---|
| 85123A | 4 |

The end."""


def test_manager_asks_is_answered_and_leaves(demo: Stock) -> None:
    with terminal(demo, "chat") as seen:
        assert "it is not Claude" in seen.shows(PROMPT)
        seen.types("what is on order?\r")
        screen = seen.shows("rule-based assistant, not Claude")
        assert "PO-0000" in screen
        assert "on_order" in seen.raw
        seen.types("\x04")
        assert seen.ends() == 0
        assert "stock chat --resume" in seen.text

    history = demo.home / "chat_history-giftware"
    assert "what is on order?" in history.read_text()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_commands_help_without_asking_anybody(demo: Stock) -> None:
    with terminal(demo, "chat") as seen:
        seen.shows(PROMPT)
        seen.types("/help\r")
        assert "Alt-Enter begins a new line" in seen.shows("o que está acabando")
        seen.types("/tools\r")
        assert "low_stock" in seen.shows(r"restock .*asks first")
        seen.types("/dance\r")
        seen.shows("there is no command /dance. /help shows all")
        seen.types("/modl\r")
        seen.shows("did you mean /model")
        seen.types("/clear\r")
        seen.shows("a new conversation")
        seen.types("/exit\r")
        assert seen.ends() == 0


def test_order_is_made_after_a_yes_and_not_after_a_no(demo: Stock) -> None:
    with terminal(demo, "chat") as seen:
        seen.shows(PROMPT)
        seen.types("restock 6000 of 21754\r")
        assert "HOME BUILDING BLOCK" in seen.shows(r"Do it\? \[y/N\]")
        seen.types("n\r")
        assert "declined" not in seen.shows("^Nothing was changed")
        seen.types("set the minimum of 22423 to 31\r")
        seen.shows(r"Set the minimum of 22423 [^\n]* to 31 units(.|\n)*Do it\?")
        seen.types("y\r")
        seen.shows(r"the minimum of 22423 is 31 units")
        seen.types("\x04")
        assert seen.ends() == 0


def test_portuguese_question_is_confirmed_in_portuguese_and_asked_again(demo: Stock) -> None:
    with terminal(demo, "chat") as seen:
        seen.shows(PROMPT)
        seen.types("defina o mínimo de 22423 para 31\r")
        seen.shows(r"Definir o mínimo de 22423(.|\n)*Fazer isto\? \[s/N\]")
        seen.types("talvez\r")
        seen.shows(r"Responda s ou n(.|\n)*Fazer isto\?")
        seen.types("quando chega?\r")
        seen.shows(r"não foi respondido(.|\n)*Fazer isto\?")
        seen.types("Sim, por favor!\r")
        seen.shows(r"o mínimo de 22423 agora é 31 unidades")
        seen.types("\x04")
        assert seen.ends() == 0


def test_control_c_at_the_question_does_nothing_and_goes_on(demo: Stock) -> None:
    with terminal(demo, "chat") as seen:
        seen.shows(PROMPT)
        seen.types("set the minimum of 22423 to 31\r")
        seen.shows(r"Do it\? \[y/N\]")
        seen.types("\x03")
        seen.shows("Not done: nothing was changed(.|\n)*stopped")
        seen.types("/exit\r")
        assert seen.ends() == 0

    assert demo("minimum", "list", "--json").json == []


def test_an_unclear_word_is_asked_about_again_and_then_said_not_to_be_done(demo: Stock) -> None:
    with terminal(demo, "chat") as seen:
        seen.shows(PROMPT)
        seen.types("set the minimum of 22423 to 31\r")
        for asked in range(1, 5):
            seen.shows(rf"(?s)(Do it\? \[y/N\].*){{{asked}}}")
            seen.types("hm\r")
        seen.shows("Not done: nothing was changed")
        seen.types("\x04")
        assert seen.ends() == 0

    assert demo("minimum", "list", "--json").json == []


def test_the_program_says_what_was_done_whatever_the_model_says(
    demo: Stock, messages_api: MessagesApi
) -> None:
    minimum = calls(("set_minimum", {"sku": "22423", "quantity": 31}))
    messages_api.script(minimum, says("Olá."), minimum, says("Olá de novo."))
    key = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": messages_api.url}

    with terminal(demo, "chat", **key) as seen:
        seen.shows(PROMPT)
        seen.types("defina o mínimo de 22423 para 31\r")
        seen.shows(r"Fazer isto\?")
        seen.types("pode sim\r")
        seen.shows("(?s)✓ Feito: o mínimo de 22423 agora é 31 unidades.*Olá")
        seen.types("defina o mínimo de 22423 para 31\r")
        seen.shows(r"(?s)Fazer isto\?.*Fazer isto\?")
        seen.types("n\r")
        screen = seen.shows("(?s)✗ Nada foi alterado.*de novo")
        seen.types("/exit\r")
        seen.ends()

    assert "declined" not in screen


def test_control_c_stops_the_answer_and_not_the_program(
    demo: Stock, messages_api: MessagesApi
) -> None:
    stuck = says("This answer never comes to its end.").going_wrong(Fault.STALL, 5)
    messages_api.script(stuck, says("Here I am."))
    key = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": messages_api.url}

    with terminal(demo, "chat", **key) as seen:
        seen.shows(PROMPT)
        seen.types("count to a million\r")
        seen.shows("This answer")
        seen.types("\x03")
        seen.shows("stopped")
        seen.types("are you there?\r")
        seen.shows("Here I am")
        seen.types("\x03\x04")
        assert seen.ends() == 0


def test_markdown_streams_and_stands_on_the_screen_once(
    demo: Stock, messages_api: MessagesApi
) -> None:
    messages_api.script(says(ANSWER))
    key = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": messages_api.url}

    with terminal(demo, "chat", **key) as seen:
        seen.shows(PROMPT)
        seen.types("what is low?\r")
        screen = seen.shows("The end(.|\n)*USD")
        seen.types("/exit\r")
        seen.ends()

    assert "The first of two paragraphs." in screen
    for once in ("Low", "two paragraphs", "first thing", "second thing", "85123A", "The end"):
        assert screen.count(once) == 1, screen
    assert "**" not in screen


def test_no_colour_at_the_prompt_where_none_is_wanted(demo: Stock) -> None:
    with terminal(demo, "chat", NO_COLOR="1") as seen:
        seen.shows(PROMPT)
        seen.types("/co\t\r")
        seen.shows("This conversation cost nothing")
        seen.types("regenc\t")
        seen.shows("REGENCY TEA PLATE")
        seen.is_told(signal.SIGTERM)
        assert seen.ends() == 143

    assert not re.search(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10\d)[;m]", seen.raw)


def test_no_colour_where_none_is_wanted(demo: Stock, messages_api: MessagesApi) -> None:
    messages_api.script(says(ANSWER))
    key = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": messages_api.url}

    with terminal(demo, "chat", "-m", "what is low?", NO_COLOR="1", **key) as seen:
        assert seen.ends() == 0

    assert "\x1b[3" not in seen.raw
    assert "The end." in seen.text
