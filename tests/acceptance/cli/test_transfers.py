"""`stock transfers`, as a manager types it."""

from __future__ import annotations

import pytest

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops


@pytest.fixture
def stock_of_two_places(stock: Command, tokens: Shops) -> Command:
    """North with a depot that holds lamps enough."""
    added = stock("location", "add", "depot", "--name", "The depot", token=tokens.north_manager)
    assert added.out == "DEPOT is added: The depot\n"
    counted = stock("count", "LAMP", "900", "--location", "DEPOT", token=tokens.north_manager)
    assert counted.code == 0
    return stock


def test_a_check_fetches_from_the_depot_and_the_goods_arrive_once(
    stock_of_two_places: Command, tokens: Shops
) -> None:
    stock, token = stock_of_two_places, tokens.north_manager
    (shop,) = stock("run-check", "--json", token=token).json["tenants"]
    (moved,) = shop["transfers"]
    assert (moved["number"], moved["sku"], moved["from"]) == ("TR-00001", "LAMP", "DEPOT")
    lamp = next(one for one in shop["decisions"] if one["sku"] == "LAMP")
    assert (lamp["action"], lamp["quantity"]) == ("transfer", moved["quantity"])
    assert "Move " in stock("alerts", token=token).out
    assert stock("transfers", "list", "--open", "--json", token=token).json[0]["to"] == "SHOP"
    done = stock("transfers", "done", "tr-00001", token=token)
    assert done.out == f"TR-00001: {moved['quantity']} LAMP from DEPOT to SHOP: done\n"
    again = stock("transfers", "done", "TR-00001", token=token)
    assert (again.code, again.err) == (0, "TR-00001 was done before: nothing changed\n")
    levels = stock("levels", "--json", token=token).json
    lamps = {one["location"]: one["on_hand"] for one in levels if one["sku"] == "LAMP"}
    assert lamps == {"SHOP": 9 + moved["quantity"], "DEPOT": 900 - moved["quantity"]}
    assert stock("transfers", "list", "--open", token=token).said == "0 transfers\n"


def test_the_check_on_a_terminal_tells_what_to_move(
    stock_of_two_places: Command, tokens: Shops
) -> None:
    said = stock_of_two_places("run-check", token=tokens.north_manager).out
    assert "1 transfer, " in said
    assert "TR-00001" in said
    assert "from DEPOT" in said


def test_a_transfer_by_hand_is_opened_and_called_off(
    stock_of_two_places: Command, tokens: Shops
) -> None:
    stock, token = stock_of_two_places, tokens.north_manager
    line = ("transfers", "new", "LAMP", "40", "--from", "DEPOT", "--to", "shop")
    opened = stock(*line, "--reason", "window", token=token)
    assert opened.out == "TR-00001: 40 LAMP from DEPOT to SHOP: open\n"
    assert "stock transfers done TR-00001" in opened.err
    twice = stock(*line, token=token)
    assert (twice.code, "open for one of the products already" in twice.err) == (1, True)
    cancelled = stock("transfers", "cancel", "TR-00001", token=token)
    assert cancelled.out == "TR-00001: 40 LAMP from DEPOT to SHOP: cancelled\n"
    late = stock("transfers", "done", "TR-00001", token=token)
    assert (late.code, "was cancelled" in late.err) == (1, True)


def test_an_analyst_looks_and_moves_nothing(stock_of_two_places: Command, tokens: Shops) -> None:
    stock, token = stock_of_two_places, tokens.north_analyst
    line = ("transfers", "new", "LAMP", "40", "--from", "DEPOT", "--to", "SHOP")
    assert stock(*line, token=token).code != 0
    assert stock("transfers", "list", "--json", token=token).json == []


def test_locations_are_listed_and_renamed(stock_of_two_places: Command, tokens: Shops) -> None:
    stock, token = stock_of_two_places, tokens.north_manager
    renamed = stock("location", "add", "DEPOT", "--name", "Harbour [bold]x[/bold]", token=token)
    assert renamed.out == "DEPOT is called Harbour [bold]x[/bold]\n"
    rows = stock("location", "list", "--json", token=token).json
    assert [(one["location"], one["products"], one["is_first"]) for one in rows] == [
        ("SHOP", 3, True),
        ("DEPOT", 1, False),
    ]
    assert "Harbour [bold]x[/bold]" in stock("location", "list", token=token).out
    for bad in ("", "x" * 65, "a\x1b[2J"):
        assert stock("location", "add", bad, token=token).code != 0
    assert stock("location", "add", "B", "--name", "x" * 101, token=token).code != 0
    assert len(stock("location", "list", "--json", token=token).json) == 2
