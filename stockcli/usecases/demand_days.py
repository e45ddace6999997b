"""Days of the ledger read as demand: masked, and inherited by what replaces a product."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import compress, count
from typing import cast

from stockcli.domain.catalogue import Product, ProductStatus
from stockcli.domain.demand import DemandHistory, stocked_out_days
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.ledger import DailyMovements


def demand_history(series: DailyMovements, closed: Sequence[bool]) -> DemandHistory:
    """Return a product's days as demand: stock-out days censored, closed days marked.

    Args:
        closed: whether the shop was, for each day up to the series' last; all products of a shop
            may share it.
    """
    skipped = len(closed) - len(series.sold)
    return DemandHistory(
        key=series.key,
        first_day=series.first_day,
        units=series.sold,
        stocked_out=stocked_out_days(series.sold, series.closing_stock),
        closed=closed[skipped:] if skipped else closed,
    )


def since_they_came(
    read: Iterable[DailyMovements], products: Mapping[ProductId, Product]
) -> list[DailyMovements]:
    """Return each key's days, those of a new product only from its first sale or count on.

    That it did not sell before it came is no lack of demand; without days of its own it is
    forecast from what its category sells. Not so at a location where nothing is ever sold.
    """
    found = list(read)
    new = {one.id for one in products.values() if one.status is ProductStatus.NEW}
    if not new:
        return found
    sells = selling_locations(found)
    return [
        _since_it_came(one) if one.key.product_id in new and one.key.location_id in sells else one
        for one in found
    ]


def selling_locations(read: Iterable[DailyMovements]) -> frozenset[LocationId]:
    """Return where anything at all was sold: the others only store."""
    return frozenset(one.key.location_id for one in read if any(one.sold))


def nothing_sold(key: StockKey, first: date, closed: Sequence[bool]) -> DemandHistory:
    """Return the history of what is only stored somewhere: days on which nobody wanted it there."""
    days = len(closed)
    units, never = [0.0] * days, cast("Sequence[bool]", bytearray(days))
    return DemandHistory(key=key, first_day=first, units=units, stocked_out=never, closed=closed)


def _since_it_came(series: DailyMovements) -> DailyMovements:
    days = zip(series.sold, series.closing_stock, strict=True)
    is_here = (units > 0 or stock is not None for units, stock in days)
    first = next(compress(count(), is_here), len(series.sold))
    return replace(
        series,
        first_day=series.first_day + timedelta(days=first),
        sold=series.sold[first:],
        closing_stock=series.closing_stock[first:],
    )


def marked(closed: Collection[date], first: date, last: date) -> Sequence[bool]:
    """Return for each day whether it is a closed one, a byte each: see `stocked_out_days`."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return cast("Sequence[bool]", bytearray(day in closed for day in days))


def inherited(
    read: Iterable[DailyMovements], successors: Mapping[ProductId, ProductId]
) -> list[DailyMovements]:
    """Return each key's days, those of a successor with what it replaces added day by day.

    Who wanted the old product wants the new one now. So before the successor's first day its
    history is the predecessor's, while both are sold it is their sum, and afterwards its own:
    its own sales take over by themselves as days pass, and nothing has to be switched. Stock is
    added too: a day is a stock-out of the succession if neither was there. Of a chain of
    successors each inherits from all before it, at each location from that location.
    """
    found = {one.key: one for one in read}
    if not successors:
        return list(found.values())
    merged = dict(found)
    for key, old in found.items():
        for heir in heirs(key.product_id, successors):
            of_heir = StockKey(heir, key.location_id)
            known = merged.get(of_heir)
            merged[of_heir] = _sum(known, old) if known else replace(old, key=of_heir)
    return list(merged.values())


def heirs(product_id: ProductId, successors: Mapping[ProductId, ProductId]) -> Iterator[ProductId]:
    """Yield what replaces a product, what replaces that, and so on."""
    seen = {product_id}
    while (following := successors.get(product_id)) is not None and following not in seen:
        yield following
        seen.add(following)
        product_id = following


def _sum(one: DailyMovements, other: DailyMovements) -> DailyMovements:
    return replace(
        one,
        sold=[a + b for a, b in zip(one.sold, other.sold, strict=True)],
        closing_stock=[
            _both(a, b) for a, b in zip(one.closing_stock, other.closing_stock, strict=True)
        ],
    )


def _both(one: float | None, other: float | None) -> float | None:
    """Return what two shelves hold together; one that the ledger does not know holds nothing."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, 0.0) + max(other, 0.0)
