"""A batch of a till's lines into the ledger: a few statements and one commit, however many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import StockMovement
from stockcli.domain.quantity import plain
from stockcli.domain.shop import local_day
from stockcli.usecases.feeding.lines import Refusal, TillKind, TillLine
from stockcli.usecases.feeding.movements import Counter, references_of
from stockcli.usecases.feeding.shelves import Shelves
from stockcli.usecases.inventory import booking_day_within
from stockcli.usecases.ports import UnitOfWork


class AnswerStatus(StrEnum):
    """What became of a line."""

    BOOKED = "booked"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a line is answered.

    Attributes:
        id: the till's own number of it; None where the line says none.
        reason: why it was refused; None otherwise.
    """

    id: str | None
    status: AnswerStatus
    reason: str | None = None


def book_batch(
    unit: UnitOfWork, lines: Sequence[TillLine | Refusal], *, now: datetime
) -> list[Answer]:
    """Book what is new among these lines, in their order, in one transaction; answer each.

    What this answers is durable. A line whose id was booked before is known, and books nothing;
    one that says something else than what was booked under its id is refused. A batch with
    nothing new writes nothing.

    Args:
        unit: of the shop.
        lines: as `read_line` returned them.
        now: the present instant, timezone-aware.

    Raises:
        DatabaseError: nothing was kept, or it is not known whether: book the same lines again.
        RateLimitedError: the token made too many changes within a minute; nothing was kept.
    """
    readable = [line for line in lines if isinstance(line, TillLine)]
    if not readable:
        return [_refused(line) for line in lines if isinstance(line, Refusal)]
    with unit:
        counter = _counter(unit, readable, now)
        shelves = _shelves(unit, readable, counter)
        answers = [
            _refused(line) if isinstance(line, Refusal) else _answered(line, counter, shelves)
            for line in lines
        ]
        if movements := shelves.movements():
            unit.ledger.book(movements)
            unit.commit()
    return answers


def _counter(unit: UnitOfWork, lines: Sequence[TillLine], now: datetime) -> Counter:
    happens_now = any(line.at is None for line in lines)
    products = unit.products.by_sku({line.sku for line in lines if line.sku})
    return Counter(
        shop=unit.tenant,
        products={sku: product.id for sku, product in products.items()},
        places={place.code: place.id for place in unit.locations.all()},
        now=now,
        today=booking_day_within(unit, now) if happens_now else local_day(unit.tenant, now),
    )


def _shelves(unit: UnitOfWork, lines: Sequence[TillLine], counter: Counter) -> Shelves:
    booked = unit.ledger.booked({name for line in lines for name in references_of(line)})
    return Shelves(
        unit,
        booked=booked,
        keys={*_keys(lines, counter), *(movement.key for movement in booked.values())},
        counted=set(_keys((line for line in lines if line.kind is TillKind.COUNT), counter)),
    )


def _keys(lines: Iterable[TillLine], counter: Counter) -> Iterable[StockKey]:
    for line in lines:
        for place in {line.location, line.to or line.location}:
            try:
                yield counter.key(line.sku, place)
            except InvalidInputError:
                continue  # the line is refused for it, when its turn comes


def _answered(line: TillLine, counter: Counter, shelves: Shelves) -> Answer:
    try:
        status = _taken(line, counter, shelves)
    except InvalidInputError as error:
        return Answer(id=line.id, status=AnswerStatus.REFUSED, reason=error.message)
    return Answer(id=line.id, status=status)


def _refused(line: Refusal) -> Answer:
    return Answer(id=line.id, status=AnswerStatus.REFUSED, reason=line.reason)


def _taken(line: TillLine, counter: Counter, shelves: Shelves) -> AnswerStatus:
    is_void = line.kind is TillKind.VOID
    legs = counter.voiding(line, shelves.booked) if is_void else counter.legs(line)
    known = shelves.booked.get(legs[0].reference)
    if known is None:
        shelves.put(legs, in_order=line.at is None)
        return AnswerStatus.BOOKED
    if not is_void:
        _ensure_same(legs, known, shelves)
    return AnswerStatus.KNOWN


def _ensure_same(legs: Sequence[StockMovement], known: StockMovement, shelves: Shelves) -> None:
    """Refuse a line that says something else than what was booked under its id."""
    last = known if len(legs) == 1 else shelves.booked.get(legs[-1].reference)
    if _content(legs[0]) == _content(known) and last and last.key == legs[-1].key:
        return
    units = plain(abs(known.change) if known.counted is None else known.counted)
    message = f"this id was booked before as something else, a {known.kind} of {units} units"
    raise InvalidInputError(message)


def _content(movement: StockMovement) -> tuple[object, ...]:
    units = movement.change if movement.counted is None else movement.counted
    return movement.kind, movement.key, units
