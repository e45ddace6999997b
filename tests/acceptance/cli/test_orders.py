from __future__ import annotations

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops


def test_an_order_above_the_limit_waits_until_it_is_approved(stock: Command, tokens: Shops) -> None:
    token = tokens.north_manager
    assert stock("tenant", "set", "--approval-limit", "10", token=token).code == 0
    placed = stock("order", "LAMP", "8", "--yes", "--json", token=token).json
    assert (placed["order_number"], placed["status"], placed["total"]) == ("PO-00001", "draft", 16)
    assert "waits for you: its total 16.00 is above" in stock("alerts", token=token).out
    assert stock("orders", "approve", "PO-00001", token=token).out == "PO-00001 is approved\n"
    assert stock("alerts", "--json", token=token).json == []
    shown = stock("orders", "show", "PO-00001", "--json", token=token).json
    assert shown["approved_by"] == "manager:north manager"
    assert stock("dispatch", token=token).out == "north: 1 sent\n"  # the alert is over


def test_a_delivery_is_booked_once_however_often_it_is_typed(stock: Command, tokens: Shops) -> None:
    token = tokens.north_manager
    stock("order", "LAMP", "8", "--yes", token=token)
    receive = ("orders", "receive", "PO-00001", "--line", "LAMP=3")
    assert stock(*receive, token=token).out == "PO-00001 is partly received\n"
    again = stock(*receive, token=token)
    assert again.code == 1
    assert "--receipt" in again.err
    (level,) = stock("levels", "LAMP", "--json", token=token).json
    assert (level["on_hand"], level["on_order"]) == (12, 5)
    assert stock(*receive, "--receipt", "DN-2", token=token).code == 0
    rest = stock("orders", "receive", "PO-00001", "--receipt", "DN-3", "--json", token=token)
    assert rest.json["status"] == "received"
    assert stock("orders", "receive", "PO-00001", token=token).code == 1
    (level,) = stock("levels", "LAMP", "--json", token=token).json
    assert (level["on_hand"], level["on_order"]) == (17, 0)


def test_a_cancelled_order_is_no_longer_on_its_way(stock: Command, tokens: Shops) -> None:
    token = tokens.north_manager
    stock("order", "LAMP", "8", "--yes", token=token)
    assert stock("orders", "cancel", "PO-00001", token=token).out == "PO-00001 is cancelled\n"
    assert stock("orders", "list", "--open", "--json", token=token).json == []
    assert stock("orders", "list", "--status", "cancelled", "--json", token=token).json[0][
        "number"
    ] == ("PO-00001")


def test_a_product_on_order_is_not_ordered_again(stock: Command, tokens: Shops) -> None:
    stock("order", "LAMP", "8", "--yes", token=tokens.north_manager)
    again = stock("order", "LAMP", "8", "--yes", "--json", token=tokens.north_manager)
    assert again.json["error"]["code"] == "conflict"
