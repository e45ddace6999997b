"""An answer that streams into a real terminal."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.acceptance.chat.paced_api import PacedApi
from tests.acceptance.chat.terminal import key_of, terminal
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import calls, says
from tests.fixtures.demo_home import Stock

PROMPT = r"^giftware> *$"
ROWS = 70
TABLE = "| sku | left |\n|---|---|\n" + "".join(f"| SKU{n:03} | {n} |\n" for n in range(ROWS))
LONGEST_WAIT_SECONDS = 0.05


def test_first_words_are_shown_within_fifty_milliseconds_of_their_arrival(
    demo: Stock, paced_api: PacedApi
) -> None:
    openings = [f"Opening {name}" for name in ("one", "two", "three", "four")]
    paced_api.script(*(says(f"{opening} is here.") for opening in openings))
    waits = []

    with terminal(demo, "chat", **key_of(paced_api)) as seen:
        for opening in openings:
            seen.shows(PROMPT)
            seen.types(f"say {opening[-3:]}\r")
            seen.hears("thinking")
            paced_api.sends()
            shown_at = seen.hears(opening[:12])
            waits.append(shown_at - paced_api.sent_at[-1])
            paced_api.sends(9)
            seen.shows(f"(?s){opening} is here.*giftware> *$")

    assert min(waits) < LONGEST_WAIT_SECONDS, waits


@pytest.mark.parametrize("columns", [100, 40])
def test_a_table_taller_than_the_screen_is_written_out_once(
    demo: Stock, messages_api: MessagesApi, columns: int
) -> None:
    messages_api.script(says(f"Low stock:\n\n{TABLE}\nThat is **all**."))

    with terminal(demo, "chat", "-m", "low?", COLUMNS=str(columns), **key_of(messages_api)) as seen:
        assert seen.ends() == 0

    everything = seen.everything
    assert [everything.count(f"SKU{n:03}") for n in range(ROWS)] == [1] * ROWS
    assert everything.count("Low stock:") == everything.count("That is all.") == 1


def test_a_window_made_narrower_while_an_answer_streams_repeats_no_line(
    demo: Stock, paced_api: PacedApi
) -> None:
    items = "".join(f"- item {n:02} of the list, with some words behind it\n" for n in range(20))
    paced_api.script(says(items))

    with terminal(demo, "chat", "-m", "list", COLUMNS="", **key_of(paced_api)) as seen:
        paced_api.sends(40)
        seen.hears("item 05")
        seen.resizes(60, 70)
        paced_api.sends(200)
        assert seen.ends() == 0

    assert [seen.everything.count(f"item {n:02} ") for n in range(20)] == [1] * 20


def test_waiting_leaves_no_trace_and_tools_are_told_in_order(
    demo: Stock, paced_api: PacedApi
) -> None:
    paced_api.script(calls(("stock_of", {"sku": "22423"})), says("Plenty."))

    with terminal(demo, "chat", "-m", "cakestands?", **key_of(paced_api)) as seen:
        seen.hears("thinking")
        paced_api.sends(9)
        assert seen.ends() == 0

    assert "thinking" not in seen.text
    where = [seen.text.index(part) for part in ('stock_of sku="22423"', "Plenty.", "as of", "USD")]
    assert all(before < after for before, after in pairwise(where))


def test_keys_typed_meanwhile_are_not_drawn_into_the_answer(
    demo: Stock, paced_api: PacedApi
) -> None:
    paced_api.script(says("First half and second half."))

    with terminal(demo, "chat", **key_of(paced_api)) as seen:
        seen.shows(PROMPT)
        seen.types("say it\r")
        paced_api.sends()
        seen.hears("First half")
        seen.types("typed ahead")
        paced_api.sends(9)
        screen = seen.shows("(?s)First half and second half.*giftware> typed ahead")
        seen.types("\x03\x04")
        assert seen.ends() == 0

    assert screen.count("typed") == 1
