from __future__ import annotations

import pytest

from stockcli.agent.figures import unsupported_figures

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
