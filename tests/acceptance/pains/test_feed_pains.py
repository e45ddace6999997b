"""Pain 10: ghost quantities after cancelled or void receipts, and lost updates."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops
from tests.fixtures.tills import Line, till
from tests.fixtures.truths import breaches


def level(stock: Command, token: str, sku: str) -> dict[str, Any]:
    (found,) = (row for row in stock("levels", "--json", token=token).json if row["sku"] == sku)
    return dict(found)


def fed(stock: Command, token: str, *lines: Line) -> list[str]:
    file = stock.home / "till.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    ran = stock("feed", "--file", str(file), token=token)
    return [json.loads(answer)["status"] for answer in ran.out.splitlines()]


def sound(stock: Command) -> bool:
    return breaches(f"sqlite:///{stock.home / 'stock.db'}") == {}


def test_a_void_receipt_leaves_no_ghost_on_the_shelf_however_often_it_is_sent(
    stock: Command, tokens: Shops
) -> None:
    token = tokens.north_manager
    receipt = {"id": "dn-7/1", "kind": "receipt", "sku": "ROPE", "quantity": 40}
    void = {"id": "dn-7/1", "kind": "void"}
    assert fed(stock, token, receipt) == ["booked"]
    assert level(stock, token, "ROPE")["on_hand"] == 43
    assert fed(stock, token, void) == ["booked"]
    assert fed(stock, token, void, receipt, void) == ["known"] * 3
    assert level(stock, token, "ROPE")["on_hand"] == 3
    assert sound(stock)


def test_a_cancelled_order_leaves_what_came_and_nothing_of_what_did_not(
    stock_after_check: Command, tokens: Shops
) -> None:
    stock, token = stock_after_check, tokens.north_manager
    before = level(stock, token, "ROPE")
    ordered = before["on_order"]
    assert ordered > 4
    came = ("--line", "ROPE=4", "--receipt", "DN-1")
    assert stock("orders", "receive", "PO-00001", *came, token=token).code == 0
    assert level(stock, token, "ROPE")["on_order"] == ordered - 4
    cancelled = stock("orders", "cancel", "PO-00001", "--yes", token=token)
    after = level(stock, token, "ROPE")
    # Whether the rest may be cancelled or not, on hand and on order tell of the same goods.
    assert after["on_hand"] == before["on_hand"] + 4
    assert after["on_order"] == (ordered - 4 if cancelled.code else 0)
    again = stock("orders", "receive", "PO-00001", *came, token=token)
    assert level(stock, token, "ROPE") == after, again.said
    assert sound(stock)


def test_eight_writers_at_once_lose_no_update(stock: Command, tokens: Shops) -> None:
    token = tokens.north_manager
    environ = stock.environ(token)
    feed = [*stock.line, "feed", "--batch-lines", "1"]
    hand = [*stock.line, "move", "receipt", "MUG", "10"]
    with till(feed, environ) as one, till(feed, environ) as other:
        people = [subprocess.Popen(hand, env=environ, stdout=subprocess.DEVNULL) for _ in range(6)]
        for number in range(60):
            one.send({"id": f"a/{number}", "kind": "sale", "sku": "MUG", "quantity": 1})
            other.send({"id": f"b/{number}", "kind": "return", "sku": "MUG", "quantity": 2})
        assert [one.hang_up()[0], other.hang_up()[0]] == [0, 0]
        assert [person.wait() for person in people] == [0] * 6
    assert level(stock, token, "MUG")["on_hand"] == 800 - 60 + 120 + 60
    assert sound(stock)


def test_a_count_between_two_tills_lines_is_neither_undone_nor_doubled(
    stock: Command, tokens: Shops
) -> None:
    token = tokens.north_manager
    lines = [
        {"id": "1", "kind": "sale", "sku": "MUG", "quantity": 5},
        {"id": "2", "kind": "count", "sku": "MUG", "quantity": 700},
        {"id": "3", "kind": "sale", "sku": "MUG", "quantity": 1},
    ]
    fed(stock, token, *lines)
    assert level(stock, token, "MUG")["on_hand"] == 699
    assert fed(stock, token, *lines) == ["known"] * 3
    assert level(stock, token, "MUG")["on_hand"] == 699
    assert sound(stock)
