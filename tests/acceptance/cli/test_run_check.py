from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta

from tests.acceptance.cli.conftest import Command, Prepared
from tests.fixtures.shops import Shops

TENANT_KEYS = {"tenant", "status", "checked", "low", "decisions", "orders", "error"}
DECISION_KEYS = {
    "sku",
    "location",
    "action",
    "quantity",
    "reason",
    "decided_by",
    "on_hand",
    "on_order",
    "reorder_point",
}


def test_a_run_over_all_shops_prints_one_object(checked: Prepared) -> None:
    assert checked.ran is not None
    assert checked.ran.code == 0
    report = checked.ran.json
    assert {"run_id", "started_at", "tenants"} <= report.keys()
    north, south = report["tenants"]
    assert north.keys() >= TENANT_KEYS
    assert (north["tenant"], north["status"], north["checked"], north["low"]) == (
        "north",
        "ok",
        3,
        2,
    )
    assert (south["tenant"], south["error"]) == ("south", None)
    assert all(one.keys() >= DECISION_KEYS for one in north["decisions"])


def test_each_shop_orders_what_is_low_in_it_alone(checked: Prepared) -> None:
    assert checked.ran is not None
    north, south = checked.ran.json["tenants"]
    assert {one["sku"] for one in north["decisions"]} == {"LAMP", "ROPE"}
    assert {one["sku"] for one in south["decisions"]} == {"MUG"}
    (order,) = north["orders"]
    assert (order["supplier"], order["lines"]) == ("Leaf Ltd", 2)
    assert order["total"] == 2 * sum(one["quantity"] for one in north["decisions"])


def test_the_log_has_a_line_per_shop_with_its_time(checked: Prepared) -> None:
    assert checked.ran is not None
    lines = [line for line in checked.ran.err.splitlines() if "stock.run_check" in line]
    assert len(lines) == 2
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", line) for line in lines)
    assert "tenant=north status=ok" in lines[0]


def test_the_output_says_why_no_model_was_asked(checked: Prepared) -> None:
    assert checked.ran is not None
    assert "decided by rule: there is no ANTHROPIC_API_KEY" in checked.ran.err


def test_a_second_run_orders_nothing(stock_after_check: Command, tokens: Shops) -> None:
    ran = stock_after_check("run-check", "--all-tenants", "--json", token=tokens.operator)
    assert ran.code == 0
    assert [shop["orders"] for shop in ran.json["tenants"]] == [[], []]
    assert len(stock_after_check("orders", "list", "--json", token=tokens.north_manager).json) == 1


def test_orders_leave_for_the_supplier_once(stock_after_check: Command, checked: Prepared) -> None:
    (order,) = stock_after_check(
        "orders", "list", "--json", token=checked.tokens.north_manager
    ).json
    assert order["status"] == "sent"
    assert (checked.file.parent / "sent" / "north" / f"{order['number']}.txt").is_file()
    assert stock_after_check("dispatch", token=checked.tokens.north_manager).out == (
        "north: nothing waits\n"
    )


def test_a_dry_run_writes_nothing_and_shows_the_table(stock: Command, tokens: Shops) -> None:
    ran = stock("run-check", "--dry-run", token=tokens.north_analyst)
    assert ran.code == 0
    assert "nothing was written" in ran.out
    heading = next(line for line in ran.out.splitlines() if line.startswith("SKU"))
    for title in ("on hand", "on order", "reorder point", "decision", "quantity", "reason", "by"):
        assert title in heading
    assert "[bold]knot[/bold]" in ran.out
    assert stock("orders", "list", "--json", token=tokens.north_manager).json == []


def test_only_an_operator_checks_all_shops(stock: Command, tokens: Shops) -> None:
    for asked in (["--all-tenants"], ["--tenant", "south"]):
        ran = stock("run-check", *asked, "--json", token=tokens.north_manager)
        assert ran.code == 1
        assert ran.json["error"]["code"] == "not_allowed"


def test_an_analyst_may_only_look(stock: Command, tokens: Shops) -> None:
    ran = stock("run-check", token=tokens.north_analyst)
    assert ran.code == 1
    assert "--dry-run" in ran.err


def test_the_owner_of_the_database_file_is_its_operator_even_when_logged_in(
    stock: Command, tokens: Shops
) -> None:
    assert stock("login", stdin=tokens.north_manager).code == 0
    ran = stock("run-check", "--tenant", "south", "--no-agent", "--json")
    assert ran.code == 0
    (shop,) = ran.json["tenants"]
    assert shop["remarks"][0] == "decided by rule, as asked (--no-agent)"


