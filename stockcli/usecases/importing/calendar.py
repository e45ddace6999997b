"""The shop's calendar from a file: open and closed days, and events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from stockcli.domain.calendar import CalendarDay
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

LAYOUT = Layout(required=("date",), one_of=("open", "event"))

SaidDay = tuple[date, CalendarDay]


@dataclass(frozen=True, kw_only=True)
class _CalendarRows:
    """What a file says.

    Attributes:
        said: day by day, the facts of a row whose cells are filled.
        report: the columns and the number of rows.
    """

    said: list[tuple[date, dict[str, Any]]]
    skips: SkipList
    report: ImportReport


def import_calendar(
    unit: UnitOfWork,
    source: ImportSource,
    options: TableOptions,
    *,
    now: datetime,
    dry_run: bool = False,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Add or replace days: whether the shop is open (1) or closed (0), and what happens.

    A missing column or an empty cell keeps what is stored; an event of 0 or no takes it back.

    Raises:
        InvalidInputError: it is no CSV file, or a column is missing.
    """
    steps = Steps(source.size_bytes, on_progress)
    dates = date_cells(unit.tenant, now, options.date_format, allows_future=True)
    read = _read(source, options, dates, steps)
    days = _laid_over(_stored(unit, read), read)
    report = replace(_summed_up(read, days), dry_run=dry_run)
    if not dry_run:
        with unit:
            unit.calendar.put(dict(days.changed()))
            unit.imports.add(record_of(report, now))
            unit.commit()
    steps.written(1, 1)
    return report


def calendar_of_file(
    source: ImportSource, *, now: datetime
) -> tuple[dict[date, CalendarDay], ImportReport]:
    """Return what a file says of days, without a shop, and what came of its rows.

    Raises:
        InvalidInputError: it is no CSV file, or a column is missing.
    """
    dates = DateCells(zone=ZoneInfo("UTC"), now=now, allows_future=True)
    read = _read(source, TableOptions(), dates, Steps(source.size_bytes, None))
    days = _laid_over({}, read)
    return dict(days.wanted.values()), _summed_up(read, days)


def _read(
    source: ImportSource, options: TableOptions, dates: DateCells, steps: Steps
) -> _CalendarRows:
    said: list[tuple[date, dict[str, Any]]] = []
    with opened_fields(source, LAYOUT, options) as fields:
        rows_read, skips = take_rows(
            fields.table, lambda _, row: said.append(_day(row, fields, dates)), steps, fields.signs
        )
        report = begun_report("calendar", fields, rows_read)
    dates.check_order()
    return _CalendarRows(said=said, skips=skips, report=report)


def _day(row: list[str], fields: FieldReader, dates: DateCells) -> tuple[date, dict[str, Any]]:
    """Return what a row says of a day; empty cells say nothing."""
    day = dates.moment(fields.text(row, "date")).day
    is_open = fields.text(row, "open")
    facts = {
        "is_open": cells.yes_or_no(is_open) if is_open else None,
        "event": cells.event(fields.text(row, "event"), fields.columns.get("event", "")),
    }
    return day, {name: fact for name, fact in facts.items() if fact is not None}


def _stored(unit: UnitOfWork, read: _CalendarRows) -> Mapping[date, CalendarDay]:
    said = [day for day, _ in read.said]
    with unit.reading():
        return unit.calendar.days(min(said), max(said)) if said else {}


def _laid_over(stored: Mapping[date, CalendarDay], read: _CalendarRows) -> Upsert[SaidDay]:
    """Return the file's days beside those known already; a day nothing is said of is known."""
    known = {day: stored.get(day, CalendarDay()) for day, _ in read.said}
    days = Upsert({day.isoformat(): (day, one) for day, one in known.items()})
    for day, facts in read.said:
        _, current = days.current(day.isoformat()) or (day, CalendarDay())
        days.put(day.isoformat(), (day, replace(current, **facts)))
    return days


def _summed_up(read: _CalendarRows, days: Upsert[SaidDay]) -> ImportReport:
    said = [day for day, _ in days.wanted.values()]
    return replace(
        days.laid_over(read.report),
        skipped=read.skips.rows(),
        first_day=min(said, default=None),
        last_day=max(said, default=None),
    )
