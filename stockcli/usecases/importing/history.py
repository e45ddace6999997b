"""A shop's whole history, handed over by a program rather than a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import MovementKind, StockMovement, counted_movement
from stockcli.domain.quantity import ZERO
from stockcli.domain.shop import Tenant, local_day
from stockcli.usecases.importing.booking import book_movements
from stockcli.usecases.importing.places import StockKeys, known_places, stock_keys
from stockcli.usecases.ports import Progress, UnitOfWork


class HistoryLine(Protocol):
    """A movement named by SKU and location, as programs have them at hand.

    The quantity is above zero for sales, receipts and returns, signed for adjustments and
    transfers, and what was found for counts.
    """

    @property
    def sku(self) -> str: ...  # noqa: D102 - a canonical SKU of the shop
    @property
    def location(self) -> str: ...  # noqa: D102 - a canonical location code
    @property
    def kind(self) -> str: ...  # noqa: D102 - a movement's kind
    @property
    def quantity(self) -> Decimal: ...  # noqa: D102 - units
    @property
    def occurred_at(self) -> datetime: ...  # noqa: D102 - timezone-aware
    @property
    def reference(self) -> str: ...  # noqa: D102 - unique within the shop


@dataclass(frozen=True, kw_only=True)
class _Bound:
    """What history lines are bound to."""

    shop: Tenant
    keys: StockKeys


def load_history(
    unit: UnitOfWork, lines: Iterable[HistoryLine], on_booked: Progress | None = None
) -> int:
    """Book a shop's history, oldest line first, and return how many movements were new.

    Counts book the difference to what the lines before them add up to, so the history must
    be the shop's whole one. Loading it again, or again after it broke off, doubles nothing.

    Raises:
        NotFoundError: a product or location does not exist.
    """
    known = known_places(unit)
    bound = _Bound(shop=unit.tenant, keys=stock_keys(unit, known.skus))
    return book_movements(unit, _history(bound, lines), on_booked)


def _history(bound: _Bound, lines: Iterable[HistoryLine]) -> Iterator[StockMovement]:
    on_hand: dict[StockKey, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        key = bound.keys.of(line.sku, line.location)
        movement = _history_movement(bound, line, key, on_hand[key])
        on_hand[key] += movement.change
        yield movement


def _history_movement(
    bound: _Bound, line: HistoryLine, key: StockKey, on_hand: Decimal
) -> StockMovement:
    day = local_day(bound.shop, line.occurred_at)
    kind = MovementKind(line.kind)
    if kind is MovementKind.COUNT:
        return counted_movement(
            key,
            counted=line.quantity,
            on_hand=on_hand,
            occurred_at=line.occurred_at,
            day=day,
            reference=line.reference,
        )
    return StockMovement(
        key=key,
        kind=kind,
        change=-line.quantity if kind is MovementKind.SALE else line.quantity,
        occurred_at=line.occurred_at,
        day=day,
        reference=line.reference,
    )
