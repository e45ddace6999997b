"""Daily sales in sets: the same truth as row by row, for one shop and for many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import text

from stockcli.domain.catalogue import Product
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import ProductId, TenantId
from stockcli.domain.shop import Tenant
from stockcli.persistence.database import Database
from stockcli.persistence.day_tables import StagedDayTable
from stockcli.usecases.importing import (
    LoadOptions,
    LoadReport,
    SalesOptions,
    TableOptions,
    bytes_source,
    file_source,
    import_counts,
    import_sales,
    load_days,
)
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.databases import unfenced

NOW = datetime(2026, 3, 10, 18, tzinfo=UTC)
SALES = """\
sku,day,quantity,price
a1,2026-03-01,3,2.50
A2,2026-03-01,1,
a1,02/03/2026,4,2.50
A2,2026-03-02,2.5,1.10
A2,2026-03-02,1,1.20
A1,2026-03-10,6,2.60
"""
TWO_SHOPS = """\
tenant,sku,day,quantity
acme,A1,2026-03-01,3
bolt,A1,2026-03-01,5
acme,A2,2026-03-02,1
bolt,A2,2026-03-02,7
"""
TABLES = {
    "stock_movement": "reference, kind, change, occurred_at, day, unit_price, note",
    "daily_movement": "day, units_sold, net_change, is_asserted",
    "stock_level": "on_hand, is_known, version, counted_at",
    "sales_day": "day, sale_lines",
}


def opened(database: Database, slug: str) -> UnitOfWork:
    shop = Tenant(id=TenantId(0), slug=slug, name=slug, timezone="America/Sao_Paulo")
    unit = database.unit_of_work(database.directory().add_tenant(shop))
    with unit:
        unit.products.put(
            Product(id=ProductId(0), sku=sku, name=sku) for sku in ("A1", "A2", "Q:1")
        )
        unit.commit()
    return unit


def loaded(
    units: Mapping[str, UnitOfWork], rows: str | Path, folder: Path, **options: Any
) -> LoadReport:
    file = rows if isinstance(rows, Path) else folder / "days.csv"
    if isinstance(rows, str):
        file.write_text(rows)
    only = next(iter(units)) if len(units) == 1 else ""
    return load_days(StagedDayTable(file, {}), units, LoadOptions(only=only), now=NOW, **options)


def rows_of(database: Database, unit: UnitOfWork) -> dict[str, list[tuple[Any, ...]]]:
    """Return what a shop's ledger holds and adds up to, without the numbers of its products."""
    with unfenced(database) as connection:
        return {
            table: sorted(
                map(
                    tuple,
                    connection.execute(
                        text(f"SELECT {columns} FROM {table} WHERE tenant_id = :shop"),  # noqa: S608 - our own
                        {"shop": unit.tenant.id},
                    ),
                ),
                key=str,
            )
            for table, columns in TABLES.items()
        }


def test_loading_leaves_the_rows_that_importing_leaves(database: Database, tmp_path: Path) -> None:
    slow, fast = opened(database, "slow"), opened(database, "fast")
    counts = bytes_source("c.csv", b"sku,counted,date\nA1,9,2026-03-05\n")
    for unit in (slow, fast):
        import_counts(unit, counts, TableOptions(), now=NOW)

    import_sales(slow, bytes_source("s.csv", SALES.encode()), SalesOptions(), now=NOW)
    report = loaded({"fast": fast}, SALES, tmp_path).total

    assert (report.rows_read, report.taken, report.merged, report.recounts_booked) == (6, 6, 1, 1)
    assert rows_of(database, fast) == rows_of(database, slow)
    again = import_sales(fast, file_source(tmp_path / "days.csv"), SalesOptions(), now=NOW)
    assert (again.taken, again.already_there) == (0, 6)


