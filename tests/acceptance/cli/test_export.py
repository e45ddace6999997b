"""`stock export` as a manager gives it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops


def test_a_manager_takes_the_tables_of_the_own_shop(
    stock_after_check: Command, tokens: Shops, tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    ran = stock_after_check("export", str(folder), token=tokens.north_manager)
    assert (ran.code, ran.out) == (0, f"{folder}\n")
    assert "rows of north were written" in ran.err
    everything = "".join(one.read_text() for one in folder.iterdir())
    assert "North mug" in everything
    assert "South" not in everything
    assert tokens.north_manager not in everything


def test_parquet_files_can_be_joined(
    stock_after_check: Command, tokens: Shops, tmp_path: Path
) -> None:
    asked = ("export", str(tmp_path), "--format", "parquet", "--json")
    found = stock_after_check(*asked, token=tokens.north_manager).json
    assert found["tenant"] == "north"
    assert json.loads((tmp_path / "manifest.json").read_text())["files"] == found["files"]
    with duckdb.connect() as connection:
        sold = connection.execute(
            "SELECT p.name, sum(m.units_sold) FROM read_parquet(?) m JOIN read_parquet(?) p "
            "ON p.id = m.product_id WHERE m.sku = 'MUG' GROUP BY 1",
            [str(tmp_path / f"{name}.parquet") for name in ("daily_movement", "product")],
        ).fetchall()
    (mug,) = sold
    assert mug[0] == "North mug"
    assert mug[1] > 0


def test_files_are_replaced_only_when_asked(
    stock_after_check: Command, tokens: Shops, tmp_path: Path
) -> None:
    def export(*more: str) -> tuple[int, str]:
        ran = stock_after_check("export", str(tmp_path), *more, token=tokens.north_manager)
        return ran.code, ran.err

    assert export()[0] == 0
    code, said = export()
    assert (code, "--replace" in said) == (1, True)
    assert export("--replace")[0] == 0


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["export"], 2, "DIRECTORY"),
        (["export", "tables", "--format", "xlsx"], 2, "xlsx"),
        (["export", "no/such/place"], 2, "cannot be a folder"),
    ],
    ids=["no folder", "no such format", "no place"],
)
def test_bad_input_is_one_sentence(
    stock_after_check: Command, tokens: Shops, asked: list[str], code: int, said: str
) -> None:
    ran = stock_after_check(*asked, token=tokens.north_manager)
    assert (ran.code, said in ran.err, "Traceback" in ran.err) == (code, True, False), ran.err
    assert not Path("tables").exists()


def test_who_may_not_take_everything_is_told_so(
    stock_after_check: Command, tokens: Shops, tmp_path: Path
) -> None:
    for token, said in ((tokens.north_analyst, "ask a manager"), (tokens.operator, "stock login")):
        ran = stock_after_check("export", str(tmp_path / "tables"), token=token)
        assert (ran.code, said in ran.err) == (1, True), ran.err
    assert not (tmp_path / "tables").exists()


def test_an_empty_shop_has_its_tables_too(stock: Command, tokens: Shops, tmp_path: Path) -> None:
    stock("tenant", "add", "new", token=tokens.operator)
    asked = ("token", "create", "--role", "manager", "--tenant", "new", "--json")
    token = stock(*asked, token=tokens.operator).json["token"]
    for form in ("csv", "parquet"):
        ran = stock("export", str(tmp_path / form), "--format", form, token=token)
        assert ran.code == 0, ran.err
    assert (tmp_path / "csv" / "product.csv").read_text().startswith("id,tenant_id,sku,")
    assert (tmp_path / "csv" / "product.csv").read_text().count("\n") == 1
