"""`stock forecast --input`: thresholds for every product and location of a table."""

from __future__ import annotations

import csv
import io
import json
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stockcli.cli.forecast_input_options import TableQuestion
    from stockcli.usecases.ports import SeriesThreshold

TERMINATED = 143
"""What a shell reports for a program that SIGTERM ended."""


def forecast_input(question: TableQuestion, *, as_json: bool) -> None:
    """Forecast a table and write the thresholds as they come.

    Raises:
        InvalidInputError: the table cannot be read, or the output not be written.
    """
    from stockcli.bootstrap import make_app
    from stockcli.cli.common import remark
    from stockcli.cli.render import clean, counted
    from stockcli.cli.series_input import series_input
    from stockcli.usecases.forecasting_files import forecast_table

    app = make_app()
    table = app.threshold_file(question.output, source=question.source) if question.output else None
    with _ended_in_order(), _watched(question.source) as (started, on_progress):
        given = series_input(app, question.source, question.frequency, question.calendar)
        started(given.source.series_count)
        forecaster = app.forecaster(question.workers)
        rows = forecast_table(
            given.source,
            forecaster,
            question.terms,
            calendar=given.calendar,
            on_progress=on_progress,
        )
        written = table.write(rows) if table else _print_rows(rows, as_json=as_json)
    for text in given.remarks:
        remark(f"note: {clean(text)}")
    if table:
        remark(f"{counted(written, 'row')} in {clean(str(question.output))}")
        if as_json:
            _print_summary(question, written, given.remarks)


def _print_summary(question: TableQuestion, written: int, remarks: Iterable[str]) -> None:
    from stockcli.cli.json_output import print_json

    print_json({"output": str(question.output), "rows": written, "remarks": list(remarks)})


def _print_rows(rows: Iterable[SeriesThreshold], *, as_json: bool) -> int:
    # A table is UTF-8 whatever the terminal speaks, as its file would be.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    return _print_json_rows(rows) if as_json else _print_csv_rows(rows)


def _print_csv_rows(rows: Iterable[SeriesThreshold]) -> int:
    from stockcli.usecases.ports import THRESHOLD_COLUMNS

    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(THRESHOLD_COLUMNS)
    written = 0
    for row in rows:
        table.writerow(row.cells())
        written += 1
    return written


def _print_json_rows(rows: Iterable[SeriesThreshold]) -> int:
    """Print a JSON array, an object a line, without holding all of it."""
    from stockcli.usecases.records import to_json

    written = 0
    for row in rows:
        sys.stdout.write(",\n" if written else "[\n")
        sys.stdout.write(json.dumps(to_json(row), ensure_ascii=False))
        written += 1
    sys.stdout.write("\n]\n" if written else "[]\n")
    return written


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let a polite kill take the temporary files with it."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _watched(source: Path) -> Iterator[tuple[Callable[[int], None], Callable[[int], None]]]:
    """Show a bar on stderr where that is a terminal; yield what is told the total, and the done."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from stockcli.cli.render import clean, console

    screen = console(err=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    # Rows on the same screen go above the bar; a pipe or a file must get them as they are.
    bar = Progress(
        *columns,
        console=screen,
        disable=not screen.is_terminal,
        redirect_stdout=sys.stdout.isatty(),
    )
    with bar as bars:
        task = bars.add_task(f"reading {clean(source.name)}", total=None)

        def started(series: int) -> None:
            bars.reset(task, total=series, description="forecasting")

        yield started, lambda done: bars.update(task, completed=done)
