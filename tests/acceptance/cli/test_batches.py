"""`stock run-check --batch`, killed where it hurts: nothing lost, nothing doubled, billed once."""

from __future__ import annotations

import pytest

from tests.acceptance.cli.batch_cron import Cron, restocks_all
from tests.acceptance.cli.conftest import Command, Ran
from tests.fakes.message_batches import Gate
from tests.fakes.messages_api import MessagesApi, messages_api
from tests.fixtures.shops import Shops

__all__ = ["messages_api"]


@pytest.fixture
def cron(stock: Command, tokens: Shops, messages_api: MessagesApi) -> Cron:
    return Cron(stock, tokens, messages_api)


BILLED_ONCE = {"north": 0.0001, "south": 0.0001}
ORDERED_ONCE = {"north": 1, "south": 1}


def statuses(ran: Ran) -> list[str]:
    return [shop["status"] for shop in ran.json["tenants"]]


def test_a_batch_is_submitted_waited_for_and_carried_out(cron: Cron) -> None:
    submitted = cron.submit()
    assert (submitted.code, statuses(submitted)) == (0, ["submitted", "submitted"])
    assert {shop["batch_id"] for shop in submitted.json["tenants"]} == {"msgbatch_001"}
    assert cron.orders() == {"north": 0, "south": 0}
    early = cron.collect()
    assert (early.code, statuses(early)) == (0, ["waiting", "waiting"])
    assert "batch msgbatch_001 is still in progress" in early.err
    cron.api.batches.end(restocks_all)
    collected = cron.collect()
    assert (collected.code, statuses(collected)) == (0, ["ok", "ok"])
    authors = {one["decided_by"] for shop in collected.json["tenants"] for one in shop["decisions"]}
    assert authors == {"claude-haiku-5-5"}
    assert cron.orders() == ORDERED_ONCE
    assert cron.billed() == BILLED_ONCE
    assert statuses(cron.collect()) == ["idle", "idle"]


def test_a_submit_killed_before_the_batch_was_made_is_made_up_for(cron: Cron) -> None:
    cron.api.batches.before = Gate()
    cron.killed_at(cron.api.batches.before, "submit")
    cron.api.batches.before = None
    assert statuses(cron.submit()) == ["waiting", "waiting"]
    cron.an_hour_passes()
    assert statuses(cron.submit()) == ["submitted", "submitted"]
    cron.api.batches.end(restocks_all)
    assert statuses(cron.collect()) == ["ok", "ok"]
    assert len(cron.api.batches.made) == 1
    assert (cron.orders(), cron.billed()) == (ORDERED_ONCE, BILLED_ONCE)


def test_a_submit_killed_after_the_batch_was_made_sends_no_second_one(cron: Cron) -> None:
    cron.api.batches.after = Gate()
    cron.killed_at(cron.api.batches.after, "submit")
    cron.api.batches.after = None
    cron.an_hour_passes()
    assert statuses(cron.submit()) == ["waiting", "waiting"]
    assert statuses(cron.collect()) == ["waiting", "waiting"]
    cron.api.batches.end(restocks_all)
    assert statuses(cron.submit()) == ["waiting", "waiting"]
    assert statuses(cron.collect()) == ["ok", "ok"]
    assert len(cron.api.batches.made) == 1
    assert (cron.orders(), cron.billed()) == (ORDERED_ONCE, BILLED_ONCE)


def test_a_collect_killed_while_it_reads_is_made_up_for_once(cron: Cron) -> None:
    cron.submit()
    cron.api.batches.end(restocks_all)
    cron.api.batches.results_gate = Gate()
    cron.killed_at(cron.api.batches.results_gate, "collect")
    cron.api.batches.results_gate = None
    assert statuses(cron.collect()) == ["ok", "ok"]
    assert statuses(cron.collect()) == ["idle", "idle"]
    assert (cron.orders(), cron.billed()) == (ORDERED_ONCE, BILLED_ONCE)


def test_a_submit_killed_between_two_shops_forgets_neither(cron: Cron) -> None:
    sent = "SELECT 1 FROM review_batch WHERE tenant_id = 1 AND batch_id = 'msgbatch_001'"
    with cron.stuck_at("UPDATE ON review_batch WHEN NEW.status = 'sent' AND NEW.tenant_id = 2"):
        cron.killed_once(sent, "submit")
    cron.an_hour_passes()
    assert statuses(cron.submit()) == ["waiting", "waiting"]
    cron.api.batches.end(restocks_all)
    assert statuses(cron.collect()) == ["ok", "ok"]
    assert len(cron.api.batches.made) == 1
    assert (cron.orders(), cron.billed()) == (ORDERED_ONCE, BILLED_ONCE)


def test_a_collect_killed_while_it_orders_is_made_up_for_once(cron: Cron) -> None:
    cron.submit()
    cron.api.batches.end(restocks_all)
    claimed = "SELECT 1 FROM check_lease WHERE tenant_id = 1 AND leased_until IS NOT NULL"
    with cron.stuck_at("INSERT ON purchase_order"):
        cron.killed_once(claimed, "collect")
    assert statuses(cron.collect()) == ["busy", "ok"]
    with cron.database() as connection:
        connection.execute("UPDATE check_lease SET leased_until = '2020-01-01 00:00:00.000000'")
    assert statuses(cron.collect()) == ["ok", "idle"]
    assert (cron.orders(), cron.billed()) == (ORDERED_ONCE, BILLED_ONCE)


