from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from stockcli.domain.errors import ConflictError, DatabaseError
from stockcli.persistence.database import HEAD, Database
from stockcli.persistence.tables import metadata
from stockcli.persistence.upkeep.exporting import MANIFEST, OPERATORS_ONLY
from stockcli.persistence.upkeep.service import Upkeep
from tests.integration.upkeep.conftest import FULL, OTHER, rows_of

OF_SHOPS = {"tenant", *(one.name for one in metadata.sorted_tables if "tenant_id" in one.c)}


def exported(
    upkeep: Upkeep, database: Database, file: Path, *, slug: str = FULL, by_operator: bool = True
) -> dict[str, Any]:
    """Export a shop, and return every member as it was read back."""
    shop = database.directory().tenant(slug)
    upkeep.export(shop, file, by_operator=by_operator, replace=True)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        read: dict[str, Any] = {MANIFEST: json.loads(archive.read(MANIFEST))}
        for name in archive.namelist():
            if name != MANIFEST:
                content = archive.read(name)
                facts = read[MANIFEST]["files"][name]
                assert hashlib.sha256(content).hexdigest() == facts["sha256"]
                read[name] = [json.loads(line) for line in content.decode().splitlines()]
                assert len(read[name]) == facts["rows"]
    return read


def test_every_table_leaves_with_every_row(
    upkeep: Upkeep, database: Database, raw: Engine, tmp_path: Path
) -> None:
    read = exported(upkeep, database, tmp_path / "shop.zip")
    assert set(read) == {MANIFEST, *(f"{name}.jsonl" for name in OF_SHOPS)}
    there = {name: len(rows) for name, rows in rows_of(raw, FULL).items()}
    assert {name.removesuffix(".jsonl"): len(rows) for name, rows in read.items()} == {
        **there,
        "manifest.json": len(read[MANIFEST]),
    }
    assert min(there.values()) > 0, "the full shop has rows in every table"


def test_the_manifest_says_what_it_is(
    upkeep: Upkeep, database: Database, raw: Engine, tmp_path: Path
) -> None:
    manifest = exported(upkeep, database, tmp_path / "shop.zip")[MANIFEST]
    assert (manifest["tenant"], manifest["revision"]) == (FULL, HEAD)
    last = max(rows_of(raw, FULL)["audit_entry"], key=itemgetter(1))
    assert manifest["audit_head"] == {"position": last[1], "hash": bytes(last[-1]).hex()}
    assert manifest["left_out"] == []
    assert stat.S_IMODE((tmp_path / "shop.zip").stat().st_mode) == 0o600


def test_exact_numbers_stay_exact_and_json_stays_json(
    upkeep: Upkeep, database: Database, tmp_path: Path
) -> None:
    read = exported(upkeep, database, tmp_path / "shop.zip")
    assert {one["change"] for one in read["stock_movement.jsonl"]} == {
        "70.000",
        "-7.000",
        "-3.000",
    }
    assert read["review_batch.jsonl"][0]["asked"][0]["reason"] == "é"
    assert read["outbox.jsonl"][0]["payload"] == {"neighbour": True}


def test_no_row_of_another_shop_leaves(upkeep: Upkeep, database: Database, tmp_path: Path) -> None:
    read = exported(upkeep, database, tmp_path / "other.zip", slug=OTHER)
    rows = [row for name, found in read.items() if name != MANIFEST for row in found]
    assert len({row.get("tenant_id", row.get("id")) for row in rows}) == 1
    assert "Neighbour" not in str(read)


def test_no_secret_leaves(upkeep: Upkeep, database: Database, raw: Engine, tmp_path: Path) -> None:
    (token,) = exported(upkeep, database, tmp_path / "shop.zip")["api_token.jsonl"]
    assert token["label"] == "neighbour"
    with raw.connect() as connection:
        hash_ = bytes(connection.scalar(text("SELECT secret_sha256 FROM api_token")))
    with zipfile.ZipFile(tmp_path / "shop.zip") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert hash_ not in everything
    assert hash_.hex().encode() not in everything


def test_a_manager_takes_no_tokens_along(
    upkeep: Upkeep, database: Database, tmp_path: Path
) -> None:
    read = exported(upkeep, database, tmp_path / "shop.zip", by_operator=False)
    assert read[MANIFEST]["left_out"] == sorted(OPERATORS_ONLY)
    assert not {f"{name}.jsonl" for name in OPERATORS_ONLY} & set(read)


def test_the_same_rows_make_the_same_bytes(
    upkeep: Upkeep, database: Database, tmp_path: Path
) -> None:
    exported(upkeep, database, tmp_path / "one.zip")
    exported(upkeep, database, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_file_that_is_there_is_not_replaced_unasked(
    upkeep: Upkeep, database: Database, tmp_path: Path
) -> None:
    (tmp_path / "shop.zip").write_text("mine")
    with pytest.raises(ConflictError, match="already"):
        upkeep.export(database.directory().tenant(FULL), tmp_path / "shop.zip", by_operator=True)
    assert (tmp_path / "shop.zip").read_text() == "mine"


def test_json_that_cannot_be_read_leaves_as_it_is_written(
    sqlite_upkeep: Upkeep, sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE threshold SET breakdown = '{broken'")
    read = exported(sqlite_upkeep, sqlite_database, tmp_path / "shop.zip")
    assert read["threshold.jsonl"][0]["breakdown"] == "{broken"


def test_a_row_that_cannot_be_read_is_named_by_its_table(
    sqlite_upkeep: Upkeep, sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE threshold SET computed_for = 'never'")
    with pytest.raises(DatabaseError, match="a row of threshold cannot be read"):
        exported(sqlite_upkeep, sqlite_database, tmp_path / "shop.zip")
    assert not (tmp_path / "shop.zip").exists()
