from __future__ import annotations

import pytest

from stockcli.cli.chat_confirm import meaning
from stockcli.cli.chat_remarks import wrapped
from stockcli.cli.chat_talk import fitting_row

PARTS = [(0, "shop"), (2, "claude-haiku-5-5"), (3, "last 0"), (0, "month 1 of 5 USD"), (4, "/help")]


@pytest.mark.parametrize(
    "typed",
    [
        *("y", "Yes", "ok", "Okay", "claro", "pode", "pode sim", "Pode pedir.", "yes please"),
        *("sim, por favor", "SIM!", "sure", "isso", "confirmo", "s\n"),
    ],
)
def test_many_words_are_a_yes(typed: str) -> None:
    assert meaning(typed) is True


@pytest.mark.parametrize("typed", ["", "\n", "n", "No", "não", "NAO", "cancela"])
def test_few_words_are_a_no(typed: str) -> None:
    assert meaning(typed) is False


@pytest.mark.parametrize(
    "typed", ["talvez", "sim, mas 12", "ok?", "yes but less", "isso não", "quando chega?", "12"]
)
def test_what_is_unclear_is_neither(typed: str) -> None:
    assert meaning(typed) is None


def test_the_bottom_row_keeps_the_shop_and_the_months_cost() -> None:
    assert fitting_row(PARTS, 80).endswith("/help")
    assert fitting_row(PARTS, 45) == " shop | claude-haiku-5-5 | month 1 of 5 USD"
    assert fitting_row(PARTS, 10) == " shop | month 1 of 5 USD"


def test_remarks_are_wrapped_between_words() -> None:
    text = "  the price of it is not known here, so it is charged like the dearest"
    rows = wrapped(text, 30)
    assert max(map(len, rows)) <= 30
    assert " ".join(" ".join(rows).split()) == text.strip()
