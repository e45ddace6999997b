"""A second demo shop, a grocer's: generated as a whole, from a fixed seed; nothing in it is real.

It sells on six days a week, most on Fridays and Saturdays, and sells out at times. Twelve of its
codes are codes of the giftware shop and name quite different things, so that a mistake of
isolation between two shops is seen at once. The ledger is complete: an opening count per product,
receipts, and sales that never exceed what is on the shelf.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from stockcli.demo.chance import dice
from stockcli.demo.grocer_catalogue import GrocerProduct, read_products, suppliers
from stockcli.demo.grocer_demand import all_days, is_closed, restaurant_demand, shop_demand
from stockcli.demo.grocer_ledger import Event, Shelf
from stockcli.demo.shapes import DemoMovement, DemoShop, DemoSupplier, MovementKind, moment

SLUG = "mercearia"
TIMEZONE = "America/Sao_Paulo"
SHOP = "SHOP"
WAREHOUSE = "WAREHOUSE"
CLOCK: dict[MovementKind, time] = {"count": time(6, 30), "receipt": time(7, 15), "sale": time(20)}


def shop() -> DemoShop:
    """Return the shop with its whole ledger, in the order of time."""
    products = read_products()
    by_code = {supplier.code: supplier for supplier in suppliers()}
    movements = [
        movement
        for product in products
        for movement in _ledger(product, by_code[product.fact.supplier_code])
    ]
    movements.sort(key=lambda movement: (movement.occurred_at, movement.reference))
    return DemoShop(
        slug=SLUG,
        name="Mercearia (generated)",
        currency="BRL",
        timezone=TIMEZONE,
        suppliers=suppliers(),
        products=tuple(product.fact for product in products),
        locations=((SHOP, "Loja"), (WAREHOUSE, "Depósito")),
        movements=tuple(movements),
        closed_days=tuple(day for day in all_days() if is_closed(day)),
    )


def _ledger(product: GrocerProduct, supplier: DemoSupplier) -> Iterator[DemoMovement]:
    sku = product.fact.sku
    chance = dice(SLUG, sku)
    shelf = Shelf(
        product=product, supplier=supplier, daily_units=product.daily_units, chance=chance
    )
    events = shelf.events(
        lambda day: shop_demand(product.pattern, product.daily_units, day, chance)
    )
    yield from (_movement(sku, SHOP, event) for event in events)
    if product.warehouse_daily_units:
        yield from _warehouse_ledger(product, supplier)


def _warehouse_ledger(product: GrocerProduct, supplier: DemoSupplier) -> Iterator[DemoMovement]:
    units, chance = product.warehouse_daily_units, dice(f"{SLUG} warehouse", product.fact.sku)
    shelf = Shelf(product=product, supplier=supplier, daily_units=units, chance=chance)
    events = shelf.events(lambda day: restaurant_demand(units, day, chance))
    yield from (_movement(product.fact.sku, WAREHOUSE, event) for event in events)


def _movement(sku: str, location: str, event: Event) -> DemoMovement:
    day, kind, units = event
    return DemoMovement(
        sku=sku,
        location=location,
        kind=kind,
        quantity=Decimal(units),
        occurred_at=_utc(day, kind),
        reference=f"{kind}-{day}:{location}:{sku}",
    )


def _utc(day: date, kind: MovementKind) -> datetime:
    return moment(day, CLOCK[kind], ZoneInfo(TIMEZONE))
