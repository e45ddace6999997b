"""What `--input` and `--calendar` name: a table of sales, and the days beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stockcli.cli.render import counted
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.frequency import Frequency
from stockcli.usecases.importing import ImportReport, calendar_of_file, file_source
from stockcli.usecases.ports import SeriesSource
from stockcli.usecases.series_calendar import (
    NOTHING_SAID,
    CalendarSource,
    SeriesCalendar,
    series_calendar,
)

if TYPE_CHECKING:
    from stockcli.bootstrap import App


@dataclass(frozen=True, kw_only=True)
class SeriesInput:
    """A table of sales, and what was said of days.

    Attributes:
        remarks: what was odd in either file, in sentences.
    """

    source: SeriesSource
    calendar: SeriesCalendar
    remarks: Sequence[str]


def series_input(
    app: App, path: Path, frequency: Frequency, calendar_file: str | None
) -> SeriesInput:
    """Open a table of sales, and read the calendar beside it if there is one.

    Raises:
        InvalidInputError: a file cannot be read, or the table does not count days.
    """
    if calendar_file is None:
        source = app.series_file(path, frequency)
        return SeriesInput(source=source, calendar=NOTHING_SAID, remarks=source.remarks)
    if frequency is not Frequency.DAY:
        message = f"a calendar speaks of days, and the table counts {frequency}s"
        raise InvalidInputError(message, "leave out --calendar, or --frequency")
    days, report = calendar_of_file(file_source(calendar_file), now=app.clock.now())
    calendar = series_calendar(days)
    table = app.series_file(path, frequency)
    return SeriesInput(
        source=CalendarSource(table=table, calendar=calendar),
        calendar=calendar,
        remarks=(*table.remarks, *_left_out(report)),
    )


def _left_out(report: ImportReport) -> list[str]:
    return [
        f"{report.file_name}: {counted(rows.count, 'row')} left out: {rows.reason} "
        f"({rows.examples[0]})"
        for rows in report.skipped
    ]
