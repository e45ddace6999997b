from __future__ import annotations

from datetime import date

from stockcli.cli.backtest_plots import loss_bars, stock_legend, stock_plot
from stockcli.cli.plots import PlotSize
from stockcli.domain.frequency import Frequency
from stockcli.usecases.ports.backtest import Method, StockTrace


def a_trace(frequency: Frequency = Frequency.DAY, top: float = 20.0) -> StockTrace:
    periods = 30
    falling = [top * (periods - step) / periods for step in range(periods)]
    return StockTrace(
        first_day=date(2026, 9, 7),
        frequency=frequency,
        demand=[1.0] * periods,
        on_hand=dict.fromkeys(Method, falling),
    )


def test_a_bar_is_as_long_as_its_loss() -> None:
    lines = list(loss_bars({"smooth": {"ours": 1.0, "textbook": 2.0}}, 60, ascii_only=True))

    assert [line.count("#") for line in lines] == [10, 20]
    assert ["smooth" in line for line in lines] == [True, False]


def test_a_method_without_a_loss_says_so() -> None:
    (line,) = loss_bars({"none": {"ours": None}}, 80, ascii_only=False)

    assert "no loss to compare" in line


def test_stock_is_drawn_over_the_days_in_plain_characters_where_needed() -> None:
    drawn = stock_plot(a_trace(), PlotSize(width=80), ascii_only=True)

    assert drawn.isascii()
    assert "Sep" in drawn
    assert all(mark in drawn for mark, _, name in stock_legend(ascii_only=True) if name == "ours")


def test_months_and_an_empty_shelf_can_be_drawn() -> None:
    assert "Feb 2027" in stock_plot(
        a_trace(Frequency.MONTH, 0.0), PlotSize(width=90), ascii_only=False
    )
