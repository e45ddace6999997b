"""A product's forecast as files: a CSV table and a picture."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from stockcli.cli.forecast_facts import ForecastFacts, forecast_rows, history_rows
from stockcli.cli.output_files import ensure_replaceable, unwritable
from stockcli.domain.quantity import plain

STANDARD_OUTPUT = "-"
PNG = b"\x89PNG\r\n\x1a\n"
COLUMNS = ("date", "sold", "stocked_out", "closed", "mean", "lower", "upper")


def write_csv(facts: ForecastFacts, path: str) -> None:
    """Write a row a day, those that were and those ahead; "-" is standard output.

    Raises:
        InvalidInputError: the file cannot be written, or holds something else.
    """
    if path == STANDARD_OUTPUT:
        _write_rows(facts, sys.stdout)
        return
    ensure_replaceable(Path(path), ",".join(COLUMNS).encode(), "a forecast as CSV")
    try:
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            _write_rows(facts, file)
    except OSError as error:
        raise unwritable(path, error) from None


def _write_rows(facts: ForecastFacts, file: TextIO) -> None:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(_rows(facts))


def _rows(facts: ForecastFacts) -> Iterator[list[Any]]:
    for day in history_rows(facts.one):
        flags = (int(day["stocked_out"]), int(day["closed"]))
        yield [day["date"], f"{day['units']:g}", *flags, "", "", ""]
    for day in forecast_rows(facts.one):
        yield [day["date"], "", "", "", day["mean"], day["lower"], day["upper"]]


def write_picture(facts: ForecastFacts, path: str) -> None:
    """Write the plot as a PNG.

    Raises:
        InvalidInputError: the file cannot be written, or holds something else.
    """
    from stockcli.cli.plots import shown_history
    from stockcli.cli.plots_png import PictureText, save_picture

    ensure_replaceable(Path(path), PNG, "a PNG picture")
    one = facts.one
    text = PictureText(
        title=f"{one.product.sku} · {one.product.name} · {one.location}",
        subtitle=" · ".join((one.forecast.model, _thresholds(facts))),
    )
    save_picture(shown_history(one.history), one.forecast, text, Path(path))


def _thresholds(facts: ForecastFacts) -> str:
    forecast, threshold = facts.one.forecast, facts.threshold
    minimum = f" (minimum set by hand: {plain(facts.minimum.quantity)})" if facts.minimum else ""
    return (
        f"reorder point {plain(threshold.reorder_point)}{minimum}, "
        f"order up to {plain(threshold.order_up_to_level)}, "
        f"{forecast.service_level:.1%} over {forecast.interval_days:.0f} days"
    )
