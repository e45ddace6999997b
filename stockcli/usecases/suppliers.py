"""Who delivers: lead times, what they supply, what is still to come of them, and what is late."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stockcli.domain.catalogue import Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.lead_times import LeadTimeRecord
from stockcli.domain.purchasing import OPEN_STATUSES, OrderStatus, PurchaseOrder
from stockcli.usecases.lead_times import lead_time_in_use, lead_time_records
from stockcli.usecases.ports import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class SupplierRow:
    """A supplier, and how the shop stands with it.

    Attributes:
        supplier: with the lead time it states.
        record: what it states, and what its deliveries taught.
        lead_time: the one to count on, as the shop's policy wants it.
        products: active ones it supplies.
        open_orders: with goods still to come, drafts included, soonest first.
        late: those of them that were sent and are past their day.
    """

    supplier: Supplier
    record: LeadTimeRecord
    lead_time: LeadTime
    products: int
    open_orders: tuple[PurchaseOrder, ...]
    late: tuple[PurchaseOrder, ...]

    @property
    def open_value(self) -> Decimal:
        """Return what is still to come, at cost, in the tenant's currency."""
        return sum((outstanding_value(order) for order in self.open_orders), Decimal("0.00"))


def supplier_rows(unit: UnitOfWork, *, day: date) -> list[SupplierRow]:
    """Return every supplier by code, in seven reads, whatever their number.

    Args:
        day: the shop's business day; an order expected before it is late.
    """
    with unit.reading():
        suppliers, products = unit.suppliers.all(), unit.products.all()
        orders = unit.orders.all(OPEN_STATUSES)
        records = lead_time_records(unit, day)
    learns = unit.tenant.policy.learn_lead_times
    supplied = Counter(one.supplier_id for one in products if one.is_kept)
    orders.sort(key=lambda order: (order.expected_on, order.number))
    rows = []
    for supplier in suppliers:
        open_orders = tuple(one for one in orders if one.supplier_id == supplier.id)
        rows.append(
            SupplierRow(
                supplier=supplier,
                record=records[supplier.id],
                lead_time=lead_time_in_use(records[supplier.id], learns=learns),
                products=supplied[supplier.id],
                open_orders=open_orders,
                late=tuple(one for one in open_orders if days_late(one, day) > 0),
            )
        )
    return rows


def days_late(order: PurchaseOrder, day: date) -> int:
    """Return for how many days an order is overdue; a draft waits for the shop, not for goods."""
    if not order.is_open or order.status is OrderStatus.DRAFT:
        return 0
    return max(0, (day - order.expected_on).days)


def outstanding_value(order: PurchaseOrder) -> Decimal:
    """Return what is still to come of an order, at cost, to the cent."""
    value = sum((line.outstanding * line.unit_cost for line in order.lines), Decimal(0))
    return value.quantize(Decimal("0.01"))