def test_wrong_use_ends_with_2(stock: Command, tokens: Shops) -> None:
    no_day = stock("run-check", "--as-of", "yesterday", "--json", token=tokens.north_manager)
    assert no_day.code == 2
    assert no_day.json["error"]["code"] == "invalid_input"
    assert stock("run-check", token=tokens.operator).code == 2
    assert stock("run-check", "--all-tenants", "--tenant", "north", token=tokens.operator).code == 2


def test_a_shop_that_fails_does_not_stop_the_others(stock: Command, tokens: Shops) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute("UPDATE supplier SET lead_time_mean_days = 'x' WHERE tenant_id = 1")
    ran = stock("run-check", "--all-tenants", "--json", token=tokens.operator)
    north, south = ran.json["tenants"]
    assert ran.code == 1
    assert (north["status"], south["status"]) == ("failed", "ok")
    assert north["error"]
    assert "error: north: " in ran.err


def spoiled(stock: Command, statement: str, *values: str) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute(statement, values)


def test_a_shop_whose_policy_cannot_be_read_does_not_stop_the_others(
    stock: Command, tokens: Shops
) -> None:
    spoiled(stock, "UPDATE tenant SET policy = '{not json' WHERE slug = 'north'")
    ran = stock("run-check", "--all-tenants", "--dry-run", "--json", token=tokens.operator)
    south, north = ran.json["tenants"]
    assert ran.code == 1
    assert (south["status"], north["status"]) == ("ok", "failed")
    assert "the policy of the shop 'north' cannot be read" in north["error"]
    assert stock("dispatch", "--all-tenants", token=tokens.operator).code == 1


def test_no_shop_at_all_is_a_failure(empty: Command) -> None:
    ran = empty("run-check", "--all-tenants")
    assert ran.code == 1
    assert f"there is no shop in sqlite:///{empty.home}/stock.db" in ran.err


def test_a_run_says_whether_it_was_dry(stock: Command, checked: Prepared, tokens: Shops) -> None:
    assert checked.ran is not None
    assert checked.ran.json["dry_run"] is False
    assert stock("run-check", "--dry-run", "--json", token=tokens.north_manager).json["dry_run"]


def test_a_run_beside_another_says_since_when_and_until_when(
    stock_after_check: Command, tokens: Shops
) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    until = now + timedelta(minutes=15)
    spoiled(
        stock_after_check,
        "UPDATE check_run SET status = 'running', started_at = ?, finished_at = NULL",
        str(now),
    )
    spoiled(stock_after_check, "UPDATE check_lease SET leased_until = ?", str(until))
    ran = stock_after_check("run-check", "--json", token=tokens.north_manager)
    (shop,) = ran.json["tenants"]
    assert (ran.code, shop["status"]) == (0, "busy")
    (said,) = shop["remarks"]
    assert f"since {now:%H:%M} UTC and until {until:%H:%M} UTC" in said
    assert said in ran.err


def test_orders_that_wait_for_approval_are_pointed_out(stock: Command, tokens: Shops) -> None:
    stock("tenant", "set", "--approval-limit", "0", token=tokens.north_manager)
    ran = stock("run-check", "--json", token=tokens.north_manager)
    (shop,) = ran.json["tenants"]
    said = "1 order waits for approval: `stock orders list --status draft`"
    assert said in shop["remarks"]
    assert f"north: {said}" in ran.err


def test_a_bug_in_one_shop_leaves_its_traceback_in_the_log(stock: Command, tokens: Shops) -> None:
    spoiled(stock, "UPDATE product SET status = 'nonsense' WHERE tenant_id = 1")
    ended = subprocess.run(
        [*stock.line, "run-check", "--all-tenants", "--dry-run", "--json"],
        env=stock.environ(tokens.operator),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    north, _ = json.loads(ended.stdout)["tenants"]
    assert "`stock --log-level debug run-check --tenant north`" in north["error"]
    assert "ERROR stock.run_check tenant=north unexpected" in ended.stderr
    assert "Traceback" in ended.stderr


def test_dispatch_says_when_the_next_try_is_due(stock: Command, tokens: Shops) -> None:
    # A file where the folder of orders should be: nothing can be delivered.
    (stock.home / "sent").write_text("")
    stock("run-check", token=tokens.north_manager)
    ran = stock("dispatch", token=tokens.north_manager)
    assert ran.code == 0
    assert ran.out.startswith("north: nothing is due yet; the next try is due at 20")
    (facts,) = stock("dispatch", "--json", token=tokens.north_manager).json
    assert facts["next_try_at"]
