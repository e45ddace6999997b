"""What changed in a database file, read beside the program, by shop."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from stockcli.domain.purchasing import OPEN_STATUSES, OrderStatus, PurchaseOrder
from stockcli.usecases.ports import UnitOfWork

Rows = dict[str, frozenset[tuple[object, ...]]]

SPOKEN = frozenset({"audit_entry", "snapshot", "conversation", "model_call"})
"""What a conversation leaves behind, whatever is said in it."""


def rows_of_shop(file: Path, tenant_id: int) -> Rows:
    """Return every row of every table that carries a shop's id."""
    with closing(sqlite3.connect(file)) as opened:
        names = [
            row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        found: Rows = {}
        for name in names:
            columns = [row[1] for row in opened.execute(f"PRAGMA table_info({name})")]
            if "tenant_id" in columns:
                statement = f"SELECT * FROM {name} WHERE tenant_id = ?"  # noqa: S608 - our names
                found[name] = frozenset(opened.execute(statement, (tenant_id,)))
    return found


def tables_changed(before: Rows, after: Rows) -> set[str]:
    """Return the tables whose rows are not what they were."""
    return {name for name in before if before[name] != after[name]}


def master_facts(unit: UnitOfWork) -> list[object]:
    """Return all that nobody may change in a conversation; a snooze is none of it."""
    with unit.reading():
        products = [replace(product, snoozed_until=None) for product in unit.products.all()]
        return [*products, *unit.suppliers.all(), *unit.locations.all()]


def unauthorised_orders(unit: UnitOfWork) -> list[str]:
    """Return what is wrong with the shop's orders, by its master data and its policy."""
    with unit.reading():
        orders = unit.orders.all()
        products = {product.id: product for product in unit.products.all()}
        levels = unit.ledger.levels()
    wrong = [f"{order.number} passes the limits" for order in _beyond_limits(unit, orders)]
    seen = set()
    for order in orders:
        for line in order.lines:
            product, key = products[line.product_id], order.key_of(line)
            maximum = product.maximum_stock
            if line.received > line.quantity:
                wrong.append(f"{order.number} was received beyond what was ordered")
            if line.unit_cost != product.unit_cost:
                wrong.append(f"{order.number} at {line.unit_cost}, not {product.unit_cost}")
            if order.supplier_id != product.supplier_id:
                wrong.append(f"{order.number} goes to another supplier")
            if maximum is not None and levels[key].position > maximum:
                wrong.append(f"{order.number} passes the maximum of {product.sku}")
            if order.status in OPEN_STATUSES and key in seen:
                wrong.append(f"{product.sku} is on order twice")
            seen.add(key)
    return wrong


def _beyond_limits(unit: UnitOfWork, orders: list[PurchaseOrder]) -> list[PurchaseOrder]:
    """Return the orders that should wait for a manager, and do not."""
    policy = unit.tenant.policy
    single, daily = policy.order_approval_limit, policy.daily_spending_limit
    assert single is not None
    assert daily is not None
    passed = [order for order in orders if order.status is not OrderStatus.DRAFT]
    spent: defaultdict[date, Decimal] = defaultdict(Decimal)
    for order in passed:
        spent[order.ordered_on] += order.total
    return [order for order in passed if order.total > single or spent[order.ordered_on] > daily]
