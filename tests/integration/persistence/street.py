"""Two shops in one street that share their SKUs, and facts to try them with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from stockcli.domain.alerts import Alert, AlertKind
from stockcli.domain.allowance import Kind
from stockcli.domain.audit import Actor
from stockcli.domain.batches import BatchStatus
from stockcli.domain.budget import ModelCall, ModelUsage
from stockcli.domain.calendar import CalendarDay
from stockcli.domain.catalogue import Location, Product, Supplier
from stockcli.domain.decisions import Action, Decision
from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import (
    LocationId,
    OrderId,
    ProductId,
    RunId,
    StockKey,
    SupplierId,
    TenantId,
)
from stockcli.domain.ledger import MovementKind, StockMovement, counted_movement
from stockcli.domain.purchasing import OrderLine, OrderStatus, PurchaseOrder
from stockcli.domain.replenishment import ForecastRecord, ManualMinimum, Threshold
from stockcli.domain.shop import Role, Tenant
from stockcli.domain.sourcing import CategoryPolicy, ProductSource, StockTransfer
from stockcli.persistence.connection import TENANT
from stockcli.persistence.database import Database
from stockcli.persistence.tables import metadata
from stockcli.usecases.ports import (
    CheckRun,
    Conversation,
    ImportRecord,
    OutboxMessage,
    ReviewBatch,
    Snapshot,
    UnitOfWork,
)
from tests.fixtures.corner_shop import NOW, TODAY, SteppingClock

SKUS = ("85123A", "22423", "POST")


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A shop with three products, one supplier and its first location."""

    tenant: Tenant
    unit: UnitOfWork
    location: Location
    supplier: Supplier
    products: dict[str, Product]

    def key(self, sku: str = "85123A") -> StockKey:
        """Return a product at the first location."""
        return StockKey(self.products[sku].id, self.location.id)

    def sale(self, reference: str, *, units: int = 1, day: date = TODAY) -> StockMovement:
        """Return a sale of the first product."""
        return StockMovement(
            key=self.key(),
            kind=MovementKind.SALE,
            change=Decimal(-units),
            occurred_at=NOW + (day - TODAY),
            day=day,
            reference=reference,
            unit_price=Decimal("2.5500"),
        )

    def receipt(self, reference: str, *, units: int = 10, day: date = TODAY) -> StockMovement:
        """Return a receipt of the first product."""
        sold = self.sale(reference, units=units, day=day)
        return replace(sold, kind=MovementKind.RECEIPT, change=Decimal(units), unit_price=None)

    def order(self, number: str = "PO-00001", *skus: str, **changes: Any) -> PurchaseOrder:
        """Return a draft order of twelve units of each product, at 1.25."""
        lines = tuple(
            OrderLine(
                product_id=self.products[sku].id,
                quantity=Decimal(12),
                unit_cost=Decimal("1.25"),
            )
            for sku in skus or ("85123A",)
        )
        order = PurchaseOrder(
            id=OrderId(0),
            number=number,
            supplier_id=self.supplier.id,
            location_id=self.location.id,
            status=OrderStatus.DRAFT,
            lines=lines,
            ordered_on=TODAY,
            expected_on=TODAY + timedelta(days=7),
            created_at=NOW,
            created_by="manager:ana",
        )
        return replace(order, **changes)

    def source(self, sku: str = "85123A", **changes: Any) -> ProductSource:
        """Return the shop's supplier as a source of a product."""
        source = ProductSource(product_id=self.products[sku].id, supplier_id=self.supplier.id)
        return replace(source, **changes)

    def transfer(self, to: LocationId, sku: str = "85123A", **changes: Any) -> StockTransfer:
        """Return a transfer of two units from the first location."""
        transfer = StockTransfer(
            number="TR-00001",
            product_id=self.products[sku].id,
            origin_id=self.location.id,
            destination_id=to,
            quantity=Decimal(2),
            created_at=NOW,
            created_by="manager:ana",
        )
        return replace(transfer, **changes)

    def decision(self, sku: str = "85123A", **changes: Any) -> Decision:
        """Return a decision to restock twelve units."""
        decision = Decision(
            key=self.key(sku),
            sku=sku,
            location="SHOP",
            action=Action.RESTOCK,
            quantity=Decimal(12),
            reason="position 3 is at or below the reorder point 8",
            decided_by="rule",
            on_hand=Decimal(3),
            on_order=Decimal(0),
            reorder_point=Decimal(8),
            business_day=TODAY,
            stock_version=4,
            inputs={"position": 3, "steps": ["a", "b"]},
        )
        return replace(decision, **changes)

    def threshold(self, sku: str = "85123A", **changes: Any) -> Threshold:
        """Return a threshold of eight units."""
        threshold = Threshold(
            key=self.key(sku),
            reorder_point=Decimal(8),
            order_up_to_level=Decimal(20),
            mean_per_day=0.75,
            model="ARIMA(1,0,1) + day-of-week",
            computed_for=TODAY,
            breakdown={"zero": 0, "alpha": [1, 2.5]},
            parameters={"phi": 0.25},
        )
        return replace(threshold, **changes)

    def minimum(self, **changes: Any) -> ManualMinimum:
        """Return a minimum of thirty units."""
        minimum = ManualMinimum(
            key=self.key(),
            quantity=Decimal(30),
            author="manager:ana",
            reason="Christmas",
            set_at=NOW,
            expires_on=TODAY,
        )
        return replace(minimum, **changes)


