from __future__ import annotations

import pytest

from stockcli.agent.chat.dates import days_in
from stockcli.agent.chat.figures import unsupported_figures

TOLD = ["as of 2026-11-22 16:30\n| MILK | 84 | 1200 | 12.50 |", "order 36"]


@pytest.mark.parametrize(
    "answer",
    [
        "84 on hand.",
        "**84**, 1,200 and 1.200",
        "It costs 12.5 (12,50) a unit; you asked for 36.",
        "As of 2026-11-22 08:15.",
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
    "answer",
    [
        "3 products are low",
        "2 unitary tests",
        "1. first\n14. fourteenth",
        "within 24 hours, em 24 horas, at 23:59",
        "half is 1/2; 5 out of 10; it may 12 times",
    ],
)
def test_a_small_number_that_counts_something_else_is_not(answer: str) -> None:
    assert unsupported_figures(answer, TOLD) == ()


@pytest.mark.parametrize("answer", ["22 November 2026", "22/11/2026", "em novembro de 2026"])
def test_a_day_may_be_written_in_words_or_in_another_order(answer: str) -> None:
    assert unsupported_figures(answer, TOLD) == ()


def test_three_digits_after_a_mark_may_be_thousands_or_not() -> None:
    assert unsupported_figures("45.125 and 45,125", ["| 45.125 |"]) == ()


DELIVERY = ["as of 2026-11-22 16:30", "| expected 2026-11-24 | cover 5.2 | level 0.95 | within 7 |"]
[TODAY] = days_in("2026-11-22")


@pytest.mark.parametrize(
    "answer",
    [
        "Hoje é 22 de novembro, chega em 24/11/2026, faltam 2 dias.",
        "It lasts 5 days, or 6 days; by November 24, 2026 at 95%, in 7 days.",
        "I am 100% sure: 24th of November.",
    ],
)
def test_days_and_shares_that_were_told_or_are_counted_from_today_pass(answer: str) -> None:
    assert unsupported_figures(answer, DELIVERY, today=TODAY) == ()


@pytest.mark.parametrize(
    ("answer", "doubtful"),
    [
        ("faltam 3 dias", "3"),
        ("in **4** days", "4"),
        ("it comes on 2026-11-25", "2026-11-25"),
        ("chega em 25/11/2026", "25/11/2026"),
        ("chega dia 25/11", "25/11"),
        ("on 25 November", "25 November"),
        ("em 25 de nov.", "25 de nov"),
        ("Nov 25, 2026", "Nov 25, 2026"),
        ("8% more", "8"),
        ("80 por cento", "80"),
    ],
)
def test_days_and_shares_from_nowhere_are_pointed_out(answer: str, doubtful: str) -> None:
    assert unsupported_figures(answer, DELIVERY, today=TODAY) == (doubtful,)


def test_a_number_of_a_million_digits_is_only_another_figure_nobody_told() -> None:
    digits = "9" * 1_000_005
    assert unsupported_figures(f"{digits} units", ["| 40 |", digits]) == (digits,)
