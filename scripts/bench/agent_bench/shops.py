"""The shops in a database: made once, with the real engine's thresholds, and copied for a play."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from scripts.bench.agent_bench.catalogues import CATALOGUES, WEEK, Catalogue, Ordered, Shelf
from stockcli.bootstrap import SystemClock
from stockcli.domain.alerts import Alert, AlertKind, approval_situation
from stockcli.domain.catalogue import Product, ProductStatus, Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import OrderId, ProductId, StockKey, SupplierId, TenantId
from stockcli.domain.ledger import MovementKind, StockMovement
from stockcli.domain.purchasing import OrderLine, OrderStatus, PurchaseOrder
from stockcli.domain.replenishment import ManualMinimum
from stockcli.domain.shop import Role, ShopPolicy, Tenant
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.forecasting import read_demand
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.reordering import refresh_thresholds

FIRST_DAY = date(2024, 1, 1)
DAYS = 120
TODAY = FIRST_DAY + timedelta(days=DAYS)
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 15, tzinfo=UTC)
COUNTED_AT = NOW - timedelta(hours=8)
ROLES = (Role.MANAGER, Role.ANALYST)


class StandingClock(SystemClock):
    """A clock that stands still on the shops' last day."""

    def now(self) -> datetime:
        """Return the instant it stands at."""
        return NOW


@dataclass(frozen=True, kw_only=True)
class Template:
    """The file every play copies, and the secrets that open its shops.

    Attributes:
        tokens: by (shop, role).
    """

    file: Path
    tokens: Mapping[tuple[str, str], str]


def make_template(folder: Path) -> Template:
    """Make the shops in a file of this folder."""
    file = folder / "template.db"
    database = Database(f"sqlite:///{file}", clock=StandingClock())
    database.ensure_ready()
    directory = database.directory()
    for slug, catalogue in CATALOGUES.items():
        shop = directory.add_tenant(_tenant(slug, catalogue))
        _fill(database.unit_of_work(shop), catalogue)
    tokens = {
        (slug, str(role)): directory.create_token(
            role=role, tenant_slug=slug, label="bench", expires_at=None
        )
        for slug in CATALOGUES
        for role in ROLES
    }
    database.dispose()
    return Template(file=file, tokens=tokens)


def _tenant(slug: str, catalogue: Catalogue) -> Tenant:
    policy = ShopPolicy(
        order_approval_limit=catalogue.approval_limit,
        daily_spending_limit=Decimal(2000),
        notify_urls=("json://127.0.0.1:9",),
    )
    return Tenant(
        id=TenantId(0),
        slug=slug,
        name=catalogue.name,
        currency=catalogue.currency,
        timezone=catalogue.timezone,
        policy=policy,
    )


def _fill(unit: UnitOfWork, catalogue: Catalogue) -> None:
    with unit:
        unit.suppliers.put(_suppliers(catalogue))
        codes = {supplier.code: supplier.id for supplier in unit.suppliers.all()}
        unit.products.put(_product(sku, shelf, codes) for sku, shelf in catalogue.shelves.items())
        place = unit.locations.get(None).id
        for sku, product in unit.products.by_sku(list(catalogue.shelves)).items():
            key, shelf = StockKey(product.id, place), catalogue.shelves[sku]
            unit.ledger.book([*_past(key, sku, shelf)])
            if shelf.minimum:
                unit.minimums.put(_minimum(key, shelf.minimum))
        for ordered in catalogue.orders:
            _order(unit, ordered)
        unit.commit()
    thresholds = refresh_thresholds(read_demand(unit, TODAY), unit.tenant.policy, Forecaster())
    with unit:
        unit.thresholds.put(thresholds)
        unit.commit()


def _suppliers(catalogue: Catalogue) -> list[Supplier]:
    return [
        Supplier(
            id=SupplierId(0),
            code=code,
            name=name,
            email=f"{code.lower()}@example.com",
            lead_time=LeadTime(mean_days=mean, standard_deviation_days=deviation),
        )
        for code, (name, mean, deviation) in catalogue.suppliers.items()
    ]


