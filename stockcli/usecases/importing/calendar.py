"""The shop's open and closed days from a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from stockcli.usecases.importing import cells
from stockcli.usecases.importing.columns import Layout
from stockcli.usecases.importing.dates import DateCells, date_cells
from stockcli.usecases.importing.progress import Steps, take_rows
from stockcli.usecases.importing.report import ImportReport, SkipList, record_of
from stockcli.usecases.importing.source import ImportSource
from stockcli.usecases.importing.table_rows import (
    FieldReader,
    TableOptions,
    Upsert,
    begun_report,
    opened_fields,
)
from stockcli.usecases.ports import Progress, UnitOfWork

LAYOUT = Layout(required=("date", "open"))


def import_calendar(
    unit: UnitOfWork,
    source: ImportSource,
    options: TableOptions,
    *,
    now: datetime,
    dry_run: bool = False,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Add or replace days on which the shop was or will be open (1) or closed (0).

    Raises:
        InvalidInputError: it is no CSV file, or a column is missing.
    """
    steps = Steps(source.size_bytes, on_progress)
    dates = date_cells(unit.tenant, now, options.date_format, allows_future=True)
    rows: list[tuple[date, bool]] = []
    with opened_fields(source, LAYOUT, options) as fields:
        rows_read, skips = take_rows(
            fields.table,
            lambda _, row: rows.append(_day(row, fields, dates)),
            steps,
            fields.signs,
        )
        report = begun_report("calendar", fields, rows_read)
    dates.check_order()
    days = _beside_stored(unit, rows)
    report = replace(_summed_up(report, days, skips), dry_run=dry_run)
    if not dry_run:
        with unit:
            unit.calendar.put(dict(days.changed()))
            unit.imports.add(record_of(report, now))
            unit.commit()
    steps.written(1, 1)
    return report


def _day(row: list[str], fields: FieldReader, dates: DateCells) -> tuple[date, bool]:
    day = dates.moment(fields.text(row, "date")).day
    return day, cells.yes_or_no(fields.text(row, "open"))


def _beside_stored(unit: UnitOfWork, rows: list[tuple[date, bool]]) -> Upsert[tuple[date, bool]]:
    """Return the file's days beside those known already."""
    said = [day for day, _ in rows]
    with unit.reading():
        stored = unit.calendar.days(min(said), max(said)) if said else {}
    days = Upsert({day.isoformat(): (day, is_open) for day, is_open in stored.items()})
    for day, is_open in rows:
        days.put(day.isoformat(), (day, is_open))
    return days


def _summed_up(
    report: ImportReport, days: Upsert[tuple[date, bool]], skips: SkipList
) -> ImportReport:
    said = [day for day, _ in days.wanted.values()]
    return replace(
        days.laid_over(report),
        skipped=skips.rows(),
        first_day=min(said, default=None),
        last_day=max(said, default=None),
    )
