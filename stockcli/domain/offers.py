"""Whom to order from: a product's first supplier, or the next where it comes too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from stockcli.domain.identifiers import SupplierId
from stockcli.domain.money import CENT
from stockcli.domain.sourcing import PriceBreak, unit_cost_of


@dataclass(frozen=True, kw_only=True)
class SourceOffer:
    """A supplier that a product may be ordered from now.

    Attributes:
        lead_time_days: mean, as it is counted on.
        unit_cost: below the first price break, in the tenant's currency.
    """

    supplier_id: SupplierId
    code: str
    supplier: str
    lead_time_days: float
    unit_cost: Decimal
    price_breaks: tuple[PriceBreak, ...] = ()

    def cost_of(self, quantity: Decimal) -> Decimal:
        """Return what a unit costs if so many are bought."""
        return unit_cost_of(quantity, self.price_breaks, self.unit_cost)


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """What is at stake until goods come.

    Attributes:
        shelf_days: how long the shelf lasts; None if nothing is sold.
        mean_per_day: expected units a day.
        unit_value: what a sale that is lost is worth.
        quantity: units to be ordered.
    """

    shelf_days: float | None
    mean_per_day: float
    unit_value: Decimal
    quantity: Decimal


def chosen_offer(offers: Sequence[SourceOffer], stake: Shortage) -> tuple[SourceOffer, str]:
    """Return whom to order from, and in words why, where there was a choice to make.

    The first, unless its goods come after the shelf is empty and another is faster: then the
    first by rank whose goods come in time, and if none do, the fastest. A fallback that is dearer
    must not cost more on the whole order than the sales it saves: the days it is earlier, counted
    from when the shelf is empty, times the units sold a day, times what one is worth.

    Args:
        offers: by rank, at least one.
        stake: what is lost by waiting.
    """
    first = offers[0]
    faster = [one for one in offers[1:] if one.lead_time_days < first.lead_time_days]
    shelf_days = stake.shelf_days
    if shelf_days is None or first.lead_time_days <= shelf_days or not faster:
        return first, ""
    in_time = [one for one in faster if one.lead_time_days <= shelf_days]
    other = in_time[0] if in_time else min(faster, key=lambda one: one.lead_time_days)
    why = (
        f"{first.supplier} takes {_days(first.lead_time_days)}, the shelf lasts "
        f"{_days(shelf_days)}, {other.supplier} takes {_days(other.lead_time_days)}"
    )
    dearer, saved = _worth(first, other, stake, shelf_days)
    if dearer > saved:
        stays = f"but costs {dearer} more, and would save sales of {saved}"
        return first, f"{why} {stays}"
    return other, f"{why}: ordered from {other.supplier}"


def _worth(
    first: SourceOffer, other: SourceOffer, stake: Shortage, shelf_days: float
) -> tuple[Decimal, Decimal]:
    """Return what the order costs more from the other, and what the sales it saves are worth.

    Both to the cent.
    """
    each = other.cost_of(stake.quantity) - first.cost_of(stake.quantity)
    days = first.lead_time_days - max(other.lead_time_days, shelf_days)
    saved = Decimal(str(round(days * stake.mean_per_day, 3))) * stake.unit_value
    return (each * stake.quantity).quantize(CENT), saved.quantize(CENT)


def _days(count: float) -> str:
    days = round(count, 1)
    return "a day" if days == 1 else f"{days:g} days"
