from __future__ import annotations

import re
import sqlite3
import stat
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops

ALL = ("metrics", "--all-tenants")


def families(text: str) -> dict[str, Metric]:
    return {one.name: one for one in text_string_to_metric_families(text)}


def values(text: str, name: str) -> dict[tuple[str, ...], float]:
    """Return a metric's values by its labels' values, in the order of their names."""
    return {
        tuple(value for _, value in sorted(sample.labels.items())): sample.value
        for family in families(text).values()
        for sample in family.samples
        if sample.name == name
    }


def test_figures_are_those_of_the_check(stock_after_check: Command, tokens: Shops) -> None:
    out = stock_after_check(*ALL, token=tokens.operator).out
    assert values(out, "stock_low_products") == {("north",): 2, ("south",): 1}
    decided = values(out, "stock_decisions_total")
    assert decided["restock", "rule", "north"] == 2
    assert decided["restock", "model", "north"] == 0
    assert values(out, "stock_open_orders")["sent", "north"] == 1
    assert values(out, "stock_outbox_messages")["sent", "north"] == 1
    assert values(out, "stock_check_last_status")["ok", "south"] == 1
    ended = values(out, "stock_check_last_success_timestamp_seconds")
    assert values(out, "stock_check_last_duration_seconds")["north",] < 60
    assert values(out, "stock_all_check_oldest_success_timestamp_seconds")[()] == min(
        ended.values()
    )
    assert values(out, "stock_all_low_products") == {(): 3}
    assert values(out, "stock_tenants") == {(): 2}


def test_what_never_was_is_not_told_as_zero(stock: Command, tokens: Shops) -> None:
    out = stock(*ALL, token=tokens.operator).out
    assert values(out, "stock_check_last_success_timestamp_seconds") == {}
    assert values(out, "stock_low_products") == {}
    assert values(out, "stock_tenant_readable") == {("north",): 1, ("south",): 1}


def test_model_cost_only_grows_and_what_is_unsettled_stands_apart(
    stock: Command, tokens: Shops
) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        row = "INSERT INTO model_call (tenant_id, purpose, model, called_at, estimate_usd, "
        row += "price_usd, input_tokens, output_tokens, cache_write_tokens, cache_read_tokens) "
        at = "VALUES (1, 'chat', 'claude', '2024-05-01 00:00:00.000000', 500000000, "
        connection.execute(row + at + "400000000, 1, 1, 0, 0)")
        connection.execute(row + at + "NULL, 1, 1, 0, 0)")
    out = stock(*ALL, token=tokens.operator).out
    assert values(out, "stock_model_cost_usd_total")["north",] == 0.4
    assert values(out, "stock_model_cost_unsettled_usd")["north",] == 0.5
    assert values(out, "stock_model_budget_month_usd")["south",] == 5


def test_a_shop_that_cannot_be_read_is_zero_and_the_others_are_told(
    stock_after_check: Command, tokens: Shops
) -> None:
    with sqlite3.connect(stock_after_check.home / "stock.db") as connection:
        connection.execute("UPDATE check_run SET started_at = 'once' WHERE tenant_id = 1")
    ran = stock_after_check(*ALL, token=tokens.operator)
    assert ran.code == 1
    assert values(ran.out, "stock_tenant_readable") == {("north",): 0, ("south",): 1}
    assert values(ran.out, "stock_low_products") == {("south",): 1}
    assert values(ran.out, "stock_unreadable_tenants") == {(): 1}
    assert "error: north: " in ran.err


def test_a_manager_sees_the_figures_of_the_own_shop_alone(
    stock_after_check: Command, tokens: Shops
) -> None:
    out = stock_after_check("metrics", token=tokens.north_manager).out
    assert values(out, "stock_low_products") == {("north",): 2}
    assert "stock_all" not in out
    assert "south" not in out
    assert stock_after_check(*ALL, token=tokens.north_manager).code == 1


def test_names_follow_the_conventions(stock_after_check: Command, tokens: Shops) -> None:
    """What `promtool check metrics` would say."""
    out = stock_after_check(*ALL, token=tokens.operator).out
    for family in families(out).values():
        assert family.documentation.endswith(".")
        assert re.fullmatch(r"stock_[a-z]+(_[a-z]+)*", family.name), family.name
        assert not re.search(
            r"_(gauge|counter|count|sum|bucket|info|milliseconds|minutes)", family.name
        )
        for sample in family.samples:
            assert sample.name.endswith("_total") == (family.type == "counter"), sample.name
            assert not {"le", "quantile"} & set(sample.labels)
    assert out.endswith("\n")


def test_a_check_of_all_shops_leaves_the_file_even_when_one_failed(
    stock: Command, tokens: Shops, tmp_path: Path
) -> None:
    file = tmp_path / "stock.prom"
    with sqlite3.connect(stock.home / "stock.db") as connection:
        connection.execute("UPDATE supplier SET lead_time_mean_days = 'x' WHERE tenant_id = 1")
    environ = {"STOCK_METRICS_FILE": str(file)}
    ran = stock("run-check", "--all-tenants", "--no-agent", token=tokens.operator, **environ)
    assert ran.code == 1
    text = file.read_text()
    assert values(text, "stock_check_last_status")["failed", "north"] == 1
    assert values(text, "stock_check_last_status")["ok", "south"] == 1
    assert values(text, "stock_failing_tenants") == {(): 1}
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [one.name for one in tmp_path.iterdir() if "prom" in one.name] == ["stock.prom"]


def test_a_dry_run_or_one_shops_check_leaves_the_file_alone(
    stock: Command, tokens: Shops, tmp_path: Path
) -> None:
    environ = {"STOCK_METRICS_FILE": str(tmp_path / "stock.prom")}
    stock("run-check", "--all-tenants", "--dry-run", token=tokens.operator, **environ)
    stock("run-check", token=tokens.north_manager, **environ)
    assert not (tmp_path / "stock.prom").exists()


def test_a_folder_that_is_not_there_fails_the_run_and_is_named(
    stock: Command, tokens: Shops, tmp_path: Path
) -> None:
    environ = {"STOCK_METRICS_FILE": str(tmp_path / "nowhere" / "stock.prom")}
    ran = stock("run-check", "--all-tenants", "--no-agent", token=tokens.operator, **environ)
    assert ran.code == 1
    assert "the figures were not written" in ran.err
    assert "nowhere" in ran.err


def test_a_new_installation_has_no_shop_and_says_so(empty: Command) -> None:
    ran = empty(*ALL)
    assert ran.code == 0
    assert values(ran.out, "stock_tenants") == {(): 0}
