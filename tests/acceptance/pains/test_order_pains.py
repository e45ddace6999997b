"""What hurt users of other systems about purchase orders, tried with the command itself."""

from __future__ import annotations

import subprocess
from datetime import date, timedelta
from typing import Any

import pytest

from tests.acceptance.cli.conftest import SECONDS, Command
from tests.fixtures.corner_shop import TODAY
from tests.fixtures.shops import Shops


@pytest.fixture
def token(tokens: Shops) -> str:
    return tokens.north_manager


def orders(stock: Command, token: str, *options: str) -> list[Any]:
    return list(stock("orders", "list", *options, "--json", token=token).json)


def lines(stock: Command, token: str, number: str) -> dict[str, float]:
    shown = stock("orders", "show", number, "--json", token=token).json
    return {line["sku"]: line["quantity"] for line in shown["lines"]}


def level(stock: Command, token: str, sku: str) -> Any:
    (found,) = stock("levels", sku, "--json", token=token).json
    return found


def alerts(stock: Command, token: str) -> str:
    return stock("alerts", token=token).out


def sell_until(stock: Command, token: str, day: date) -> None:
    """Book the sales of each day before this one, so that it is the day the shop is judged on."""
    rows = [
        f"{sku},5,{TODAY + timedelta(days=number)},inv-{number}-{sku}"
        for number in range((day - TODAY).days)
        for sku in ("LAMP", "MUG", "ROPE")
    ]
    file = stock.home / "sales.csv"
    file.write_text("\n".join(["sku,quantity,date,invoice", *rows]) + "\n")
    ran = stock("import", "sales", str(file), token=token)
    assert ran.code == 0, ran.err


# --- pain 1: re-running the scheduler adds purchase orders ---


def test_pain_1_running_the_check_again_orders_nothing_more(stock: Command, token: str) -> None:
    assert stock("run-check", token=token).code == 0
    first = orders(stock, token)
    wanted = lines(stock, token, first[0]["number"])
    for _ in range(3):
        assert stock("run-check", token=token).code == 0
    assert orders(stock, token) == first
    assert lines(stock, token, first[0]["number"]) == wanted


