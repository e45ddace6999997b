"""`stock load`, as operators and managers run it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import Role, Tenant
from tests.fixtures.demo_home import Stock

DAYS = """\
tenant,sku,day,quantity
giftware,85123A,2009-03-01,3
corner,85123A,2009-03-01,5
giftware,22423,2009-03-02,-1
"""


@pytest.fixture
def days(demo: Stock, tmp_path: Path) -> str:
    """A table of two shops, the second of which has no products, and one bad row."""
    demo.app().directory.add_tenant(Tenant(id=TenantId(0), slug="corner", name="Corner"))
    file = tmp_path / "days.csv"
    file.write_text(DAYS)
    return str(file)


def manager(demo: Stock) -> str:
    return demo.app().directory.create_token(
        role=Role.MANAGER, tenant_slug="giftware", label="test", expires_at=None
    )


def operator(demo: Stock) -> str:
    return demo.app().directory.create_token(
        role=Role.OPERATOR, tenant_slug=None, label="test", expires_at=None
    )


def test_operator_loads_many_shops_and_reads_what_was_left_out(
    demo: Stock, days: str, tmp_path: Path
) -> None:
    token, rejects = operator(demo), tmp_path / "rejects.csv"

    ran = demo("load", days, "--rejects", str(rejects), "--json", STOCK_TOKEN=token)
    page = demo("load", days, STOCK_TOKEN=token).out

    assert (ran.code, ran.json["taken"], set(ran.json["shops"])) == (0, 1, {"giftware"})
    with rejects.open(newline="") as file:
        left_out = [(row["line"], row["reason"]) for row in csv.DictReader(file)]
    assert left_out == [("3", "unknown SKU"), ("4", "quantity below zero")]
    assert "everything was there already, nothing was changed" in page


def test_manager_loads_into_no_other_shop(demo: Stock, days: str) -> None:
    token = manager(demo)

    refused = demo("load", days, "--tenant", "corner", "--json", STOCK_TOKEN=token)
    own = demo("load", days, "--json", STOCK_TOKEN=token).json

    assert (refused.code, refused.json["error"]["code"]) == (1, "not_allowed")
    reasons = {one["reason"]: one["count"] for one in own["skipped"]}
    assert (own["taken"], reasons) == (1, {"another shop": 1, "quantity below zero": 1})


def test_analyst_loads_nothing(demo: Stock, days: str) -> None:
    ran = demo("load", days, STOCK_TOKEN=demo.analyst())

    assert (ran.code, "reads only" in ran.err) == (1, True)


def test_rejects_are_not_written_over_another_file(demo: Stock, days: str) -> None:
    ran = demo("load", days, "--rejects", days, STOCK_TOKEN=manager(demo))

    assert (ran.code, Path(days).read_text()) == (2, DAYS)


def test_a_tills_file_is_sent_to_the_import_that_knows_its_columns(
    demo: Stock, tmp_path: Path
) -> None:
    till = tmp_path / "till.csv"
    till.write_text("sku,day,quantity,Situação\n85123A,2009-03-01,3,cancelada\n")
    ran = demo("load", str(till), STOCK_TOKEN=manager(demo))

    assert (ran.code, "'Situação'" in ran.err, "import sales" in ran.err) == (2, True, True)
