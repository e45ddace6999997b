"""Is a database sound? What triggers keep added up is added up again, and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection, text

from stockcli.persistence.tables import metadata
from stockcli.persistence.types import Json
from stockcli.persistence.upkeep.sqlite_copies import faults_in
from stockcli.usecases.examining import Finding

Check = Callable[[Connection], Iterator[Finding]]
RESTORE = "restore a backup: `stock db restore FILE`"


def _apart(keys: str, ledger: str, kept: str, *, sums: Sequence[str]) -> str:
    """Return a query for how many keys have another sum kept than their ledger adds up to.

    Both sides stand in one list, the second with its sign turned: what does not come to nothing
    is told. That takes one pass and no join, on either database.
    """
    differs = " OR ".join(f"sum({name}) <> 0" for name in sums)
    return (
        f"SELECT count(*) FROM (SELECT {keys} FROM (SELECT {keys}, {ledger} "  # noqa: S608 - ours
        f"UNION ALL SELECT {keys}, {kept} WHERE tenant_id = :shop) AS both_sides "
        f"GROUP BY {keys} HAVING {differs}) AS apart"
    )


_LEDGER_AND_LEVELS = _apart(
    "product_id, location_id",
    "change AS units FROM stock_movement WHERE tenant_id = :shop",
    "-on_hand FROM stock_level",
    sums=("units",),
)
_LEDGER_AND_DAYS = _apart(
    "product_id, location_id, day",
    "change AS units, CASE kind WHEN 'sale' THEN -change ELSE 0 END AS sold "
    "FROM stock_movement WHERE tenant_id = :shop",
    "-net_change, -units_sold FROM daily_movement",
    sums=("units", "sold"),
)
_LEDGER_AND_SALES_DAYS = _apart(
    "day",
    "1 AS lines FROM stock_movement WHERE tenant_id = :shop AND kind = 'sale'",
    "-sale_lines FROM sales_day",
    sums=("lines",),
)
_OPEN_LINES_OF_CLOSED_ORDERS = (
    "SELECT count(*) FROM purchase_order_line AS line JOIN purchase_order AS bought "
    "ON bought.tenant_id = line.tenant_id AND bought.id = line.order_id "
    "WHERE line.tenant_id = :shop AND line.is_open AND bought.status IN ('received', 'cancelled')"
)
_MISSING_ROW = (
    "SELECT (SELECT count(*) FROM tenant_state WHERE tenant_id = :shop) * "
    "(SELECT count(*) FROM check_lease WHERE tenant_id = :shop) = 0"
)
_SHOP_QUERIES = (
    (_LEDGER_AND_LEVELS, "{} products and places have another stock than their ledger adds up to"),
    (_LEDGER_AND_DAYS, "{} days of products do not add up to their ledger"),
    (_LEDGER_AND_SALES_DAYS, "{} days count other sales than the ledger holds"),
    (_OPEN_LINES_OF_CLOSED_ORDERS, "{} lines of closed orders still count as on order"),
    (_MISSING_ROW, "its counters or its lease are missing, so that no check can begin"),
)
_UNVALIDATED = """
SELECT count(*) FROM pg_constraint
WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
"""
_INVALID = """
SELECT count(*) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace
"""
_UNFINISHED = (
    (_UNVALIDATED, "{} constraints were never validated"),
    (_INVALID, "{} indexes are not valid"),
)


def pages_and_references(connection: Connection) -> Iterator[Finding]:
    """Yield what is broken in a SQLite file itself; a server checks its own pages."""
    if connection.dialect.name != "sqlite":
        return
    driver = connection.connection.driver_connection
    for fault in faults_in(driver, quick=True) if driver is not None else ():
        yield Finding(level="problem", text=fault, hint=RESTORE)


def constraints_in_force(connection: Connection) -> Iterator[Finding]:
    """Yield what a server was left with half done: constraints and indexes that do not count."""
    if connection.dialect.name != "postgresql":
        return
    for query, said in _UNFINISHED:
        if count := connection.scalar(text(query)):
            yield Finding(level="problem", text=said.format(count), hint="validate or rebuild them")


CHECKS: tuple[Check, ...] = (pages_and_references, constraints_in_force)
"""What is asked of the database as a whole; each yields what it found, nothing if all is well."""


def findings_in(connection: Connection) -> list[Finding]:
    """Return what is wrong with the database as a whole."""
    return [finding for check in CHECKS for finding in check(connection)]


def findings_of_shop(connection: Connection, tenant_id: int) -> list[Finding]:
    """Return what does not add up in one shop, in an open transaction that is bound to it."""
    shop = {"shop": tenant_id}
    said = [
        (sentence, int(connection.scalar(text(query), shop) or 0))
        for query, sentence in (*_SHOP_QUERIES, *_unreadable_json(connection))
    ]
    return [
        Finding(level="problem", text=sentence.format(count), hint=RESTORE)
        for sentence, count in said
        if count
    ]


def _unreadable_json(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield queries for rows whose JSON is none; a server takes in nothing else."""
    if connection.dialect.name != "sqlite":
        return
    for table in metadata.sorted_tables:
        owner = "id" if table.name == "tenant" else "tenant_id"
        for column in table.columns:
            if isinstance(column.type, Json):
                query = f"SELECT count(*) FROM {table.name} WHERE {owner} = :shop "  # noqa: S608 - our names
                yield (
                    query + f"AND NOT json_valid({column.name})",
                    f"{{}} rows of {table.name} have a {column.name} that cannot be read",
                )
