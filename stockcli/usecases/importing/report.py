"""What came of a file's rows: counted, with examples of what was left out and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.quantity import ZERO, plain
from stockcli.usecases.ports import ImportRecord, UnitOfWork

EXAMPLES_PER_REASON = 5
LONGEST_EXAMPLE = 120
NEW_SKUS_NAMED = 10


class SkippedRowError(InvalidInputError):
    """This row cannot be taken; the rest of the file can.

    Args:
        reason: the kind of thing that is wrong, the same words for every row it befalls.
        detail: what is wrong with this one.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        """Keep the reason rows are counted by, and what is wrong with this one."""
        self.reason = reason
        super().__init__(detail or reason)


@dataclass(frozen=True, kw_only=True)
class SkippedRows:
    """Rows left out for one reason.

    Attributes:
        examples: up to five, each with its line number in the file.
    """

    reason: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What came of a file. Every row read is taken, already there, differing or skipped.

    Attributes:
        kind: "sales", "products", "suppliers", "sources", "counts", "movements" or
            "calendar".
        columns: which column of the file was read as what.
        columns_left_aside: columns of the file that were read as nothing.
        profile: the mapping that was used; empty for one detected from the header.
        rows_read: rows below the header, blank lines not counted.
        taken: rows that changed something, or would in a dry run.
        merged: of all usable rows, those added to the one an earlier row began.
        already_there: rows that an earlier import had taken already.
        differing: rows whose reference was booked before with another quantity; what was
            booked is kept.
        differences: examples of those.
        products_created: SKUs not known before.
        new_skus: the first ten of those, so that a mistyped one shows.
        days_sold_twice: products' days sold with invoices here and without elsewhere, or the
            other way round: what was sold may be counted twice.
        movements_booked: new entries of the ledger, adjustments for late rows not counted.
        recounts_booked: adjustments that keep later stock counts true.
        first_day: of the usable rows, in the shop's own calendar.
        last_day: as first_day.
        units: sold by the movements booked.
        dry_run: nothing was written.
    """

    kind: str
    file_name: str
    checksum: str = ""
    profile: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    columns_left_aside: tuple[str, ...] = ()
    rows_read: int = 0
    taken: int = 0
    merged: int = 0
    already_there: int = 0
    differing: int = 0
    differences: tuple[str, ...] = ()
    skipped: tuple[SkippedRows, ...] = ()
    products_created: int = 0
    new_skus: tuple[str, ...] = ()
    days_sold_twice: int = 0
    locations_created: int = 0
    movements_booked: int = 0
    recounts_booked: int = 0
    first_day: date | None = None
    last_day: date | None = None
    units: Decimal = ZERO
    dry_run: bool = False

    @property
    def rows_skipped(self) -> int:
        """Return how many rows were left out, for whatever reason."""
        return sum(rows.count for rows in self.skipped)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values; dates as ISO text, units as plain text."""
        return {
            **{name: getattr(self, name) for name in _PLAIN_FIELDS},
            "columns": dict(self.columns),
            "columns_left_aside": list(self.columns_left_aside),
            "new_skus": list(self.new_skus),
            "differences": list(self.differences),
            "skipped": [
                {"reason": rows.reason, "count": rows.count, "examples": list(rows.examples)}
                for rows in self.skipped
            ],
            "first_day": None if self.first_day is None else self.first_day.isoformat(),
            "last_day": None if self.last_day is None else self.last_day.isoformat(),
            "units": plain(self.units),
        }


_PLAIN_FIELDS = (
    "kind",
    "file_name",
    "checksum",
    "profile",
    "rows_read",
    "taken",
    "merged",
    "already_there",
    "differing",
    "products_created",
    "days_sold_twice",
    "locations_created",
    "movements_booked",
    "recounts_booked",
    "dry_run",
)


class SkipList:
    """Collects rows left out, by reason."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counts: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}

    def add(self, line_number: int, skip: SkippedRowError) -> None:
        """Count a row, and keep it as an example if there are few."""
        self._counts[skip.reason] = self._counts.get(skip.reason, 0) + 1
        examples = self._examples.setdefault(skip.reason, [])
        if len(examples) < EXAMPLES_PER_REASON:
            examples.append(f"line {line_number}: {skip.message}"[:LONGEST_EXAMPLE])

    def rows(self) -> tuple[SkippedRows, ...]:
        """Return the reasons, the most frequent first."""
        by_count = sorted(self._counts.items(), key=lambda item: -item[1])
        return tuple(
            SkippedRows(reason=reason, count=count, examples=tuple(self._examples[reason]))
            for reason, count in by_count
        )


def record_of(report: ImportReport, imported_at: datetime) -> ImportRecord:
    """Return what is kept of an import."""
    return ImportRecord(
        kind=report.kind,
        file_name=report.file_name,
        checksum=report.checksum,
        imported_at=imported_at,
        report=report.to_json(),
    )


def keep_record(unit: UnitOfWork, report: ImportReport, imported_at: datetime) -> None:
    """Store what came of an import; nothing of a dry run."""
    if report.dry_run:
        return
    with unit:
        unit.imports.add(record_of(report, imported_at))
        unit.commit()
