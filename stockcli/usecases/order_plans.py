"""Orders by hand of several products, new or as an earlier one, seen before they are placed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from stockcli.domain.catalogue import Location, Product, Supplier
from stockcli.domain.errors import ConflictError, InvalidInputError, NotFoundError, StockError
from stockcli.domain.identifiers import StockKey, SupplierId
from stockcli.domain.money import CENT
from stockcli.domain.order_changes import quantities_of
from stockcli.domain.purchasing import PurchaseOrder
from stockcli.usecases.alerting import tell
from stockcli.usecases.asked_quantities import asked_quantity, on_order_already, products_named
from stockcli.usecases.inventory import open_orders_within, shop_day_within
from stockcli.usecases.order_changes import ensure_sold_by
from stockcli.usecases.ordering import OrderDraft, cost_from, place_orders
from stockcli.usecases.ports import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants to order by hand.

    Attributes:
        quantities: units by SKU, above zero.
        supplier: code of who is asked; None: each product's own supplier.
        location: code of where to; None: the shop's first.
        leaves_out: whether a product that cannot be ordered is left out, and not refused.
    """

    quantities: Mapping[str, Decimal]
    supplier: str | None = None
    location: str | None = None
    leaves_out: bool = False


@dataclass(frozen=True, kw_only=True)
class PlannedLine:
    """One product to be ordered: units in whole packs, its price, and the steps to the units."""

    sku: str
    name: str
    supplier: str
    steps: tuple[str, ...]
    draft: OrderDraft

    @property
    def total(self) -> Decimal:
        """Return the price of the line, in the tenant's currency."""
        return (self.draft.quantity * self.draft.unit_cost).quantize(CENT)


@dataclass(frozen=True, kw_only=True)
class OrderPlan:
    """What would be ordered.

    Attributes:
        left_out: products that are not, each with why.
    """

    lines: tuple[PlannedLine, ...]
    location: str
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def total(self) -> Decimal:
        """Return the price of all lines, in the tenant's currency."""
        return sum((line.total for line in self.lines), Decimal("0.00"))


def plan_orders(unit: UnitOfWork, wish: Wish) -> OrderPlan:
    """Return what would be ordered; nothing is written.

    Raises:
        NotFoundError: no such product, supplier or location.
        ConflictError: a product is on order already, not sold by the supplier, or not kept.
        LimitExceededError: a quantity passes a product's maximum.
        InvalidInputError: nothing was named.
    """
    with unit.reading():
        return _plan(unit, wish)


def wish_as(unit: UnitOfWork, number: str) -> Wish:
    """Return an order as a wish to order the same again; what cannot be is left out.

    Raises:
        NotFoundError: no such order.
    """
    with unit.reading():
        order = unit.orders.get(number)
        skus = {product.id: product.sku for product in unit.products.all()}
        suppliers = {supplier.id: supplier.code for supplier in unit.suppliers.all()}
        places = {place.id: place.code for place in unit.locations.all()}
    return Wish(
        quantities={skus[key]: units for key, units in quantities_of(order).items()},
        supplier=suppliers[order.supplier_id],
        location=places[order.location_id],
        leaves_out=True,
    )


def place_planned(
    unit: UnitOfWork,
    wish: Wish,
    *,
    author: str,
    now: datetime,
    note: str = "",
    expected_on: date | None = None,
) -> list[PurchaseOrder]:
    """Order what is wished for; limits and approvals apply. The same errors as plan_orders.

    Raises:
        InvalidInputError: the goods would be due on a day that is over.
    """
    with unit:
        day = shop_day_within(unit, now)
        if expected_on is not None and expected_on < day:
            raise InvalidInputError(f"{expected_on} is over: name a day from {day} on")
        drafts = [line.draft for line in _plan(unit, wish).lines]
        orders, alerts = place_orders(
            unit, drafts, by=author, day=day, now=now, note=note, expected_on=expected_on
        )
        key = "+".join(f"{order.number}:{order.revision}" for order in orders)
        tell(unit, alerts, now=now, digest_key=f"order:{key}")
        unit.commit()
    return orders


def _plan(unit: UnitOfWork, wish: Wish) -> OrderPlan:
    place = unit.locations.get(wish.location)
    products = products_named(unit, wish.quantities)
    planner = _Planner(unit, place, _named(unit.suppliers.all(), wish.supplier), products.values())
    lines, left_out = [], []
    for sku, units in wish.quantities.items():
        try:
            lines.append(planner.line(products[sku], units))
        except StockError as error:
            if not wish.leaves_out:
                raise
            left_out.append((sku, error.message))
    if not lines:
        if left_out:
            raise ConflictError(f"none of it can be ordered: {left_out[0][1]}")
        raise InvalidInputError("nothing to order was named", "give --line SKU=UNITS")
    return OrderPlan(lines=tuple(lines), location=place.code, left_out=tuple(left_out))


def _named(suppliers: Sequence[Supplier], code: str | None) -> Supplier | None:
    if code is None:
        return None
    wanted = code.strip().casefold()
    for supplier in suppliers:
        if supplier.code.casefold() == wanted:
            return supplier
    nearest = tuple(supplier.code for supplier in suppliers[:5])
    raise NotFoundError(f"there is no supplier {code[:40]!r}", nearest=nearest)


class _Planner:
    """Plans lines, with what all of them need read once; in an open unit of work."""

    def __init__(
        self,
        unit: UnitOfWork,
        place: Location,
        asked: Supplier | None,
        products: Collection[Product],
    ) -> None:
        self._place, self._asked = place, asked
        self._suppliers = {supplier.id: supplier for supplier in unit.suppliers.all()}
        self._sources = unit.sources.all()
        self._on_order = open_orders_within(unit)
        self._levels = unit.ledger.levels([StockKey(one.id, place.id) for one in products])

    def line(self, product: Product, units: Decimal) -> PlannedLine:
        supplier = self._asked or self._own(product)
        ensure_sold_by(product, supplier, self._sources)
        key = StockKey(product.id, self._place.id)
        if on_order := self._on_order.get(key):
            raise on_order_already(product.sku, self._place.code, on_order[0])
        outcome = asked_quantity(product, units, self._levels[key].position)
        draft = OrderDraft(
            key=key,
            quantity=outcome.quantity,
            unit_cost=cost_from(self._sources, product, supplier.id, outcome.quantity),
            supplier_id=supplier.id,
        )
        return PlannedLine(
            sku=product.sku,
            name=product.name,
            supplier=supplier.name,
            steps=outcome.steps,
            draft=draft,
        )

    def _own(self, product: Product) -> Supplier:
        supplier = self._suppliers.get(product.supplier_id or SupplierId(0))
        if supplier is None:
            message = f"{product.sku} has no supplier, so it cannot be ordered"
            raise ConflictError(message, "give it one with `stock import products FILE`")
        return supplier