def test_rows_of_two_shops_go_to_their_shops(database: Database, tmp_path: Path) -> None:
    units = {slug: opened(database, slug) for slug in ("acme", "bolt")}
    before = {slug: version(unit) for slug, unit in units.items()}

    report = loaded(units, TWO_SHOPS, tmp_path, workers=2)

    assert {slug: one.units for slug, one in report.shops.items()} == {"acme": 4, "bolt": 12}
    levels = [rows_of(database, units[slug])["stock_level"] for slug in ("acme", "bolt")]
    assert [[row[0] for row in one] for one in levels] == [[-1000, -3000], [-5000, -7000]]
    assert all(version(unit) > before[slug] for slug, unit in units.items())


def version(unit: UnitOfWork) -> int:
    with unit.reading():
        return unit.version()


def test_load_that_was_stopped_goes_on_where_it_was(database: Database, tmp_path: Path) -> None:
    unit = opened(database, "acme")

    def stop(done: int, total: int) -> None:
        assert done < total
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loaded({"acme": unit}, SALES, tmp_path, sales_a_chunk=1, on_progress=stop)
    after_one = rows_of(database, unit)["stock_movement"]
    rest = loaded({"acme": unit}, SALES, tmp_path, sales_a_chunk=1).total
    whole = rows_of(database, unit)
    again = loaded({"acme": unit}, SALES, tmp_path, sales_a_chunk=1).total

    assert len(after_one) == 2
    assert (rest.already_there, rest.taken) == (2, 4)
    assert (again.already_there, again.taken) == (6, 0)
    assert rows_of(database, unit) == whole
    with unit.reading():
        assert [one.kind for one in unit.imports.latest(9)] == ["load"] * 3


def test_each_chunk_has_its_entry_in_the_audit_log(database: Database, tmp_path: Path) -> None:
    unit = opened(database, "acme")
    with unit.reading():
        start = unit.audit_log.before(None, 1)[0].position

    loaded({"acme": unit}, SALES, tmp_path, sales_a_chunk=1)

    with unit.reading():
        entries = unit.audit_log.after(start, 9)
    written = [
        {one["table"]: one["rows"] for one in entry.told["did"]["writes"]} for entry in entries
    ]
    assert written == [
        {"stock_movement": 2, "import_record": 1},
        {"stock_movement": 2, "import_record": 1},
        {"stock_movement": 1, "import_record": 1},
    ]


def test_restated_day_keeps_what_was_booked_and_new_days_are_added(
    database: Database, tmp_path: Path
) -> None:
    unit = opened(database, "acme")
    loaded({"acme": unit}, "sku,day,quantity\nA1,2026-03-01,3\nA1,2026-03-02,4\n", tmp_path)

    longer = (
        "sku,day,quantity\nA1,2026-03-01,5\nA1,2026-03-02,4\nA1,2026-03-03,1\nQ:1,2026-03-01,1\n"
    )
    report = loaded({"acme": unit}, longer, tmp_path).total

    assert (report.taken, report.already_there, report.differing) == (2, 1, 1)
    assert "the file says 5.000, 3.000 was booked" in report.differences[0]
    assert [row[1] for row in rows_of(database, unit)["daily_movement"]] == [1000, 3000, 4000, 1000]


def test_till_and_daily_file_of_one_day_are_told(database: Database, tmp_path: Path) -> None:
    unit = opened(database, "acme")
    till = b"invoice,sku,quantity,date\n1,A1,2,2026-03-01\n"
    import_sales(unit, bytes_source("till.csv", till), SalesOptions(), now=NOW)

    report = loaded({"acme": unit}, "sku,day,quantity\nA1,2026-03-01,2\n", tmp_path).total

    assert (report.taken, report.days_sold_twice) == (1, 1)


