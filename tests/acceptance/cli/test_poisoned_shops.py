"""One shop's rows are broken in many ways; the other's work is done all the same."""

from __future__ import annotations

import sqlite3

import pytest

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops

POISONS = {
    "a policy that is no JSON": "UPDATE tenant SET policy = '{not json' WHERE slug = 'north'",
    "a policy that is a list": "UPDATE tenant SET policy = '[1, 2]' WHERE slug = 'north'",
    "a time zone that is none": "UPDATE tenant SET timezone = 'Mars/Base' WHERE slug = 'north'",
    "a status nobody knows": "UPDATE product SET status = 'nonsense' WHERE tenant_id = 1",
    "a cost that is a word": "UPDATE product SET unit_cost = 'cheap' WHERE tenant_id = 1",
    "a stock that is a word": "UPDATE stock_level SET on_hand = 'many' WHERE tenant_id = 1",
    "a day of sales that is none": "UPDATE daily_movement SET day = 'once' "
    "WHERE tenant_id = 1 AND day = '2024-04-30'",
    "a lead time that is a word": "UPDATE supplier SET lead_time_mean_days = 'x' "
    "WHERE tenant_id = 1",
    "endless demand": "UPDATE daily_movement SET units_sold = 9e999 WHERE tenant_id = 1",
}
BROKEN_MESSAGE = """
INSERT INTO outbox (id, tenant_id, idempotency_key, channel, payload, status, attempts, due_at,
                    sent_at, error)
VALUES (-1, 1, 'po:-1', 'purchase_order', '{broken', 'pending', 0, '2024-01-01 00:00:00.000000',
        NULL, '')
"""


def poisoned(stock: Command, statement: str) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute(statement)


@pytest.mark.parametrize("statement", POISONS.values(), ids=POISONS)
def test_every_command_for_all_shops_serves_the_others(
    stock: Command, tokens: Shops, statement: str
) -> None:
    poisoned(stock, statement)
    ran = stock("run-check", "--all-tenants", "--no-agent", "--json", token=tokens.operator)
    shops = {one["tenant"]: one for one in ran.json["tenants"]}
    assert (shops["south"]["status"], len(shops["south"]["orders"])) == ("ok", 1), ran.err
    assert shops["north"]["status"] in ("ok", "failed")
    assert ran.code == (shops["north"]["status"] == "failed")
    sent = stock("dispatch", "--all-tenants", token=tokens.operator)
    assert "south: nothing waits" in sent.out.splitlines()
    assert "unexpected" not in stock("usage", "--all-tenants", token=tokens.operator).err
    doctor = stock("doctor", "--json", token=tokens.operator)
    assert {one["about"] for one in doctor.json} >= {"installation", "north", "south"}
    figures = stock("metrics", "--all-tenants", token=tokens.operator)
    assert 'stock_tenant_readable{tenant="south"} 1.0' in figures.out
    assert 'stock_low_products{tenant="south"} 1.0' in figures.out


@pytest.mark.parametrize("statement", POISONS.values(), ids=POISONS)
def test_a_batch_is_sent_for_the_others(stock: Command, tokens: Shops, statement: str) -> None:
    poisoned(stock, statement)
    key = {"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}
    for step in ("submit", "collect"):
        ran = stock(
            "run-check", "--all-tenants", "--batch", step, "--json", token=tokens.operator, **key
        )
        shops = {one["tenant"]: one for one in ran.json["tenants"]}
        assert shops["south"]["status"] in ("ok", "idle"), ran.err


def test_a_message_that_cannot_be_read_lets_the_others_leave(stock: Command, tokens: Shops) -> None:
    stock("tenant", "set", "--approval-limit", "0", token=tokens.north_manager)
    assert stock("run-check", "--no-agent", token=tokens.north_manager).code == 0
    (order,) = stock("orders", "list", "--json", token=tokens.north_manager).json
    stock("orders", "approve", order["number"], token=tokens.north_manager)
    poisoned(stock, BROKEN_MESSAGE)
    poisoned(stock, BROKEN_MESSAGE.replace("-1", "-2").replace("{broken", '{"number": 7}'))
    ran = stock("dispatch", token=tokens.north_manager)
    assert "1 sent" in ran.out
    assert (stock.home / "sent" / "north" / f"{order['number']}.txt").is_file()
    doctor = stock("doctor", "--json", token=tokens.north_manager).json
    assert any("could not be delivered and was given up" in one["text"] for one in doctor)


def test_an_unreadable_shop_is_one_finding_of_the_check(stock: Command, tokens: Shops) -> None:
    poisoned(stock, POISONS["a policy that is no JSON"])
    ran = stock("db", "check", "--json", token=tokens.operator)
    assert ran.code == 1
    found = [one["text"] for one in ran.json["findings"] if one["about"] == "north"]
    assert any("the policy of the shop 'north' cannot be read" in text for text in found)
    assert any("have a policy that cannot be read" in text for text in found)