def _product(sku: str, shelf: Shelf, suppliers: Mapping[str, SupplierId]) -> Product:
    more: dict[str, Any] = dict(shelf.product)
    snoozed_days = more.pop("snoozed_days", None)
    plain = Product(
        id=ProductId(0),
        sku=sku,
        name=shelf.name,
        supplier_id=suppliers[shelf.supplier] if shelf.supplier else None,
        unit_cost=Decimal(shelf.cost),
        unit_price=Decimal(shelf.cost) * 2,
        status=ProductStatus(more.pop("status", "active")),
        snoozed_until=TODAY + timedelta(days=snoozed_days) if snoozed_days else None,
    )
    return replace(plain, **more)


def _past(key: StockKey, sku: str, shelf: Shelf) -> Iterator[StockMovement]:
    """Yield what sold, and the count that says what is left; a shelf below zero oversold since."""
    sold = 0
    for offset in range(DAYS - shelf.silent_days):
        units = shelf.per_day + WEEK[offset % len(WEEK)]
        sold += units
        if units:
            yield _movement(key, MovementKind.SALE, -units, f"sale:{sku}:{offset}", offset)
    if shelf.on_hand is not None:
        counted = max(0, shelf.on_hand)
        yield replace(
            _movement(key, MovementKind.COUNT, counted + sold, f"count:{sku}", DAYS - 1),
            counted=Decimal(counted),
            occurred_at=COUNTED_AT,
        )
        if shelf.on_hand < 0:
            yield replace(
                _movement(key, MovementKind.ADJUSTMENT, shelf.on_hand, f"lost:{sku}", DAYS - 1),
                occurred_at=COUNTED_AT + timedelta(hours=1),
            )


def _movement(
    key: StockKey, kind: MovementKind, change: int, reference: str, offset: int
) -> StockMovement:
    return StockMovement(
        key=key,
        kind=kind,
        change=Decimal(change),
        occurred_at=datetime(2024, 1, 1, 16, tzinfo=UTC) + timedelta(days=offset),
        day=FIRST_DAY + timedelta(days=offset),
        reference=reference,
    )


def _minimum(key: StockKey, units: int) -> ManualMinimum:
    return ManualMinimum(
        key=key, quantity=Decimal(units), author="manager:bench", reason="by custom", set_at=NOW
    )


def _order(unit: UnitOfWork, ordered: Ordered) -> None:
    product = unit.products.get(ordered.sku)
    number, units = unit.orders.next_number(), Decimal(ordered.units)
    is_received = ordered.status is OrderStatus.RECEIVED
    line = OrderLine(
        product_id=product.id,
        quantity=units,
        unit_cost=product.unit_cost,
        received=units if is_received else Decimal(0),
    )
    if product.supplier_id is None:
        message = f"{ordered.sku} has no supplier to order from"
        raise ValueError(message)
    is_draft = ordered.status is OrderStatus.DRAFT
    unit.orders.add(
        PurchaseOrder(
            id=OrderId(0),
            number=number,
            supplier_id=product.supplier_id,
            location_id=unit.locations.get(None).id,
            status=ordered.status,
            lines=(line,),
            ordered_on=TODAY + timedelta(days=ordered.ordered_days),
            expected_on=TODAY + timedelta(days=ordered.expected_days),
            created_at=NOW + timedelta(days=min(0, ordered.ordered_days)),
            created_by="manager:bench",
            approved_by="" if is_draft else "policy",
        )
    )
    if is_draft:
        unit.alerts.raise_new([_waits(number, math.ceil(units * product.unit_cost))])


def _waits(number: str, total: int) -> Alert:
    return Alert(
        kind=AlertKind.ORDER_TO_APPROVE,
        situation=approval_situation(number),
        subject=f"Order {number} waits for approval",
        text=f"Order {number} waits for you: its total {total} is above the approval limit.",
        raised_at=NOW - timedelta(days=1),
    )
