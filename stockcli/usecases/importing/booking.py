"""Merged rows into the ledger: in chunks that each stand on their own, so nothing is half done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter
from typing import TypeVar

from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import MovementKind, StockMovement, recount
from stockcli.domain.quantity import ZERO, plain
from stockcli.domain.shop import local_day
from stockcli.usecases.importing.report import EXAMPLES_PER_REASON, ImportReport
from stockcli.usecases.importing.tally import MergedRows, Tally
from stockcli.usecases.ports import Progress, UnitOfWork

MOVEMENTS_PER_CHUNK = 10_000

T = TypeVar("T")
KeyOf = Callable[[MergedRows], StockKey]


@dataclass(kw_only=True)
class Outcome:
    """What booking came to so far; rows are rows of the file."""

    taken: int = 0
    already_there: int = 0
    differing: int = 0
    differences: list[str] = field(default_factory=list)
    movements_booked: int = 0
    recounts_booked: int = 0
    units: Decimal = ZERO

    def note_new(self, rows: MergedRows) -> None:
        """Count rows that were booked."""
        self.taken += rows.rows
        self.movements_booked += 1
        if rows.kind is MovementKind.SALE:
            self.units += rows.units

    def laid_over(self, report: ImportReport) -> ImportReport:
        """Return a report with these figures."""
        return replace(report, **{**vars(self), "differences": tuple(self.differences)})

    def note_known(self, reference: str, rows: MergedRows, booked: Decimal) -> None:
        """Count rows whose reference was booked before."""
        if booked == rows.change:
            self.already_there += rows.rows
            return
        self.differing += rows.rows
        if len(self.differences) < EXAMPLES_PER_REASON:
            said, kept = plain(rows.change), plain(booked)
            self.differences.append(f"{reference}: the file says {said}, {kept} was booked")


def book_tally(
    unit: UnitOfWork, tally: Tally, key_of: KeyOf, on_booked: Progress | None = None
) -> Outcome:
    """Book merged rows, a chunk a transaction; a run that was broken off can be repeated."""
    outcome = Outcome()
    done = 0
    for chunk in whole_chunks(tally, MOVEMENTS_PER_CHUNK):
        rows = dict(chunk)
        with unit:
            movements = [row.movement(key_of(row), ref) for ref, row in rows.items()]
            # The database keeps sums per key and day: those of one key, one after the other.
            movements.sort(key=lambda movement: (movement.key, movement.day))
            new, recounts = _book(unit, movements)
            known = unit.ledger.changes_booked(rows.keys() - new)
            unit.commit()
        outcome.recounts_booked += recounts
        _note(outcome, rows, known)
        done += len(rows)
        if on_booked:
            on_booked(done)
    return outcome


def compare_tally(unit: UnitOfWork, tally: Tally, on_compared: Progress | None = None) -> Outcome:
    """Return what booking would come to; nothing is written."""
    outcome = Outcome()
    done = 0
    for chunk in chunked(tally, MOVEMENTS_PER_CHUNK):
        rows = dict(chunk)
        with unit.reading():
            known = unit.ledger.changes_booked(rows.keys())
        _note(outcome, rows, known)
        done += len(rows)
        if on_compared:
            on_compared(done)
    return outcome


def book_movements(
    unit: UnitOfWork, movements: Iterable[StockMovement], on_booked: Progress | None = None
) -> int:
    """Book ready-made movements, a chunk a transaction, and return how many were new.

    References known already are left as they are; sales older than a key's latest stock
    count do not change on hand, as with imported ones.
    """
    booked = done = 0
    for chunk in chunked(movements, MOVEMENTS_PER_CHUNK):
        with unit:
            new, _ = _book(unit, chunk)
            unit.commit()
        booked += len(new)
        done += len(chunk)
        if on_booked:
            on_booked(done)
    return booked


def chunked(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most this many items."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def whole_chunks(
    rows: Iterable[tuple[str, MergedRows]], size: int
) -> Iterator[list[tuple[str, MergedRows]]]:
    """Yield rows by their reference, about so many at a time; no transfer is torn apart."""
    transfers: list[tuple[str, MergedRows]] = []
    others: list[tuple[str, MergedRows]] = []
    for one in rows:
        (transfers if one[1].kind is MovementKind.TRANSFER else others).append(one)
    yield from chunked(others, size)
    # All but the location, which comes last in a business key, is the same of both its legs.
    transfers.sort(key=itemgetter(0))
    together = (list(legs) for _, legs in groupby(transfers, lambda one: one[0].rpartition(":")[0]))
    chunk: list[tuple[str, MergedRows]] = []
    for legs in together:
        if chunk and len(chunk) + len(legs) > size:
            yield chunk
            chunk = []
        chunk.extend(legs)
    if chunk:
        yield chunk


def _note(outcome: Outcome, rows: Mapping[str, MergedRows], known: Mapping[str, Decimal]) -> None:
    for reference, row in rows.items():
        if reference in known:
            outcome.note_known(reference, row, known[reference])
        else:
            outcome.note_new(row)


def _book(unit: UnitOfWork, movements: Collection[StockMovement]) -> tuple[frozenset[str], int]:
    """Book movements, and what keeps earlier-booked counts true that are later than they.

    Returns:
        The new references, and the number of adjustments.
    """
    counted_at = unit.ledger.last_counts({movement.key for movement in movements})
    new = unit.ledger.book(list(movements))
    late: dict[StockKey, list[StockMovement]] = defaultdict(list)
    for movement in movements:
        counted = counted_at.get(movement.key)
        if counted and movement.occurred_at <= counted and movement.reference in new:
            late[movement.key].append(movement)
    adjustments = [_recount(unit, key, group, counted_at[key]) for key, group in late.items()]
    return new, len(unit.ledger.book(adjustments)) if adjustments else 0


def _recount(
    unit: UnitOfWork, key: StockKey, late: list[StockMovement], counted_at: datetime
) -> StockMovement:
    # A reference is new only once, so the least of the late ones names this adjustment for good.
    return recount(
        key,
        late_change=sum((movement.change for movement in late), ZERO),
        counted_at=counted_at,
        day=local_day(unit.tenant, counted_at),
        reference=f"recount:{min(movement.reference for movement in late)}",
    )