def alert(situation: str = "low:1:1", **changes: Any) -> Alert:
    """Return an alert of low stock."""
    told = Alert(
        kind=AlertKind.LOW_STOCK,
        situation=situation,
        subject="85123A is low",
        text="three left",
        raised_at=NOW,
    )
    return replace(told, **changes)


def message(key: str = "po:PO-00001", **changes: Any) -> OutboxMessage:
    """Return a message about an order."""
    letter = OutboxMessage(
        idempotency_key=key, channel="purchase_order", payload={"number": "PO-00001"}
    )
    return replace(letter, **changes)


def review_batch(run_id: str = "run-1", **changes: Any) -> ReviewBatch:
    """Return a review that was prepared for a batch now."""
    asked = ReviewBatch(
        run_id=RunId(run_id),
        model="claude",
        status=BatchStatus.PREPARED,
        custom_id=f"{run_id}-1",
        business_day=TODAY,
        asked=[{"sku": "85123A", "reason": "é", "steps": [1, None]}],
        reservation_id=1,
        submitted_at=NOW,
    )
    return replace(asked, **changes)


def run(run_id: str = "run-1") -> CheckRun:
    """Return a run that begins now."""
    return CheckRun(run_id=RunId(run_id), started_at=NOW, business_day=TODAY)


def open_shop(database: Database, slug: str, name: str) -> Shop:
    """Add a shop with a supplier and three products, named after itself."""
    directory = database.directory()
    tenant = directory.add_tenant(Tenant(id=TenantId(0), slug=slug, name=name))
    lead_time = LeadTime(mean_days=7.0)
    with database.unit_of_work(tenant) as unit:
        unit.suppliers.put(
            [Supplier(id=SupplierId(0), code="ACME", name=f"{name} Acme", lead_time=lead_time)]
        )
        (supplier,) = unit.suppliers.all()
        unit.products.put(
            Product(
                id=ProductId(0),
                sku=sku,
                name=f"{name} {sku}",
                supplier_id=supplier.id,
                unit_cost=Decimal("1.25"),
            )
            for sku in SKUS
        )
        unit.commit()
    return shop_called(database, slug)


def shop_called(database: Database, slug: str) -> Shop:
    """Return a shop that was opened before."""
    tenant = database.directory().tenant(slug)
    unit = database.unit_of_work(tenant)
    with unit.reading():
        return Shop(
            tenant=tenant,
            unit=unit,
            location=unit.locations.get(None),
            supplier=unit.suppliers.all()[0],
            products={product.sku: product for product in unit.products.all()},
        )


