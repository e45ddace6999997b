"""The real giftware shop of the demo: its sales are real, all that they lack is generated.

Real: products, names, prices and sales, 2009-12-01 to 2011-05-31, and the days the shop was shut
(see ATTRIBUTION.md). Generated, from a fixed seed per product: suppliers, lead times, categories,
unit costs, pack sizes, minimum orders, maximum stocks, life status, and one count of every product
on the last evening. The count is chosen so that about one product in eight is clearly low.
"""

from __future__ import annotations

import csv
from datetime import date, time
from decimal import Decimal
from math import ceil
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from stockcli.demo.chance import dice, money, whole_packs
from stockcli.demo.giftware_sales import SalesHistory, read_histories
from stockcli.demo.giftware_suppliers import guess_category, supplier_code, suppliers
from stockcli.demo.shapes import (
    DemoMovement,
    DemoProduct,
    DemoShop,
    ProductLife,
    moment,
)

LINES_PATH = Path(__file__).with_name("online_retail.csv.gz")
SHOP_DAYS_PATH = Path(__file__).with_name("shop_days.csv")
SLUG = "giftware"
TIMEZONE = "Europe/London"
LOCATION = "SHOP"
LAST_DAY = date(2011, 5, 31)
RECENT_DAYS = 56
REVIEW_DAYS = 7
LOW_SHARE = 0.125
# The two best known products are always low, so that a demo has something to show.
ALWAYS_LOW = frozenset({"85123A", "22423"})
LINE_PACKS = (1, 2, 4, 6, 12, 24, 48)


def shop(lines_path: Path = LINES_PATH) -> DemoShop:
    """Return the shop; its movements are the final counts alone, sales come from the lines."""
    histories = read_histories(lines_path)
    products = tuple(_product(history) for history in histories)
    lead_times = {supplier.code: supplier.lead_time_days for supplier in suppliers()}
    low = _low_skus(histories, products)
    counts = tuple(
        _count(
            product, _stock(history, lead_times[product.supplier_code], is_low=product.sku in low)
        )
        for history, product in zip(histories, products, strict=True)
    )
    return DemoShop(
        slug=SLUG,
        name="Giftware (real sales)",
        currency="GBP",
        timezone=TIMEZONE,
        suppliers=suppliers(),
        products=products,
        locations=((LOCATION, "Shelves of the web shop"),),
        movements=counts,
        closed_days=closed_days(),
    )


def closed_days() -> tuple[date, ...]:
    """Return the days between the first and the last on which the shop was shut."""
    with SHOP_DAYS_PATH.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return tuple(date.fromisoformat(row["day"]) for row in rows if row["open"] == "0")


def _product(history: SalesHistory) -> DemoProduct:
    chance = dice(SLUG, history.sku)
    category = guess_category(history.name)
    pack_size = _pack_size(history)
    limit = whole_packs(2 * _busiest_units(history, 90) + 24, pack_size)
    return DemoProduct(
        sku=history.sku,
        name=history.name,
        category=category,
        supplier_code=supplier_code(category, chance.random()),
        unit_cost=money(history.median_price * chance.uniform(0.38, 0.58)),
        unit_price=money(history.median_price),
        pack_size=Decimal(pack_size),
        minimum_order_quantity=Decimal(pack_size * (1, 1, 2, 4)[int(chance.random() * 4)]),
        maximum_stock=Decimal(limit) if chance.random() < 0.2 else None,
        status=_life(history, category, chance),
    )


def _pack_size(history: SalesHistory) -> int:
    monthly_units = sum(history.daily_units(LAST_DAY, 180)) / 6
    most = min(history.median_line_units, monthly_units / 4)
    return max((pack for pack in LINE_PACKS if pack <= most), default=1)


def _life(history: SalesHistory, category: str, chance: Random) -> ProductLife:
    idle_days = (LAST_DAY - history.last_sold).days
    if category == "christmas" or idle_days < 60 or chance.random() < 0.4:
        return "active"
    return "discontinued" if idle_days > 120 else "run_out"


def _low_skus(histories: list[SalesHistory], products: tuple[DemoProduct, ...]) -> set[str]:
    statuses = {product.sku: product.status for product in products}
    able = [
        history.sku
        for history in histories
        if statuses[history.sku] == "active" and _recent_sale_days(history) >= 8
    ]
    able.sort(key=lambda sku: (sku not in ALWAYS_LOW, dice("giftware low", sku).random()))
    return set(able[: round(LOW_SHARE * len(histories))])


def _recent_sale_days(history: SalesHistory) -> int:
    return sum(units > 0 for units in history.daily_units(LAST_DAY, RECENT_DAYS))


def _stock(history: SalesHistory, lead_time_days: float, *, is_low: bool) -> int:
    """Return a count: half the demand of one lead time at most if low, else ample cover."""
    chance = dice("giftware stock", history.sku)
    recent_mean = sum(history.daily_units(LAST_DAY, RECENT_DAYS)) / RECENT_DAYS
    if is_low:
        return int(recent_mean * lead_time_days * chance.uniform(0.0, 0.5))
    ample = _busiest_units(history, ceil(lead_time_days) + REVIEW_DAYS)
    return ceil(ample * chance.uniform(1.8, 2.8)) + 3 + int(chance.random() * 20)


def _busiest_units(history: SalesHistory, window_days: int) -> int:
    daily = history.daily_units(LAST_DAY, 180)
    starts = range(len(daily) - window_days + 1)
    return max(sum(daily[start : start + window_days]) for start in starts)


def _count(product: DemoProduct, units: int) -> DemoMovement:
    return DemoMovement(
        sku=product.sku,
        location=LOCATION,
        kind="count",
        quantity=Decimal(units),
        occurred_at=moment(LAST_DAY, time(20), ZoneInfo(TIMEZONE)),
        reference=f"count-{LAST_DAY}:{product.sku}",
    )
