"""The figures of a run as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.box import SIMPLE
from rich.table import Table


def tables(figures: dict[str, Any]) -> Iterator[Table]:
    """Yield the tables: cost, losses, shelves."""
    yield _cost(figures)
    yield _losses(figures)
    yield _shelves(figures)


def _cost(figures: dict[str, Any]) -> Table:
    refit = figures["refit"]
    title = f"{figures['dataset']}: CPU ms a series, one thread"
    caption = (
        f"Ours alone, median of {refit['series']}: cold {refit['cold_ms']:.2f} ms, "
        f"refitted warm a period later {refit['warm_ms']:.2f} ms."
    )
    table = _table(title, ("method", "CPU ms", "times ours", "version"), caption)
    ours = figures["cpu_ms"]["ours"]
    for method, cpu_ms in figures["cpu_ms"].items():
        if cpu_ms is not None:
            version = figures["versions"].get(method, "")
            table.add_row(method, f"{cpu_ms:.2f}", f"{cpu_ms / ours:,.1f}", version)
    return table


def _losses(figures: dict[str, Any]) -> Table:
    title = f"Scaled pinball loss at {figures['probability']}, and ours over theirs: under 1 wins"
    caption = (
        "Ratios on the windows both answered; in brackets 95 of 100 draws of the series; "
        "less 3: without the three series that weigh most."
    )
    columns = (
        "periods",
        "class",
        "method",
        "loss",
        "coverage",
        "windows",
        "ours / theirs",
        "series",
    )
    table = _table(title, columns, caption)
    ratios = {(row["length"], row["class"], row["peer"]): row for row in figures["ratios"]}
    rows = sorted(figures["losses"], key=lambda row: row["length"])
    blocks = dict.fromkeys((row["length"], row["class"]) for row in rows)
    for length, label in blocks:
        for row in rows:
            if (row["length"], row["class"]) == (length, label) and row["pinball"] is not None:
                ratio = _ratio(ratios.get((length, label, row["method"])))
                table.add_row(str(length), label, *_loss(row), *ratio)
        table.add_section()
    return table


def _loss(row: dict[str, Any]) -> tuple[str, ...]:
    return row["method"], f"{row['pinball']:.3f}", f"{row['coverage']:.3f}", str(row["windows"])


def _ratio(row: dict[str, Any] | None) -> tuple[str, str, str]:
    if row is None:
        return "", "", ""
    rest = "-" if row["without_heaviest"] is None else f"{row['without_heaviest']:.3f}"
    ratio = f"{row['ratio']:.3f} ({row['lower']:.2f} to {row['upper']:.2f})"
    return ratio, rest, str(row["series"])


def _shelves(figures: dict[str, Any]) -> Table:
    title = (
        f"Levels walked through the periods, target {figures['probability']}: peers, ours beside"
    )
    columns = (
        "on the series of",
        "method",
        "cycle service",
        "fill rate",
        "periods of stock",
        "series",
    )
    table = _table(title, columns)
    for row in figures["shelves"]:
        table.add_row(
            row["beside"],
            row["method"],
            f"{row['cycle_service']:.3f}",
            f"{row['fill_rate']:.4f}",
            f"{row['periods_of_stock']:.2f}",
            str(row["series"]),
        )
    return table


def _table(title: str, columns: tuple[str, ...], caption: str | None = None) -> Table:
    table = Table(
        title=title, caption=caption, box=SIMPLE, title_justify="left", caption_justify="left"
    )
    for column in columns:
        table.add_column(column, no_wrap=True)
    return table