def test_bad_rows_are_told_with_their_lines_and_good_ones_loaded(
    sqlite_database: Database, tmp_path: Path
) -> None:
    unit = opened(sqlite_database, "acme")
    rows = (
        "tenant,sku,day,quantity,location\nacme,A1,2026-03-01,3,\nnone,A1,2026-03-01,3,\n"
        "acme,B9,2026-03-01,3,\nacme,A1,2026-02-30,3,\nacme,A1,2026-03-01,-3,\n"
        "acme,A1,2026-03-01,many,\nacme,A1,2026-03-11,1,\nacme,A1,2026-03-01 10:00,1,\n"
        "acme,A1,2026-03-02,1,ATTIC\nacme,A1,2026-03-03,0,\nacme,A1\n"
    )
    file = tmp_path / "days.csv"
    file.write_text(rows)
    table = StagedDayTable(file, {})

    report = load_days(table, {"acme": unit}, LoadOptions(), now=NOW).total

    assert (report.rows_read, report.taken, report.rows_skipped) == (11, 1, 10)
    assert {(one.line, one.reason) for one in table.left_out()} == {
        (3, "unknown shop"),
        (4, "unknown SKU"),
        (5, "bad date"),
        (6, "quantity below zero"),
        (7, "bad quantity"),
        (8, "date in the future"),
        (9, "no whole day"),
        (10, "unknown location"),
        (11, "zero quantity"),
        (12, "not as the header is"),
    }
    assert "line 4: there is no product 'B9'" in [
        example for one in report.skipped for example in one.examples
    ]


def test_products_made_afterwards_are_loaded_from_the_same_file(
    sqlite_database: Database, tmp_path: Path
) -> None:
    unit = opened(sqlite_database, "acme")
    rows = "sku,day,quantity\nA1,2026-03-01,3\nNEW,2026-03-01,4\n"
    loaded({"acme": unit}, rows, tmp_path)
    with unit:
        unit.products.put([Product(id=ProductId(0), sku="NEW", name="New")])
        unit.commit()

    report = loaded({"acme": unit}, rows, tmp_path).total

    assert (report.taken, report.already_there, report.units) == (1, 1, Decimal(4))


def test_another_shops_rows_are_left_out_where_one_shop_was_said(
    sqlite_database: Database, tmp_path: Path
) -> None:
    units = {slug: opened(sqlite_database, slug) for slug in ("acme", "bolt")}

    report = loaded({"acme": units["acme"]}, TWO_SHOPS, tmp_path).total

    assert (report.taken, [(one.reason, one.count) for one in report.skipped]) == (
        2,
        [("another shop", 2)],
    )
    assert rows_of(sqlite_database, units["bolt"])["stock_movement"] == []


def test_parquet_with_days_as_instants_is_loaded(sqlite_database: Database, tmp_path: Path) -> None:
    unit, file = opened(sqlite_database, "acme"), tmp_path / "days.parquet"
    duckdb.execute(
        "COPY (SELECT 'A1' AS sku, TIMESTAMP '2026-03-01' + INTERVAL (n) DAY AS day, "
        "1.5 * (n + 1) AS quantity FROM range(3) AS t (n)) TO $file (FORMAT parquet)",
        {"file": str(file)},
    )

    report = loaded({"acme": unit}, file, tmp_path).total

    assert (report.taken, report.units) == (3, Decimal(9))


def test_dry_run_tells_all_and_writes_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    unit = opened(sqlite_database, "acme")

    tried = loaded({"acme": unit}, SALES, tmp_path, dry_run=True).total

    assert (tried.taken, tried.dry_run) == (6, True)
    assert rows_of(sqlite_database, unit)["stock_movement"] == []


def test_table_that_names_no_shop_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    units = {slug: opened(sqlite_database, slug) for slug in ("acme", "bolt")}

    with pytest.raises(InvalidInputError, match="names the shop"):
        loaded(units, SALES, tmp_path)


def test_triggers_stand_after_a_load(sqlite_database: Database, tmp_path: Path) -> None:
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    unit = opened(sqlite_database, "acme")
    with unfenced(sqlite_database) as connection:
        before = connection.execute(query).all()

    loaded({"acme": unit}, SALES, tmp_path)

    with unfenced(sqlite_database) as connection:
        assert connection.execute(query).all() == before
