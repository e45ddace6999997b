from __future__ import annotations

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops


def test_movements_add_up_to_what_is_on_hand(stock: Command, tokens: Shops) -> None:
    token = tokens.north_manager
    assert stock("move", "receipt", "ROPE", "10", token=token).out == "ROPE at SHOP: 13 on hand\n"
    assert stock("move", "sale", "ROPE", "2", token=token).out == "ROPE at SHOP: 11 on hand\n"
    assert stock("move", "return", "ROPE", "1", token=token).out == "ROPE at SHOP: 12 on hand\n"
    ran = stock("move", "adjustment", "ROPE", "-4", "--note", "wet", token=token)
    assert ran.out == "ROPE at SHOP: 8 on hand\n"
    assert stock("reserve", "ROPE", "3", token=token).out == (
        "ROPE at SHOP: 8 on hand, 3 reserved\n"
    )
    counted = stock("count", "ROPE", "20", token=token)
    assert counted.err == "corrected by +12\n"


def test_a_movement_with_a_reference_is_booked_once(stock: Command, tokens: Shops) -> None:
    line = ("move", "sale", "ROPE", "1", "--reference", "till-7", "--json")
    first = stock(*line, token=tokens.north_manager)
    again = stock(*line, token=tokens.north_manager)
    assert first.json == again.json
    assert first.json[0]["on_hand"] == 2
    assert "booked before" in again.err


def test_a_minimum_by_hand_goes_before_the_computed_one(
    stock_after_check: Command, tokens: Shops
) -> None:
    stock, token = stock_after_check, tokens.north_manager
    stock("minimum", "set", "MUG", "900", "--reason", "Christmas", token=token)
    (row,) = stock("minimum", "list", "--json", token=token).json
    assert (row["minimum"], row["in_force"]) == (900, True)
    assert row["computed_reorder_point"] < 900
    assert [one["sku"] for one in stock("levels", "--low", "--json", token=token).json] == ["MUG"]
    told = stock("why", "mug", token=token).out
    assert "The manager's minimum of 900 is in force" in told
    assert "Christmas" in told
    assert stock("minimum", "clear", "MUG", token=token).code == 0
    assert stock("levels", "--low", "--json", token=token).json == []


def test_a_paused_or_ended_product_is_not_low(stock_after_check: Command, tokens: Shops) -> None:
    stock, token = stock_after_check, tokens.north_manager
    stock("minimum", "set", "MUG", "900", token=token)
    assert stock("snooze", "MUG", "--until", "2090-01-01", token=token).code == 0
    assert stock("levels", "--low", "--json", token=token).json == []
    assert stock("snooze", "MUG", "--off", token=token).out == "MUG is watched again\n"
    assert stock("product", "status", "MUG", "discontinued", token=token).code == 0
    assert stock("levels", "--low", "--json", token=token).json == []
    assert stock("product", "show", "MUG", "--json", token=token).json["status"] == "discontinued"


def test_why_tells_how_the_number_came_about(stock_after_check: Command, tokens: Shops) -> None:
    (report,) = stock_after_check("why", "LAMP", "--json", token=tokens.north_manager).json
    assert report["sku"] == "LAMP"
    assert report["reorder_point"] == report["computed_reorder_point"]
    assert {"model", "service_level", "demand_quantile"} <= report["breakdown"].keys()
    assert report["decisions"][0]["action"] == "restock"
