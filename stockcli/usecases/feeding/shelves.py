"""What the shelves hold while a batch is laid on them, line after line, before it is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import StockMovement, counted_movement, recount
from stockcli.domain.quantity import ZERO
from stockcli.domain.shop import local_day
from stockcli.usecases.ports import UnitOfWork


class Shelves:
    """The shelves a batch touches, as the open transaction found them and as lines change them.

    Attributes:
        booked: by reference, what was booked before and what this batch books.
    """

    def __init__(
        self,
        unit: UnitOfWork,
        *,
        booked: dict[str, StockMovement],
        keys: Collection[StockKey],
        counted: Collection[StockKey],
    ) -> None:
        """Read the shelves.

        Args:
            unit: open to write, so that nobody else moves what is read here.
            booked: what was booked of the batch before.
            keys: all that moves.
            counted: those that are counted.
        """
        self.booked = booked
        self._tenant = unit.tenant
        self._new: list[StockMovement] = []
        self._counted_at = unit.ledger.last_counts(keys)
        levels = unit.ledger.levels(counted) if counted else {}
        self._on_hand = defaultdict(Decimal, {key: one.on_hand for key, one in levels.items()})
        self._moved_at = unit.ledger.last_moved(counted) if counted else {}
        self._late: defaultdict[tuple[StockKey, datetime], list[StockMovement]] = defaultdict(list)

    def put(self, legs: Sequence[StockMovement], *, in_order: bool) -> None:
        """Lay the movements of one line on the shelves.

        Args:
            legs: of a transfer two, else one; a count says what was found.
            in_order: whether they happened now, after everything before them.

        Raises:
            InvalidInputError: something moved after it was counted, so that it is not known any
                more what the count would change.
        """
        for leg in legs:
            laid = self._count(leg, in_order=in_order) if leg.counted is not None else leg
            if laid is leg:
                self._move(leg, in_order=in_order)
            self._moved_at[leg.key] = _later(self._moved_at.get(leg.key), leg.occurred_at)
            self.booked[leg.reference] = laid
            self._new.append(laid)

    def movements(self) -> list[StockMovement]:
        """Return all that is to be booked: the lines', and what keeps later counts true."""
        return [*self._new, *self._recounts()]

    def _count(self, leg: StockMovement, *, in_order: bool) -> StockMovement:
        key, at = leg.key, leg.occurred_at
        moved = self._moved_at.get(key)
        if not in_order and moved is not None and moved > at:
            day = local_day(self._tenant, moved)
            raise InvalidInputError(f"it moved on {day}, after it was counted: count again")
        counted = leg.counted or ZERO
        laid = counted_movement(
            key,
            counted=counted,
            on_hand=self._on_hand[key],
            occurred_at=at,
            day=leg.day,
            reference=leg.reference,
            note=leg.note,
        )
        self._on_hand[key] = counted
        self._counted_at[key] = _later(self._counted_at.get(key), at)
        return laid

    def _move(self, leg: StockMovement, *, in_order: bool) -> None:
        counted_at = self._counted_at.get(leg.key)
        if not in_order and counted_at is not None and leg.occurred_at < counted_at:
            self._late[leg.key, counted_at].append(leg)
        else:
            self._on_hand[leg.key] += leg.change

    def _recounts(self) -> Iterator[StockMovement]:
        """Yield adjustments for what happened before a count that was booked earlier."""
        for (key, counted_at), late in self._late.items():
            yield recount(
                key,
                late_change=sum((leg.change for leg in late), ZERO),
                counted_at=counted_at,
                day=local_day(self._tenant, counted_at),
                # A reference is new only once, so the least of them names this one for good.
                reference=f"recount:{min(leg.reference for leg in late)}",
            )


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)
