"""Many daily sales of one shop or many, at the database's speed: see `load_days`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import chain
from threading import Event, Lock
from typing import Any

from stockcli.domain.identifiers import location_code
from stockcli.domain.shop import local_day
from stockcli.usecases.guarding import Failure, guarded
from stockcli.usecases.importing.dates import date_cells
from stockcli.usecases.importing.day_booking import compare_chunk, load_chunk
from stockcli.usecases.importing.day_readings import LoadOptions, tell_texts
from stockcli.usecases.importing.report import (
    EXAMPLES_PER_REASON,
    LONGEST_EXAMPLE,
    ImportReport,
    SkippedRows,
)
from stockcli.usecases.ports import LOAD, DayTable, ShopPlaces, UnitOfWork

SALES_A_CHUNK = 50_000
"""Booked in one transaction, unless a single day has more."""

_SUMMED = (
    "taken",
    "merged",
    "already_there",
    "differing",
    "days_sold_twice",
    "movements_booked",
    "recounts_booked",
    "units",
)
log = logging.getLogger("stock.shops")


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """What came of a table of daily sales.

    Attributes:
        total: of all shops, and of the rows that belong to none.
        shops: of each, without the rows left out.
        failed: why a shop's load broke off, by its short name; what it has by then stays.
    """

    total: ImportReport
    shops: Mapping[str, ImportReport]
    failed: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        shops = {slug: report.to_json() for slug, report in self.shops.items()}
        return {**self.total.to_json(), "shops": shops, "failed": dict(self.failed)}


def load_days(
    table: DayTable,
    units: Mapping[str, UnitOfWork],
    options: LoadOptions,
    *,
    now: datetime,
    dry_run: bool = False,
    sales_a_chunk: int = SALES_A_CHUNK,
    workers: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> LoadReport:
    """Take in daily sales; whatever was loaded before is left as it is.

    All rows are judged first, in sets. Then each shop's whole days are booked in chunks, a
    transaction each, which also records the chunk under the file's checksum: a load that was
    broken off goes on after the last chunk, and a second one writes nothing. Entries of the
    ledger are those that `stock import sales` makes of the same rows.

    Args:
        table: the file.
        units: of the shops that may be loaded into, by short name.
        options: how the file is read.
        now: the present instant, timezone-aware.
        dry_run: only report what would be done.
        sales_a_chunk: products' days at a location booked at once, unless one day has more.
        workers: shops loaded at once.
        on_progress: called with the sales done and those there are.

    Raises:
        InvalidInputError: it cannot be read, names no shop, or its dates put the month first.
        NotFoundError: a shop has no such location as the options name.
    """
    tell_texts(table, units.keys(), options, now)
    for unit in units.values():
        table.place(_places(unit, options, now))
    table.arrange(sales_a_chunk)
    report = ImportReport(
        kind=LOAD,
        file_name=table.name,
        checksum=table.checksum,
        columns=dict(table.columns),
        columns_left_aside=tuple(table.left_aside),
        dry_run=dry_run,
    )
    loads = _Loads(table, report, now, on_progress)
    return _summed(table, report, *loads.run(units, workers))


def _places(unit: UnitOfWork, options: LoadOptions, now: datetime) -> ShopPlaces:
    default = location_code(options.location) if options.location else None
    with unit.reading():
        return ShopPlaces(
            slug=unit.tenant.slug,
            products={product.sku: product.id for product in unit.products.all()},
            locations={place.code: place.id for place in unit.locations.all()},
            default_location=unit.locations.get(default).code,
            today=local_day(unit.tenant, now),
        )


class _Loads:
    """The loads of all shops of a table; several may run at once, each on its own thread."""

    def __init__(
        self,
        table: DayTable,
        report: ImportReport,
        now: datetime,
        on_progress: Callable[[int, int], None] | None,
    ) -> None:
        self._table = table
        self._report = report
        self._now = now
        self._tell = on_progress or (lambda _done, _total: None)
        self._done = self._total = 0
        self._lock = Lock()
        self._stopped = Event()

    def run(
        self, units: Mapping[str, UnitOfWork], workers: int
    ) -> tuple[dict[str, ImportReport], dict[str, str]]:
        """Return what came of each shop, and why some broke off; an only shop's failure raises."""
        chunks = {slug: self._table.chunks(slug) for slug in units}
        self._total = sum(chunk.sales for chunk in chain.from_iterable(chunks.values()))
        if len(units) == 1:
            return {slug: self._load(unit) for slug, unit in units.items()}, {}
        busy = {slug: unit for slug, unit in units.items() if chunks[slug]}
        with ThreadPoolExecutor(workers) as pool:
            try:
                came = dict(zip(busy, pool.map(self._guarded, busy.values()), strict=True))
            except BaseException:
                self._stopped.set()
                raise
        failed = {slug: one.reason for slug, one in came.items() if isinstance(one, Failure)}
        done = {slug: one for slug, one in came.items() if isinstance(one, ImportReport)}
        return done, failed

    def _guarded(self, unit: UnitOfWork) -> ImportReport | Failure:
        slug = unit.tenant.slug
        return guarded(slug, partial(self._load, unit), command=f"load --tenant {slug}", log=log)

    def _load(self, unit: UnitOfWork) -> ImportReport:
        with unit.reading():
            loaded = unit.imports.chunks_loaded(self._table.checksum)
        dates = date_cells(unit.tenant, self._now)
        so_far = self._report
        for chunk in self._table.chunks(unit.tenant.slug):
            if self._stopped.is_set():
                break
            if chunk.mark in loaded:
                came = replace(self._report, rows_read=chunk.rows, already_there=chunk.rows)
            elif self._report.dry_run:
                came = compare_chunk(unit, chunk, self._report)
            else:
                came = load_chunk(unit, chunk, self._report, dates)
            so_far = _added(so_far, came)
            with self._lock:
                self._done += chunk.sales
                self._tell(self._done, self._total)
        return so_far


def _added(so_far: ImportReport, more: ImportReport) -> ImportReport:
    """Return two reports as one."""
    sums = {name: getattr(so_far, name) + getattr(more, name) for name in ("rows_read", *_SUMMED)}
    days = [day for one in (so_far, more) for day in (one.first_day, one.last_day) if day]
    return replace(
        so_far,
        **sums,
        differences=(so_far.differences + more.differences)[:EXAMPLES_PER_REASON],
        first_day=min(days, default=None),
        last_day=max(days, default=None),
    )


def _summed(
    table: DayTable,
    report: ImportReport,
    shops: Mapping[str, ImportReport],
    failed: Mapping[str, str],
) -> LoadReport:
    total = report
    for one in shops.values():
        total = _added(total, one)
    skipped = tuple(
        SkippedRows(
            reason=reason,
            count=count,
            examples=tuple(f"line {line}: {detail}"[:LONGEST_EXAMPLE] for line, detail in first),
        )
        for reason, count, first in table.reasons()
    )
    total = replace(total, rows_read=table.rows_read(), skipped=skipped)
    return LoadReport(total=total, shops=shops, failed=failed)