def test_a_shop_that_needs_no_model_is_finished_at_submit_and_says_why(
    cron: Cron, tokens: Shops
) -> None:
    cron.stock("tenant", "set", "--no-agent", token=tokens.north_manager)
    ran = cron.submit()
    assert statuses(ran) == ["ok", "submitted"]
    assert "north: decided by rule: the agent is switched off for this shop" in ran.err
    assert [len(batch.requests) for batch in cron.api.batches.made] == [1]


def test_without_a_key_the_rules_decide_at_submit(stock: Command, tokens: Shops) -> None:
    ran = stock("run-check", "--batch", "submit", "--json", token=tokens.north_manager)
    assert (ran.code, statuses(ran)) == (0, ["ok"])
    assert "decided by rule: there is no ANTHROPIC_API_KEY" in ran.err


def test_a_plain_run_goes_before_a_batch_that_waits_and_says_so(cron: Cron, tokens: Shops) -> None:
    cron("--batch", "submit", token=tokens.north_manager)
    between = cron("--no-agent", token=tokens.north_manager)
    assert "this run decided in its place" in between.err
    cron.api.batches.end(restocks_all)
    assert statuses(cron("--batch", "collect", token=tokens.north_manager)) == ["idle"]
    assert cron.orders() == {"north": 1, "south": 0}
    assert cron.billed() == {"north": 0.0001, "south": 0}


def test_people_are_told_where_their_questions_are(cron: Cron, tokens: Shops) -> None:
    told = cron.stock("run-check", "--batch", "submit", token=tokens.north_manager, **cron.environ)
    assert "asked in batch msgbatch_001; 3 products, 2 low, 0 decided" in told.out


@pytest.mark.parametrize("option", [["--dry-run"], ["--no-agent"], ["--as-of", "2026-11-30"]])
def test_options_that_mean_nothing_in_a_batch_are_wrong_use(
    stock: Command, tokens: Shops, option: list[str]
) -> None:
    ran = stock("run-check", "--batch", "submit", *option, "--json", token=tokens.north_manager)
    assert ran.code == 2
    assert "exclude each other" in ran.json["error"]["message"]


def test_a_step_or_a_grouping_that_is_none_is_said_in_our_own_words(
    stock: Command, tokens: Shops
) -> None:
    ran = stock("run-check", "--batch", "later", token=tokens.north_manager)
    assert (ran.code, ran.err.splitlines()[0]) == (
        2,
        "error: 'later' is no --batch: give submit or collect",
    )
    ran = stock("usage", "--by", "it's", token=tokens.north_manager)
    assert (ran.code, ran.err.splitlines()[0]) == (
        2,
        'error: "it\'s" is no --by: give day, purpose or model',
    )


def test_an_analyst_neither_submits_nor_collects(stock: Command, tokens: Shops) -> None:
    for step in ("submit", "collect"):
        assert stock("run-check", "--batch", step, token=tokens.north_analyst).code == 1


def test_a_collect_without_a_key_waits_and_says_why(cron: Cron, tokens: Shops) -> None:
    cron("--batch", "submit", token=tokens.north_manager)
    ran = cron.stock("run-check", "--batch", "collect", "--json", token=tokens.north_manager)
    assert (ran.code, statuses(ran)) == (0, ["waiting"])
    assert "waits: there is no ANTHROPIC_API_KEY" in ran.err


@pytest.mark.parametrize("model", ["rules", "openai:qwen", "claude-opus-5"])
def test_a_batch_is_collected_whichever_model_is_asked_today(
    cron: Cron, tokens: Shops, model: str
) -> None:
    cron("--batch", "submit", token=tokens.north_manager)
    cron.api.batches.end(restocks_all)
    cron.environ["STOCK_MODEL"] = model
    ran = cron("--batch", "collect", token=tokens.north_manager)
    (shop,) = ran.json["tenants"]
    assert (ran.code, shop["status"]) == (0, "ok")
    assert {one["decided_by"] for one in shop["decisions"]} == {"claude-haiku-5-5"}
    assert cron.billed() == {"north": 0.0001, "south": 0}


def test_a_collect_with_nothing_to_collect_says_one_line_for_all_shops(cron: Cron) -> None:
    ran = cron.stock.process(
        "run-check", "--all-tenants", "--batch", "collect", token=cron.tokens.operator
    )
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "no review waits to be collected: north, south\n"


def test_two_who_collect_at_once_are_both_well(cron: Cron) -> None:
    cron.submit()
    cron.api.batches.end(restocks_all)
    both = [cron.start("collect") for _ in range(2)]
    assert [child.wait(60) for child in both] == [0, 0]
    assert (cron.orders(), cron.billed()) == (ORDERED_ONCE, BILLED_ONCE)


def test_another_vendors_model_takes_no_batch(stock: Command, tokens: Shops) -> None:
    own = {"STOCK_MODEL": "openai:qwen", "OPENAI_BASE_URL": "http://127.0.0.1:1"}
    ran = stock("run-check", "--batch", "submit", "--json", token=tokens.north_manager, **own)
    assert (ran.code, statuses(ran)) == (0, ["ok"])
    assert "decided by rule: only Claude takes batches" in ran.err
