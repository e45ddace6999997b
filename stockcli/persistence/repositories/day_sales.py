"""Many sales of whole days into the ledger, in statements over sets.

PostgreSQL takes no COPY into a table behind row-level security, and gives nobody who works for a
shop temporary tables: one statement takes an array a column instead, and its trigger adds up once.
SQLite's trigger adds up row by row, which takes three times as long as the rows themselves; so it
steps aside for the transaction, and what it would have added is added in three statements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from stockcli.persistence.tables import StockMovementRow, table_of
from stockcli.persistence.work import Work
from stockcli.usecases.ports import DaySales

_MOVEMENT = table_of(StockMovementRow)
_ROW_BY_ROW = ("stock_movement_adds_up", "stock_movement_counts_sales")
_CACHE = "PRAGMA cache_size = -65536"

_INTO_FILE = """
INSERT INTO stock_movement (tenant_id, reference, product_id, location_id, kind, change,
                            occurred_at, day, unit_price, counted, note)
VALUES (?, ?, ?, ?, 'sale', ?, ?, ?, ?, NULL, '') ON CONFLICT DO NOTHING
"""
_INTO_SERVER = """
INSERT INTO stock_movement (tenant_id, reference, product_id, location_id, kind, change,
                            occurred_at, day, unit_price, counted, note)
SELECT %(tenant)s, sale.reference, sale.product_id, sale.location_id, 'sale', -sale.units,
       noon.at AT TIME ZONE 'UTC', sale.day, sale.price, NULL, ''
FROM unnest(CAST(%(reference)s AS text[]), CAST(%(product_id)s AS bigint[]),
            CAST(%(location_id)s AS bigint[]), CAST(%(units)s AS bigint[]),
            CAST(%(day)s AS date[]), CAST(%(price)s AS bigint[]))
       AS sale (reference, product_id, location_id, units, day, price)
JOIN unnest(CAST(%(noon_of)s AS date[]), CAST(%(noon)s AS timestamp[])) AS noon (day, at)
  ON noon.day = sale.day
ON CONFLICT DO NOTHING
"""
# As the triggers do, of all movements after one: rows are numbered in the order they are booked.
_SUMS = (
    """
INSERT INTO stock_level
  (tenant_id, product_id, location_id, on_hand, reserved, is_known, version, counted_at)
SELECT tenant_id, product_id, location_id, sum(change), 0, 0, count(*), NULL
FROM stock_movement WHERE rowid > :before GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (tenant_id, product_id, location_id) DO UPDATE SET
  on_hand = on_hand + excluded.on_hand, version = version + excluded.version
""",
    """
INSERT INTO daily_movement
  (tenant_id, product_id, location_id, day, units_sold, net_change, is_asserted)
SELECT tenant_id, product_id, location_id, day, -change, change, 0
FROM stock_movement WHERE rowid > :before ORDER BY 1, 2, 3, 4
ON CONFLICT (tenant_id, product_id, location_id, day) DO UPDATE SET
  units_sold = units_sold + excluded.units_sold, net_change = net_change + excluded.net_change
""",
    """
INSERT INTO sales_day (tenant_id, day, sale_lines)
SELECT tenant_id, day, count(*) FROM stock_movement WHERE rowid > :before GROUP BY 1, 2
ON CONFLICT (tenant_id, day) DO UPDATE SET sale_lines = sale_lines + excluded.sale_lines
""",
)
_LAST_ROW = text("SELECT coalesce(max(rowid), 0) FROM stock_movement")
_TRIGGERS = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")


def book_day_sales(work: Work, sales: DaySales, instants: Mapping[str, datetime]) -> int:
    """Append sales whose reference is new, and return how many were.

    Args:
        instants: when the sales of each day are booked to have happened; timezone-aware.
    """
    if not sales.references:
        return 0
    utc = {day: at.astimezone(UTC).replace(tzinfo=None) for day, at in instants.items()}
    if work.is_on_server:
        return work.insert_raw(_MOVEMENT, _into_server(sales, utc))
    return work.insert_raw(_MOVEMENT, _into_file(sales, utc))


def _into_server(sales: DaySales, instants: Mapping[str, datetime]) -> Any:
    def insert(connection: Connection, tenant_id: int) -> int:
        parameters = {
            "tenant": tenant_id,
            "reference": _texts(sales.references),
            "product_id": _numbers(sales.product_ids),
            "location_id": _numbers(sales.location_ids),
            "units": _numbers(sales.units),
            "day": _numbers(sales.days),
            "price": _numbers(["NULL" if one is None else one for one in sales.unit_prices]),
            "noon_of": _numbers(list(instants)),
            "noon": _texts([at.isoformat() for at in instants.values()]),
        }
        return connection.exec_driver_sql(_INTO_SERVER, parameters).rowcount

    return insert


def _into_file(sales: DaySales, instants: Mapping[str, datetime]) -> Any:
    # As SQLAlchemy writes them.
    noon = {day: at.isoformat(" ", "microseconds") for day, at in instants.items()}

    def insert(connection: Connection, tenant_id: int) -> int:
        rows = [
            (tenant_id, reference, product, location, -units, noon[day], day, price)
            for reference, product, location, units, day, price in zip(
                sales.references,
                sales.product_ids,
                sales.location_ids,
                sales.units,
                sales.days,
                sales.unit_prices,
                strict=True,
            )
        ]
        connection.exec_driver_sql(_CACHE)
        with _added_up_at_once(connection):
            return connection.exec_driver_sql(_INTO_FILE, rows).rowcount

    return insert


@contextmanager
def _added_up_at_once(connection: Connection) -> Iterator[None]:
    """Book sales inside, without the triggers that add up, and add up afterwards.

    Tables and triggers of SQLite are part of the transaction: whoever else opens the file sees
    the triggers in their place at all times, and so does everybody after a crash.
    """
    found = connection.execute(_TRIGGERS, {"table": _MOVEMENT.name})
    aside = {row.name: row.sql for row in found if row.name in _ROW_BY_ROW}
    before = connection.scalar(_LAST_ROW)
    for name in aside:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for statement in _SUMS:
        connection.execute(text(statement), {"before": before})
    for made in aside.values():
        connection.exec_driver_sql(made)


def _numbers(values: Sequence[object]) -> str:
    """Return an array as PostgreSQL writes it, of values that need no quotes."""
    return f"{{{','.join(map(str, values))}}}"


def _texts(values: Sequence[str]) -> str:
    quoted = "\x00".join(values).replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + quoted.replace("\x00", '","') + '"}'
