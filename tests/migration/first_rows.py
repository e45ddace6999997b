"""A database as the first revision made it, with rows in every table of then: two shops of old."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, inspect, text

Row = dict[str, Any]
AT = "2025-03-01 06:00:00.000000"
DAY = "2025-03-01"
JSON = '{"zero": 0, "steps": [1, 2.5], "said": "é"}'
COUNTED = ("stock_level", "daily_movement", "sales_day")
"""What triggers made of the ledger, then as now."""

POLICY = '{"service_level": 0.9, "review_period_days": 7, "notify_urls": []}'


def rows_of_old(shop: int) -> dict[str, list[Row]]:
    """Return a shop's rows, parents first; both shops have the same SKUs."""
    number, keys = 10 * shop, {"product_id": 10 * shop, "location_id": 10 * shop}
    numbered = {"id": number, "tenant_id": shop}
    mine = {"tenant_id": shop}
    return {
        "tenant": [
            {
                "id": shop,
                "slug": f"old-{shop}",
                "name": f"Old shop {shop}",
                "currency": "EUR",
                "timezone": "Europe/Lisbon",
                "active": True,
                "policy": POLICY,
                "created_at": AT,
            }
        ],
        "api_token": [_token(numbered, shop)],
        "tenant_state": [{**mine, "version": 4, "orders_numbered": 1}],
        "shop_day": [{**mine, "day": "2025-12-25", "is_open": False}],
        "import_record": [
            {
                **numbered,
                "kind": "sales",
                "file_name": "till.csv",
                "checksum": "c" * 64,
                "imported_at": AT,
                "report": JSON,
            }
        ],
        "import_profile": [{**mine, "name": "till", "mapping": '{"sku": "Code"}'}],
        "supplier": [
            {
                **numbered,
                "code": "LEAF",
                "name": "Leaf Ltd",
                "email": "leaf@example.com",
                "lead_time_mean_days": 5.0,
                "lead_time_sd_days": 1.0,
            }
        ],
        "location": [{**numbered, "code": "SHOP", "name": "Shop"}],
        "product": [_product(numbered, number)],
        "stock_movement": _movements(mine, keys),
        "threshold": [
            {
                **mine,
                **keys,
                "reorder_point": 8_000,
                "order_up_to_level": 20_000,
                "mean_per_day": 0.75,
                "model": "textbook",
                "computed_for": DAY,
                "breakdown": JSON,
                "parameters": JSON,
            }
        ],
        "manual_minimum": [
            {
                **mine,
                **keys,
                "quantity": 30_000,
                "author": "manager:ana",
                "reason": "fair",
                "set_at": AT,
                "expires_on": None,
            }
        ],
        **_checks(mine, numbered, keys),
        **_orders(mine, numbered, keys),
        **_assistant(mine, numbered),
    }


def _token(numbered: Row, shop: int) -> Row:
    return {
        **numbered,
        "role": "manager",
        "label": "ana",
        "prefix": f"stk_m_{shop}",
        "secret_sha256": bytes([shop]) * 32,
        "created_at": AT,
        "expires_at": None,
        "revoked_at": None,
        "last_used_at": AT,
    }


def _product(numbered: Row, supplier: int) -> Row:
    return {
        **numbered,
        "sku": "MUG",
        "name": "Mug",
        "category": "kitchen",
        "supplier_id": supplier,
        "status": "active",
        "unit_cost": 20_000,
        "unit_price": 40_000,
        "pack_size": 1_000,
        "minimum_order_quantity": 1_000,
        "maximum_stock": None,
        "service_level": None,
        "snoozed_until": None,
    }


def _movements(mine: Row, keys: Row) -> list[Row]:
    booked = (("c1", "count", 50_000), ("s1", "sale", -7_000), ("r1", "receipt", 12_000))
    return [
        {
            **mine,
            **keys,
            "reference": reference,
            "kind": kind,
            "change": change,
            "occurred_at": AT,
            "day": DAY,
            "unit_price": 40_000 if kind == "sale" else None,
            "counted": 50_000 if kind == "count" else None,
            "note": "of old",
        }
        for reference, kind, change in booked
    ]