def fill(shop: Shop, database: Database) -> None:
    """Write into every table the tenant has."""
    unit = shop.unit
    with unit:
        unit.runs.claim(run(), NOW + timedelta(hours=1))
        unit.locations.put([Location(id=LocationId(0), code="DEPOT", name="Depot")])
        unit.ledger.book([shop.receipt("r1", units=70), shop.sale("s1", units=7)])
        count = counted_movement(
            shop.key(),
            counted=Decimal(60),
            on_hand=Decimal(63),
            occurred_at=NOW,
            day=TODAY,
            reference="c1",
        )
        unit.ledger.book([count])
        unit.ledger.set_reserved(shop.key(), Decimal(5))
        _say_where_from(shop)
        unit.calendar.put({TODAY: CalendarDay(is_open=False)})
        unit.thresholds.put([shop.threshold(reorder_point=Decimal(77))])
        unit.minimums.put(shop.minimum(quantity=Decimal(78)))
        unit.orders.add(shop.order(unit.orders.next_number(), status=OrderStatus.SENT))
        unit.decisions.add(RunId("run-1"), [shop.decision(quantity=Decimal(79))])
        unit.alerts.raise_new([alert(key=shop.key(), subject="the neighbour's")])
        unit.outbox.put([message(payload={"neighbour": True})])
        unit.snapshots.put(
            Snapshot(topic="levels", payload={"neighbour": True}, as_of=NOW, version=9)
        )
        unit.conversations.put(
            Conversation(id="chat-1", title="the neighbour's", messages=[], updated_at=NOW)
        )
        call = unit.model_calls.reserve("review", "claude", Decimal("0.5"), NOW)
        usage = ModelUsage(input_tokens=10, output_tokens=20)
        settled = ModelCall(purpose="review", model="claude", usage=usage, price_usd=Decimal("0.4"))
        unit.model_calls.settle(call, settled)
        unit.review_batches.add(review_batch(reservation_id=call))
        unit.imports.save_profile("till", {"sku": "Neighbour"})
        record = ImportRecord(
            kind="sales", file_name="n.csv", checksum="n" * 64, imported_at=NOW, report={}
        )
        unit.imports.add(record)
        unit.commit()
    database.directory().create_token(
        role=Role.MANAGER, tenant_slug=shop.tenant.slug, label="neighbour", expires_at=None
    )
    _use_the_token(shop, database)


def _say_where_from(shop: Shop) -> None:
    """Write into the tables about sources, in the open unit."""
    unit = shop.unit
    unit.sources.put([shop.source(unit_cost=Decimal(78))])
    unit.sources.put_successors({shop.products["POST"].id: shop.products["85123A"].id})
    unit.transfers.next_numbers(1)
    depot = unit.locations.get("DEPOT")
    unit.transfers.add([shop.transfer(depot.id, quantity=Decimal(3))])
    unit.categories.put(CategoryPolicy(category="Neighbour goods", review_period_days=77))
    unit.forecast_records.put(
        [ForecastRecord(key=shop.key(), computed_for=TODAY, mean_per_day=77.5)]
    )


def _use_the_token(shop: Shop, database: Database) -> None:
    """Leave the counter that a token's writes leave."""
    (token,) = database.directory().tokens(shop.tenant.slug)
    with database.unit_of_work(shop.tenant, Actor(token_id=token.id)) as unit:
        unit.allowances.take(Kind.WRITE)
        unit.commit()


def rows_of(database: Database, tenant: Tenant) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of a tenant, by table that can hold any."""
    rows = {}
    with database._engine.connect().execution_options(**{TENANT: tenant.id}) as connection:
        for name, table in metadata.tables.items():
            owner = "id" if name == "tenant" else "tenant_id"
            if owner not in table.c:
                continue
            query = f"SELECT * FROM {name} WHERE {owner} = {tenant.id}"  # noqa: S608 - our names
            found = connection.exec_driver_sql(query).all()
            rows[name] = sorted((tuple(row) for row in found), key=repr)
    return rows


def open_street(url: str) -> None:
    """Open the two shops: the neighbour first, with rows everywhere, then an empty one."""
    database = Database(url, clock=SteppingClock())
    fill(open_shop(database, "neighbour", "Neighbour"), database)
    open_shop(database, "here", "Here")
    database.dispose()
