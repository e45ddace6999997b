"""The windows of a backtest as CSV, written as they come."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from stockcli.cli.output_files import ensure_replaceable, unwritable
from stockcli.usecases.backtesting import BacktestCase, OnSeries
from stockcli.usecases.ports.backtest import SeriesBacktest

STANDARD_OUTPUT = "-"
COLUMNS = (
    "product",
    "location",
    "demand_class",
    "origin",
    "method",
    "service_level",
    "expected",
    "quantile",
    "actual",
    "pinball_loss",
    "scaled_pinball_loss",
    "covered",
    "lead_time_days",
    "lead_time_sd_days",
)
OPENING = ",".join(COLUMNS[:5]).encode()
DECIMALS = 6


@contextmanager
def window_rows(path: str | None) -> Iterator[OnSeries]:
    """Give what writes a row per origin and method of each series; "-" is standard output.

    Raises:
        InvalidInputError: the file cannot be written, or holds something else.
    """
    if path is None:
        yield lambda *_: None
    elif path == STANDARD_OUTPUT:
        yield _writer(sys.stdout)
    else:
        with _opened(Path(path)) as file:
            yield _writer(file)


def _opened(path: Path) -> TextIO:
    """Return the file to write; one that begins with anything but such a table stays."""
    ensure_replaceable(path, OPENING, "a backtest as CSV")
    try:
        return path.open("w", newline="", encoding="utf-8")
    except OSError as error:
        raise unwritable(path, error) from None


def _writer(file: TextIO) -> OnSeries:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(COLUMNS)

    def write(case: BacktestCase, one: SeriesBacktest) -> None:
        table.writerows(_rows(case, one))

    return write


def _rows(case: BacktestCase, one: SeriesBacktest) -> Iterator[list[Any]]:
    lead_time = case.request.lead_time
    for window in one.windows:
        scaled = window.pinball / window.scale if window.scale else None
        figures = (
            window.service_level,
            window.expected,
            window.quantile,
            window.actual,
            window.pinball,
            scaled,
            window.covered,
            lead_time.mean_days,
            lead_time.standard_deviation_days,
        )
        yield [
            case.product,
            case.location,
            one.demand_class,
            window.origin,
            window.method,
            *("" if value is None else round(value, DECIMALS) for value in figures),
        ]
