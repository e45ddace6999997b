"""The generated grocer's shelf, day by day: receipts in the morning, sales until it is empty.

A periodic order-up-to policy with lead times drawn by chance: every review day the order brings
the inventory position to mean demand over lead time + review, plus a safety stock. Demand that
finds the shelf empty is lost, so the ledger's zeros are at times stock-outs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import sqrt
from random import Random

from stockcli.demo.chance import whole_packs
from stockcli.demo.grocer_catalogue import GrocerProduct
from stockcli.demo.grocer_demand import FIRST_DAY, LAST_DAY, NEW_SINCE, all_days, is_closed
from stockcli.demo.shapes import DemoSupplier, MovementKind

REVIEW_DAYS = 7
# Safety stock in standard deviations of demand; the tight shelves run empty now and then.
SAFETY_FACTOR = {"ample": 2.4, "tight": -0.35, "low": 1.8}
LAST_FILL_FACTOR = 1.1
# What never sold off: units the dead products start with beyond their level.
DEAD_UNITS = 60

Event = tuple[date, MovementKind, int]


@dataclass(kw_only=True)
class Shelf:
    """One product at one place; it changes as the days go by."""

    product: GrocerProduct
    supplier: DemoSupplier
    daily_units: float
    chance: Random
    on_hand: int = 0
    arrivals: Counter[date] = field(default_factory=Counter)

    def events(self, demand: Callable[[date], int]) -> Iterator[Event]:
        """Yield day, kind and units of all that happens, the opening count first."""
        first = NEW_SINCE if self.product.pattern == "new" else FIRST_DAY
        self.on_hand = self.level() + (DEAD_UNITS if self.product.pattern == "dead" else 0)
        yield first, "count", self.on_hand
        for day in all_days():
            if day > first and not is_closed(day):
                yield from self._open_day(day, demand(day))

    def level(self, factor: float | None = None) -> int:
        """Return the order-up-to level: units over lead time + review, and the safety stock."""
        days = self.supplier.lead_time_days + REVIEW_DAYS
        safety = SAFETY_FACTOR[self.product.shelf] if factor is None else factor
        mean = self.daily_units * 6 / 7 * days
        # Demand's own spread (as in grocer_demand) and that of the lead time (Silver, Pyke and
        # Thomas, Inventory and Production Management in Supply Chains, 7.9).
        demand_variance = mean + mean**2 / 12 / days
        lead_variance = (self.daily_units * self.supplier.lead_time_sd_days) ** 2
        return max(2, round(mean + safety * sqrt(demand_variance + lead_variance)))

    def _open_day(self, day: date, wanted: int) -> Iterator[Event]:
        received = self._receive(day)
        if received:
            self.on_hand += received
            yield day, "receipt", received
        sold = min(wanted, self.on_hand)
        if sold > 0:
            self.on_hand -= sold
            yield day, "sale", sold
        if self._reviews(day):
            self._order(day)

    def _receive(self, day: date) -> int:
        if day < LAST_DAY or self._orders_until() < LAST_DAY:
            return self.arrivals.pop(day, 0)
        # The last morning's delivery leaves nothing on order, which the ledger could not show.
        fill = self.level(factor=3.5) * LAST_FILL_FACTOR - self.on_hand
        return whole_packs(fill, int(self.product.fact.pack_size)) if fill > 0 else 0

    def _reviews(self, day: date) -> bool:
        review_weekday = len(self.supplier.code) % 6
        return day.weekday() == review_weekday and day <= self._orders_until()

    def _orders_until(self) -> date:
        """Return the last day on which the shop orders this product."""
        pattern, shelf = self.product.pattern, self.product.shelf
        if pattern == "dead":
            return FIRST_DAY
        if pattern == "discontinued":
            return date(2011, 1, 10)
        if pattern == "run_out":
            return date(2011, 5, 2)
        if shelf == "low":
            days = self.supplier.lead_time_days + REVIEW_DAYS + 2
            return LAST_DAY - timedelta(days=round(days))
        return LAST_DAY

    def _order(self, day: date) -> None:
        short = self.level() - self.on_hand - self.arrivals.total()
        if short <= 0:
            return
        fact = self.product.fact
        units = whole_packs(max(short, int(fact.minimum_order_quantity)), int(fact.pack_size))
        lead_days = self.chance.gauss(self.supplier.lead_time_days, self.supplier.lead_time_sd_days)
        arrival = day + timedelta(days=max(1, round(lead_days)))
        while is_closed(arrival):
            arrival += timedelta(days=1)
        self.arrivals[arrival] += units
