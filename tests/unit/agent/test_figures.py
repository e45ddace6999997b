from __future__ import annotations

import pytest

from stockcli.agent.chat.figures import unsupported_figures

TOLD = ["as of 2026-11-22 16:30\n| MILK | 84 | 1200 | 12.50 |", "order 36"]


@pytest.mark.parametrize(
    "answer",
    [
        "84 on hand.",
        "**84**, 1,200 and 1.200",
        "It costs 12.5 (12,50) a unit; you asked for 36.",
        "As of 2026-11-23 08:15, in 3 days.",
        "Order PO-00041 for SKU 85123A.",
        "",
    ],
)
def test_figures_that_were_told_pass(answer: str) -> None:
    assert unsupported_figures(answer, TOLD) == ()


@pytest.mark.parametrize(
    ("answer", "figures"),
    [("85 on hand", ("85",)), ("84 and 120 and 120", ("120",)), ("£1,250.00", ("1,250.00",))],
)
def test_figures_from_nowhere_are_pointed_out(answer: str, figures: tuple[str, ...]) -> None:
    assert unsupported_figures(answer, TOLD) == figures


@pytest.mark.parametrize(
    "answer",
    [
        "5 units",
        "**5** unidades",
        "5 un.",
        "5 pcs",
        "5 em estoque",
        "7 on hand",
        "7 on order",
        "7 a receber",
    ],
)
def test_a_small_number_before_a_unit_is_checked_too(answer: str) -> None:
    assert unsupported_figures(answer, TOLD) == (answer.strip("*")[0],)
    assert unsupported_figures(answer, [*TOLD, "| 5 | 7 |"]) == ()


@pytest.mark.parametrize(
    "answer", ["3 products are low", "in 5 days", "em 5 dias", "2 unitary tests", "1. first"]
)
def test_a_small_number_that_counts_something_else_is_not(answer: str) -> None:
    assert unsupported_figures(answer, TOLD) == ()


@pytest.mark.parametrize("answer", ["22 November 2026", "22/11/2026", "em novembro de 2026"])
def test_a_day_may_be_written_in_words_or_in_another_order(answer: str) -> None:
    assert unsupported_figures(answer, TOLD) == ()


def test_three_digits_after_a_mark_may_be_thousands_or_not() -> None:
    assert unsupported_figures("45.125 and 45,125", ["| 45.125 |"]) == ()
