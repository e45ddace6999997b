"""What an alert is written from: the facts behind it, as they leave with its message."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from stockcli.domain.alerts import Alert, AlertKind
from stockcli.domain.catalogue import Product, Supplier
from stockcli.domain.identifiers import ProductId, StockKey, SupplierId
from stockcli.domain.projection import Outlook
from stockcli.domain.purchasing import OPEN_STATUSES, PurchaseOrder
from stockcli.domain.quantity import plain
from stockcli.domain.reasons import told_apart
from stockcli.usecases.candidates import candidate_of
from stockcli.usecases.inventory import StockLine, stock_lines_within
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.projecting import outlook_of_line
from stockcli.usecases.suppliers import days_late

MOST_PRODUCTS_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class _Records:
    """What the shop's records say of the things that alerts are about."""

    lines: Mapping[StockKey, StockLine]
    orders: Mapping[str, PurchaseOrder]
    suppliers: Mapping[SupplierId, Supplier]
    products: Mapping[ProductId, Product]


def with_facts(unit: UnitOfWork, alerts: Sequence[Alert], day: date) -> list[Alert]:
    """Return the alerts with their facts, and those of low stock with the day the shelf is empty.

    A handful of reads, however many alerts; in an open unit of work.

    Args:
        day: the shop's business day.
    """
    records = _records(unit, alerts, day)
    return [_with_facts(unit, alert, records, day) for alert in alerts]


def order_number_of(alert: Alert) -> str:
    """Return the order an alert is about; empty if it is about none."""
    is_of_order = alert.kind in (AlertKind.ORDER_TO_APPROVE, AlertKind.LATE_ORDER)
    return alert.situation.partition(":")[2] if is_of_order else ""


def _records(unit: UnitOfWork, alerts: Sequence[Alert], day: date) -> _Records:
    numbers = {number for alert in alerts if (number := order_number_of(alert))}
    keys = {alert.key for alert in alerts if alert.key and alert.kind is AlertKind.LOW_STOCK}
    found = unit.orders.all(OPEN_STATUSES) if numbers else []
    return _Records(
        lines=_lines(unit, keys, day),
        orders={order.number: order for order in found if order.number in numbers},
        suppliers={one.id: one for one in unit.suppliers.all()} if numbers or keys else {},
        products={one.id: one for one in unit.products.all()} if numbers else {},
    )


def _lines(unit: UnitOfWork, keys: Collection[StockKey], day: date) -> dict[StockKey, StockLine]:
    if not keys:
        return {}
    wanted = {key.product_id for key in keys}
    products = [one for one in unit.products.all() if one.id in wanted]
    found = stock_lines_within(unit, day=day, products=products, keys=keys)
    return {line.level.key: line for line in found if line.level.key in keys}


def _with_facts(unit: UnitOfWork, alert: Alert, records: _Records, day: date) -> Alert:
    if alert.key and (line := records.lines.get(alert.key)):
        return _low(unit, alert, line, records, day)
    if order := records.orders.get(order_number_of(alert)):
        return replace(alert, facts=_of_order(unit, alert, order, records, day))
    return alert


def _low(unit: UnitOfWork, alert: Alert, line: StockLine, records: _Records, day: date) -> Alert:
    # Below zero the ledger is wrong, and so would be all that is reckoned from it.
    is_sound = line.level.on_hand >= 0
    outlook = outlook_of_line(line, day) if is_sound else None
    supplier_id = line.product.supplier_id
    supplier = records.suppliers.get(supplier_id) if supplier_id else None
    at_risk = candidate_of(line, supplier, unit.tenant.policy).money_at_risk
    facts = {
        "sku": line.product.sku,
        "name": line.product.name,
        "location": line.location.code,
        "on_hand": plain(line.level.on_hand),
        "on_order": plain(line.level.on_order),
        "reorder_point": plain(line.reorder_point or Decimal(0)),
        "at_risk": str(at_risk if is_sound else Decimal(0)),
        **_outlook_facts(outlook),
        **told_apart(str(alert.facts.get("reason", ""))),
    }
    said = in_words(outlook, day)
    return replace(alert, facts=facts, text=f"{alert.text}; {said}" if said else alert.text)


def _outlook_facts(outlook: Outlook | None) -> dict[str, Any]:
    if outlook is None or outlook.runs_out_on is None:
        return {}
    return {
        "runs_out_on": outlook.runs_out_on.isoformat(),
        "arrives_on": outlook.arrives_on.isoformat(),
        "even_if_ordered_today": outlook.is_out_even_if_ordered_today,
    }


def in_words(outlook: Outlook | None, day: date) -> str:
    """Return when a shelf is empty, in plain English; empty if nothing is known of it.

    Args:
        day: the business day the outlook was made on.
    """
    if outlook is None or outlook.runs_out_on is None:
        return ""
    is_today = outlook.runs_out_on == day
    when = "out today" if is_today else f"out on {outlook.runs_out_on:%a %Y-%m-%d}"
    return f"{when} even if ordered today" if outlook.is_out_even_if_ordered_today else when


def _of_order(
    unit: UnitOfWork, alert: Alert, order: PurchaseOrder, records: _Records, day: date
) -> dict[str, Any]:
    coming = [line for line in order.lines if line.outstanding > 0]
    named = coming[:MOST_PRODUCTS_NAMED]
    return {
        "about": alert.situation.partition(":")[0],
        "number": order.number,
        "supplier": records.suppliers[order.supplier_id].name,
        "total": str(order.total),
        "currency": unit.tenant.currency,
        "expected_on": order.expected_on.isoformat(),
        "days_late": days_late(order, day),
        "coming": [
            {"sku": records.products[one.product_id].sku, "units": plain(one.outstanding)}
            for one in named
        ],
        "more": len(coming) - len(named),
        **told_apart(order.note.rpartition("; ")[2]),
    }
