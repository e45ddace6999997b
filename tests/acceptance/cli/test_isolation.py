from __future__ import annotations

import pytest

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops

READING = (
    "levels",
    "levels --low --json",
    "why MUG",
    "orders list",
    "orders show PO-00001 --json",
    "orders show PO-00001 --html -",
    "supplier list --json",
    "supplier show LEAF",
    "minimum list",
    "alerts --all",
    "product list",
    "product show LAMP",
    "run-check --dry-run",
    "doctor",
    "audit --limit 1000",
    "whoami",
)


@pytest.mark.parametrize("line", READING)
def test_no_command_shows_another_shops_rows(
    line: str, stock_after_check: Command, tokens: Shops
) -> None:
    ran = stock_after_check(*line.split(), token=tokens.south_manager)
    assert ran.code == 0
    assert "north" not in ran.said.lower()
    assert "ROPE" not in ran.said


def test_a_product_of_the_other_shop_is_unknown_and_not_among_the_nearest(
    stock: Command, tokens: Shops
) -> None:
    for line in ("why ROPE", "levels rope", "minimum set ROPE 5", "order ROPE 5 --yes"):
        ran = stock(*line.split(), "--json", token=tokens.south_manager)
        assert ran.code == 1
        assert ran.json["error"]["code"] == "not_found"
        assert "north" not in ran.said.lower()


def test_the_same_number_is_another_order_in_the_other_shop(
    stock_after_check: Command, tokens: Shops
) -> None:
    assert stock_after_check("orders", "cancel", "PO-00001", token=tokens.south_manager).code == 0
    left = stock_after_check("orders", "show", "PO-00001", "--json", token=tokens.north_manager)
    assert left.json["status"] == "sent"
    assert {line["sku"] for line in left.json["lines"]} == {"LAMP", "ROPE"}


def test_what_one_shop_writes_leaves_the_other_alone(stock: Command, tokens: Shops) -> None:
    before = stock("levels", "--json", token=tokens.north_manager).json
    assert stock("minimum", "set", "MUG", "50", token=tokens.south_manager).code == 0
    assert stock("count", "MUG", "1", token=tokens.south_manager).code == 0
    assert stock("snooze", "MUG", "--until", "2030-01-01", token=tokens.south_manager).code == 0
    assert stock("levels", "--json", token=tokens.north_manager).json == before
