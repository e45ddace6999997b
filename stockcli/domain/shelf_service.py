"""How well a shelf served: days out of stock, sales lost, fill rate, turns, dead stock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import cast

from stockcli.domain.replenishment import DAYS_A_YEAR

DEAD_AFTER_DAYS = 90
"""Fewer days without a sale say little of a product that sells once a month."""


@dataclass(frozen=True, kw_only=True)
class ShelfService:
    """One shelf over some calendar days, units.

    Attributes:
        sold: on all of the days.
        lost: estimated, on the days that ended with an empty shelf.
        known_days: days whose closing stock is known.
        stock_out_days: of them, days that ended with an empty shelf.
        sold_on_known_days: of what was sold, that on days of known stock.
        unit_days: closing stock added up over the known days; below zero counts as none.
    """

    sold: float = 0.0
    lost: float = 0.0
    known_days: int = 0
    stock_out_days: int = 0
    sold_on_known_days: float = 0.0
    unit_days: float = 0.0


def known_from(closing_stock: Sequence[float | None]) -> int:
    """Return the place of the first day whose closing stock is known; all later ones are too."""
    return sum(1 for _ in takewhile(_is_unknown, closing_stock))


def _is_unknown(left: float | None) -> bool:
    return left is None


def empty_days(closing_stock: Sequence[float | None]) -> list[int]:
    """Return the places of the days that ended with an empty shelf; unknown stock is not empty.

    >>> empty_days([None, 3.0, 0.0, -1.0])
    [2, 3]
    """
    known = cast("Sequence[float]", closing_stock[known_from(closing_stock) :])
    # A shop has millions of days, and most shelves are never empty.
    if min(known, default=1.0) > 0:
        return []
    return [day for day, left in enumerate(closing_stock) if left is not None and left <= 0]


def lost_units(sold: float, expected: float) -> float:
    """Return what was asked for in vain on a day that ended with an empty shelf, estimated.

    Nothing records it, so the forecast's mean of the day stands for what was asked for; what was
    sold before the shelf ran empty was served. Where more sold than was expected, nothing counts
    as lost: the estimate errs on the low side. Source: Nahmias (1994), "Demand estimation in lost
    sales inventory systems", Naval Research Logistics 41: demand on such days is censored.

    >>> lost_units(0.0, 2.5), lost_units(2.0, 2.5), lost_units(4.0, 2.5)
    (2.5, 0.5, 0.0)
    """
    return max(0.0, expected - sold)


def shelf_service(
    sold: Sequence[float],
    closing_stock: Sequence[float | None],
    expected_on: Callable[[int], float],
) -> ShelfService:
    """Return how a shelf served.

    Calendar days count, closed ones too: the expected units of a calendar day are fewer than
    those of an open day by as much.

    Args:
        sold: units a day.
        closing_stock: at the end of each of the same days; None before it is known.
        expected_on: the units that were expected on a day, by its place.
    """
    unknown, empty = known_from(closing_stock), empty_days(closing_stock)
    known = cast("Sequence[float]", closing_stock[unknown:])
    return ShelfService(
        sold=float(sum(sold)),
        lost=sum(lost_units(sold[day], expected_on(day)) for day in empty),
        known_days=len(known),
        stock_out_days=len(empty),
        sold_on_known_days=float(sum(sold[unknown:])),
        unit_days=float(sum(map(_standing, known) if empty else known)),
    )


def _standing(left: float) -> float:
    return max(0.0, left)


def fill_rate(sold: float, lost: float) -> float | None:
    """Return the share of demand served from the shelf; None without any demand.

    Service measure P2 of Silver, Pyke & Thomas, Inventory and Production Management in Supply
    Chains, 4th ed., chapter 6: the fraction of demand satisfied routinely from the shelf, in
    units. Demand is what was sold and what is estimated as lost.

    >>> fill_rate(90.0, 10.0)
    0.9
    """
    asked = sold + lost
    return sold / asked if asked > 0 else None


def stock_turns(sold: float, stock_days: float) -> float | None:
    """Return how often a year the stock is sold; None where there was no stock.

    Cost of goods sold over mean stock at cost, both on the same days. Source: as `fill_rate`,
    chapter 2 (inventory turnover).

    Args:
        sold: at cost, on the days whose stock is known.
        stock_days: closing stock at cost, added up over the same days.

    A unit a day from a shelf of ten:

    >>> stock_turns(30.0, 300.0)
    36.525
    """
    return DAYS_A_YEAR * sold / stock_days if stock_days > 0 else None


def is_dead(sold: Sequence[float], closing_stock: Sequence[float | None]) -> bool:
    """Return whether goods stood there at the end of each day and none was sold: dead stock.

    What arrived within the days, or was never counted before them, is not dead yet.

    >>> is_dead([0.0, 0.0], [5.0, 5.0]), is_dead([0.0, 0.0], [None, 5.0])
    (True, False)
    """
    if not closing_stock or None in closing_stock or any(sold):
        return False
    return min(cast("Sequence[float]", closing_stock)) > 0