def _checks(mine: Row, numbered: Row, keys: Row) -> dict[str, list[Row]]:
    return {
        "check_run": [
            {
                **mine,
                "run_id": "run-old",
                "started_at": AT,
                "business_day": DAY,
                "finished_at": AT,
                "status": "ok",
                "checked": 1,
                "low": 1,
                "error": "",
            }
        ],
        "check_lease": [{**mine, "epoch": 3, "leased_until": None, "run_id": None}],
        "decision": [
            {
                **numbered,
                **keys,
                "run_id": "run-old",
                "sku": "MUG",
                "location": "SHOP",
                "action": "restock",
                "quantity": 12_000,
                "reason": "low",
                "decided_by": "rule",
                "on_hand": 3_000,
                "on_order": 0,
                "reorder_point": 8_000,
                "business_day": DAY,
                "stock_version": 1,
                "order_number": "PO-00001",
                "inputs": JSON,
                "decided_at": AT,
            }
        ],
        "alert": [
            {
                **numbered,
                **keys,
                "kind": "low_stock",
                "situation": "low:1:1",
                "subject": "MUG is low",
                "text": "three left",
                "raised_at": AT,
                "cleared_at": None,
            }
        ],
        "outbox": [
            {
                **numbered,
                "idempotency_key": "po:PO-00001",
                "channel": "purchase_order",
                "payload": '{"number": "PO-00001"}',
                "status": "sent",
                "attempts": 1,
                "due_at": AT,
                "sent_at": AT,
                "error": "",
            }
        ],
    }


def _orders(mine: Row, numbered: Row, keys: Row) -> dict[str, list[Row]]:
    return {
        "purchase_order": [
            {
                **numbered,
                "number": "PO-00001",
                "supplier_id": numbered["id"],
                "location_id": numbered["id"],
                "status": "sent",
                "total": 240_000,
                "ordered_on": DAY,
                "expected_on": "2025-03-06",
                "created_at": AT,
                "created_by": "rule",
                "approved_by": "",
                "note": "",
            }
        ],
        "purchase_order_line": [
            {
                **mine,
                **keys,
                "order_id": numbered["id"],
                "line_number": 1,
                "quantity": 12_000,
                "received": 0,
                "unit_cost": 20_000,
                "is_open": True,
                "decision_id": numbered["id"],
            }
        ],
    }


def _assistant(mine: Row, numbered: Row) -> dict[str, list[Row]]:
    return {
        "snapshot": [{**mine, "topic": "levels", "payload": JSON, "as_of": AT, "version": 4}],
        "conversation": [
            {**mine, "id": "chat-1", "title": "mugs", "messages": "[]", "updated_at": AT}
        ],
        "model_call": [
            {
                **numbered,
                "purpose": "chat",
                "model": "claude",
                "called_at": AT,
                "estimate_usd": 500_000_000,
                "price_usd": 400_000_000,
                "input_tokens": 10,
                "output_tokens": 20,
                "cache_write_tokens": 0,
                "cache_read_tokens": 0,
            }
        ],
    }


def tables_of_then(connection: Connection) -> dict[str, Table]:
    """Return the tables as they are, read from the database itself."""
    found = MetaData()
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    found.reflect(connection, only=names)
    return {table.name: table for table in found.sorted_tables}


def fill_as_of_old(connection: Connection) -> None:
    """Write two shops with the words of then; triggers add the ledger up."""
    tables = tables_of_then(connection)
    for shop in (1, 2):
        for name, rows in rows_of_old(shop).items():
            for row in rows:
                connection.execute(insert(tables[name]).values(**_typed(tables[name], row)))


def _typed(table: Table, row: Row) -> Row:
    """Return a row as the driver wants it: instants and JSON were written as text above."""
    typed = {}
    for name, value in row.items():
        kind = str(table.c[name].type).partition("(")[0].upper()
        if isinstance(value, str) and kind in ("DATETIME", "TIMESTAMP", "JSON", "DATE"):
            typed[name] = text(f"'{value}'")
        else:
            typed[name] = value
    return typed
