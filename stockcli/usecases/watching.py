"""A shop at a glance, for a screen that stays open: what is short, on its way, and told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

from stockcli.domain.alerts import Alert
from stockcli.domain.decisions import Candidate
from stockcli.domain.ledger import DailyMovements
from stockcli.domain.purchasing import OPEN_STATUSES
from stockcli.domain.shop import Tenant, local_day
from stockcli.usecases.alerting import latest_alerts
from stockcli.usecases.candidates import policies_within, weighed
from stockcli.usecases.inventory import (
    StockLine,
    sales_of,
    shop_day_within,
    stock_lines_within,
)
from stockcli.usecases.offers import offers_within
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import OrderRow, order_rows
from stockcli.usecases.reporting import why

MOST_ALERTS = 1000
SHOWN_DAYS = 120


@dataclass(frozen=True, kw_only=True)
class ShopMark:
    """Stands for all that a screen shows of a shop: another if any of it may have changed.

    Attributes:
        version: the shop's data version.
        today: its calendar day.
    """

    version: int
    today: date
    shop: Tenant


@dataclass(frozen=True, kw_only=True)
class ShortLine:
    """A product that is short on the shelf at one location.

    Attributes:
        line: how it stands; low, or above its reorder point thanks to what is on order.
        candidate: what the policy would order, and what is at stake.
        is_snoozed: whether the product is left alone on the shop's day.
    """

    line: StockLine
    candidate: Candidate
    is_snoozed: bool

    @property
    def rank(self) -> int:
        """Return how far it is from needing somebody.

        0: an order is due; 1: an order waits for approval; 2: it is on its way; 3: snoozed.
        """
        if self.is_snoozed:
            return 3
        if self.line.is_low:
            return 0
        return 1 if any(order.is_draft for order in self.line.open_orders) else 2


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What a shop's manager looks at.

    Attributes:
        day: the one the shop's stock is judged on.
        read_at: when it was read.
        short: what needs an order first, then by money at risk, then by what lasts shortest.
        orders: those with goods still to come, newest first.
        alerts: those whose situation lasts, newest first.
        products: how many there are.
        judged: how many products and locations have a reorder point.
    """

    mark: ShopMark
    day: date
    read_at: datetime
    short: tuple[ShortLine, ...]
    orders: tuple[OrderRow, ...]
    alerts: tuple[Alert, ...]
    products: int
    judged: int


def shop_mark(unit: UnitOfWork, now: datetime) -> ShopMark:
    """Return what stands for a shop's present state; two short reads."""
    shop = unit.refreshed_tenant()
    with unit.reading():
        return ShopMark(version=unit.version(), today=local_day(shop, now), shop=shop)


def overview(unit: UnitOfWork, mark: ShopMark, now: datetime) -> Overview:
    """Return a shop at a glance, in a handful of reads whatever its size.

    Args:
        mark: read before; what changes meanwhile moves it, and is seen at the next look.
    """
    with unit.reading():
        day = shop_day_within(unit, now)
        lines = stock_lines_within(unit, day=day)
        offers, policies = offers_within(unit, day), policies_within(unit)
        products = {line.product.id for line in lines}
    short = [
        ShortLine(
            line=line,
            candidate=weighed(line, offers, policies),
            is_snoozed=line.product.is_snoozed(day),
        )
        for line in lines
        if line.product.is_kept and (line.is_low or line.is_short_but_ordered)
    ]
    return Overview(
        mark=mark,
        day=day,
        read_at=now,
        short=tuple(sorted(short, key=_most_urgent_first)),
        orders=tuple(order_rows(unit, OPEN_STATUSES)),
        alerts=tuple(latest_alerts(unit, MOST_ALERTS, open_only=True)),
        products=len(products),
        judged=sum(line.reorder_point is not None for line in lines),
    )


def _most_urgent_first(one: ShortLine) -> tuple[object, ...]:
    candidate, cover = one.candidate, one.line.days_of_cover
    lasts = math.inf if cover is None else cover
    return one.rank, -candidate.money_at_risk, lasts, candidate.sku, candidate.location


@dataclass(frozen=True, kw_only=True)
class ProductView:
    """One product at one location: what it sold, what it will, and why its numbers are so.

    Attributes:
        day: the one it is judged on.
        why: its numbers told in sentences.
        days: sold units and closing stock of the last days; None if it never moved there.
    """

    line: StockLine
    day: date
    why: tuple[str, ...]
    days: DailyMovements | None


def product_view(unit: UnitOfWork, sku: str, location: str, now: datetime) -> ProductView:
    """Return what is stored about one product at one location; nothing is forecast anew.

    Raises:
        NotFoundError: no such product or location, or nothing is kept of it there any more.
    """
    (report,) = why(unit, sku, now=now, location=location)
    moved = sales_of(unit, sku, days=SHOWN_DAYS, day=report.day)
    key = report.line.level.key
    return ProductView(
        line=report.line,
        day=report.day,
        why=report.sentences,
        days=next((one for one in moved if one.key == key), None),
    )