def test_pain_1_two_checks_at_the_same_moment_order_once(stock: Command, token: str) -> None:
    checks = [
        subprocess.Popen(
            [*stock.line, "run-check"],
            env=stock.environ(token),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    assert {check.wait(SECONDS) for check in checks} == {0}
    found = orders(stock, token)
    assert [order["number"] for order in found] == ["PO-00001"]
    assert set(lines(stock, token, "PO-00001")) == {"LAMP", "ROPE"}


def test_pain_1_a_check_after_another_need_does_not_double_what_waits(
    stock: Command, token: str
) -> None:
    stock("tenant", "set", "--approval-limit", "10", token=token)
    stock("run-check", token=token)
    wanted = lines(stock, token, "PO-00001")
    stock("minimum", "set", "MUG", "900", token=token)
    stock("run-check", token=token)
    (draft,) = orders(stock, token)
    assert (draft["status"], draft["revision"]) == ("draft", 2)
    both = lines(stock, token, "PO-00001")
    assert both.pop("MUG") > 100
    assert both == wanted


# --- pain 2: a far or late order hides a stock-out, or makes a second order ---


def test_pain_2_an_order_far_away_is_chased_and_never_a_second_one(
    stock: Command, token: str
) -> None:
    far = TODAY + timedelta(days=90)
    new = ("orders", "new", "--line", "LAMP=600", "--line", "ROPE=600", "--expected", str(far))
    stock("tenant", "set", "--approval-limit", "none", token=token)
    assert stock(*new, "--yes", token=token).code == 0
    stock("dispatch", token=token)
    stock("run-check", token=token)
    assert [order["number"] for order in orders(stock, token)] == ["PO-00001"]
    assert "Order PO-00001 is expected on 2024-07-29, too late for ROPE on" in alerts(stock, token)
    (late,) = stock("orders", "late", "--json", token=token).json
    assert {shelf["sku"] for shelf in late["empty_shelves"]} == {"LAMP", "ROPE"}
    asked = stock("orders", "chase", "PO-00001", token=token)
    assert "we need it sooner" in asked.out
    assert "This is no new order." in asked.out
    soon = str(TODAY + timedelta(days=2))
    assert stock("orders", "chase", "PO-00001", "--expected", soon, token=token).code == 0
    stock("run-check", token=token)
    assert "PO-00001" not in alerts(stock, token)
    assert stock("orders", "late", "--json", token=token).json == []
    assert len(orders(stock, token)) == 1


def test_pain_2_a_late_order_is_told_once_and_makes_no_second_order(
    stock: Command, token: str
) -> None:
    stock("run-check", token=token)
    assert orders(stock, token)[0]["status"] == "sent"
    sell_until(stock, token, TODAY + timedelta(days=8))
    for _ in range(2):
        stock("run-check", token=token)
    told = stock("alerts", "--json", token=token).json
    assert [one["subject"] for one in told if "late" in one["subject"]] == [
        "Order PO-00001 is late"
    ]
    assert len(orders(stock, token, "--open")) == 1
    refused = stock("order", "LAMP", "8", "--yes", token=token)
    assert refused.code == 1
    assert "stock orders chase PO-00001" in refused.err
    again = str(TODAY + timedelta(days=12))
    stock("orders", "chase", "PO-00001", "--expected", again, token=token)
    assert "late" not in alerts(stock, token)
    sell_until(stock, token, TODAY + timedelta(days=14))
    stock("run-check", token=token)
    assert "Order PO-00001 was expected on 2024-05-12" in alerts(stock, token)


# --- pain 5: low-stock lists that ignore what is on order ---


def test_pain_5_what_is_on_order_is_not_in_the_list_of_low_products(
    stock: Command, token: str
) -> None:
    stock("run-check", token=token)
    assert stock("levels", "--low", "--json", token=token).json == []
    stock("orders", "cancel", "PO-00001", "--line", "ROPE", token=token)
    (low,) = stock("levels", "--low", "--json", token=token).json
    assert low["sku"] == "ROPE"


def test_pain_5_a_draft_counts_as_on_order_too(stock: Command, token: str) -> None:
    stock("tenant", "set", "--approval-limit", "10", token=token)
    stock("run-check", token=token)
    assert orders(stock, token)[0]["status"] == "draft"
    assert stock("levels", "--low", "--json", token=token).json == []


# --- pain 6: pack size against the maximum ---


def test_pain_6_on_hand_194_minimum_200_maximum_300_and_packs_of_100_orders_100(
    stock: Command, token: str
) -> None:
    file = stock.home / "products.csv"
    file.write_text("sku,pack_size,maximum_stock\nROPE,100,300\nLAMP,1,10\n")
    assert stock("import", "products", str(file), token=token).code == 0
    stock("count", "ROPE", "194", token=token)
    stock("minimum", "set", "ROPE", "200", token=token)
    stock("run-check", token=token)
    assert lines(stock, token, "PO-00001")["ROPE"] == 100
    assert level(stock, token, "ROPE")["inventory_position"] == 294


# --- pain 10: ghost quantities after a cancellation ---


def test_pain_10_nothing_is_on_order_once_the_rest_is_cancelled(stock: Command, token: str) -> None:
    stock("tenant", "set", "--approval-limit", "none", token=token)
    stock("orders", "new", "--line", "LAMP=50", "--line", "ROPE=40", "--yes", token=token)
    stock("dispatch", token=token)
    stock("orders", "receive", "PO-00001", "--line", "LAMP=20", "--receipt", "n-1", token=token)
    assert stock("orders", "cancel", "PO-00001", "--line", "ROPE", token=token).out == (
        "PO-00001 is partly received\n"
    )
    assert level(stock, token, "ROPE")["on_order"] == 0
    assert level(stock, token, "LAMP")["on_order"] == 30
    last = stock("orders", "cancel", "PO-00001", "--line", "LAMP", token=token)
    assert last.out == "PO-00001 is received\n"
    assert "tell them too" in last.err
    lamp = level(stock, token, "LAMP")
    assert (lamp["on_hand"], lamp["on_order"]) == (29, 0)
    assert orders(stock, token, "--open") == []
    stock("run-check", token=token)
    assert set(lines(stock, token, "PO-00002")) == {"LAMP", "ROPE"}


def test_pain_10_a_whole_order_cancelled_after_a_part_came_leaves_what_came(
    stock: Command, token: str
) -> None:
    stock("orders", "new", "--line", "LAMP=50", "--yes", token=token)
    stock("dispatch", token=token)
    stock("orders", "receive", "PO-00001", "--line", "LAMP=20", "--receipt", "n-1", token=token)
    assert stock("orders", "cancel", "PO-00001", token=token).code == 0
    lamp = level(stock, token, "LAMP")
    assert (lamp["on_hand"], lamp["on_order"], lamp["inventory_position"]) == (29, 0, 29)
    again = stock("orders", "receive", "PO-00001", "--receipt", "n-2", token=token)
    assert again.code == 1
    assert level(stock, token, "LAMP")["on_hand"] == 29


def test_pain_10_an_edit_leaves_no_ghost_of_what_was_ordered_before(
    stock: Command, token: str
) -> None:
    stock("orders", "new", "--line", "LAMP=50", "--line", "ROPE=40", "--yes", token=token)
    edit = ("orders", "edit", "PO-00001", "--line", "LAMP=30", "--line", "ROPE=0")
    assert stock(*edit, token=token).code == 0
    assert level(stock, token, "LAMP")["on_order"] == 30
    assert level(stock, token, "ROPE")["on_order"] == 0
    stock("dispatch", token=token)
    (letter,) = stock.home.rglob("PO-00001*.txt")
    assert "ROPE" not in letter.read_text()
