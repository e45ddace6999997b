"""`stock replay`, and what a shop may set about reviews, as a user runs them."""

from __future__ import annotations

import pytest

from tests.acceptance.cli.conftest import Command
from tests.fakes.messages_api import MessagesApi, messages_api
from tests.fakes.replies import fails
from tests.fixtures.shops import Shops

__all__ = ["messages_api"]


def test_a_run_decided_by_rule_is_replayed_by_rule_at_no_cost(
    stock_after_check: Command, tokens: Shops
) -> None:
    ran = stock_after_check("replay", "--json", "--times", "2", token=tokens.north_manager)
    assert ran.code == 0, ran.err
    told = ran.json
    assert (told["flip_rate"], told["price_usd"], told["prompt_tokens"]) == (0.0, None, 0)
    assert told["asked"] == {"rule": len(told["products"])}
    assert {len(one["now"]) for one in told["products"]} == {2}


def test_a_replay_says_who_decided_and_how_much_changed(
    stock_after_check: Command, tokens: Shops
) -> None:
    ran = stock_after_check("replay", token=tokens.north_analyst)
    assert "LAMP" in ran.out
    assert "decided again 1 time by rule" in ran.out
    assert "another action: 0.0% of" in ran.out
    assert "it cost nothing" in ran.out


def test_a_run_is_named_by_its_id_and_nothing_of_another_shop_is_found(
    stock_after_check: Command, tokens: Shops
) -> None:
    run_id = stock_after_check("replay", "--json", token=tokens.north_manager).json["run_id"]
    assert stock_after_check("replay", run_id, token=tokens.south_manager).code == 0
    ran = stock_after_check("replay", "20990101T000000-00000000", token=tokens.north_manager)
    assert ran.code == 1
    assert "decided anything" in ran.err


def test_a_model_that_cannot_be_asked_is_said_before_anything_is_shown(
    stock_after_check: Command, tokens: Shops
) -> None:
    model = ("--model", "claude-haiku-5-5")
    ran = stock_after_check("replay", *model, token=tokens.north_manager)
    assert (ran.code, ran.out) == (4, "")
    assert "there is no ANTHROPIC_API_KEY" in ran.err
    assert "--model rules" in ran.err


HAIKU = ("--model", "claude-haiku-5-5")


def test_a_replay_that_a_refused_key_left_without_an_answer_ends_with_4(
    stock_after_check: Command, tokens: Shops, messages_api: MessagesApi
) -> None:
    messages_api.answer_with(lambda _: fails(401, "authentication_error"))
    environ = {"ANTHROPIC_API_KEY": "bad", "ANTHROPIC_BASE_URL": messages_api.url}
    ran = stock_after_check("replay", *HAIKU, token=tokens.north_manager, **environ)
    assert (ran.code, ran.out) == (4, "")
    assert "Claude refused the API key" in ran.err


def test_a_replay_without_a_budget_ends_with_5(
    stock_after_check: Command, tokens: Shops, messages_api: MessagesApi
) -> None:
    nothing = ("--model-budget", "0")
    limited = stock_after_check("tenant", "set", "north", *nothing, token=tokens.operator)
    assert limited.code == 0, limited.err
    environ = {"ANTHROPIC_API_KEY": "test", "ANTHROPIC_BASE_URL": messages_api.url}
    ran = stock_after_check("replay", *HAIKU, "--json", token=tokens.north_manager, **environ)
    assert (ran.code, ran.json["error"]["code"]) == (5, "budget_spent")


def test_an_analyst_spends_no_money(stock_after_check: Command, tokens: Shops) -> None:
    model = ("--model", "claude-haiku-5-5")
    ran = stock_after_check(
        "replay", *model, token=tokens.north_analyst, ANTHROPIC_API_KEY="no-key"
    )
    assert (ran.code, ran.out) == (1, "")
    assert "an analyst's token spends no money" in ran.err


def test_before_the_first_check_there_is_nothing_to_replay(stock: Command, tokens: Shops) -> None:
    ran = stock("replay", "--json", token=tokens.north_manager)
    assert ran.code == 1
    assert ran.json["error"]["message"] == "no run decided anything yet"


def test_a_run_of_another_shop_is_chosen_by_an_operator(
    stock_after_check: Command, tokens: Shops
) -> None:
    ran = stock_after_check("replay", "--tenant", "south", "--json", token=tokens.operator)
    assert {one["sku"] for one in ran.json["products"]} == {"MUG"}


def test_a_decision_tells_its_tokens_and_its_price(
    stock_after_check: Command, tokens: Shops
) -> None:
    (report,) = stock_after_check("why", "LAMP", "--json", token=tokens.north_manager).json
    decision = report["decisions"][0]
    assert (decision["decided_by"], decision["prompt_tokens"]) == ("rule", 0)
    assert decision["price_usd"] is None


def test_what_a_shop_wants_of_reviews_is_set_and_shown(stock: Command, tokens: Shops) -> None:
    wanted = ("--monthly-limit", "4000", "--review", "exceptions", "--dry-run", "on")
    ran = stock("tenant", "set", *wanted, "--json", token=tokens.north_manager)
    told = ran.json["policy"]
    assert (told["monthly_spending_limit"], told["review_scope"]) == (4000, "exceptions")
    assert told["dry_run"] is True
    assert "north changes nothing from now on" in ran.err
    back = ("--monthly-limit", "none", "--review", "all", "--dry-run", "off")
    ran = stock("tenant", "set", *back, "--json", token=tokens.north_manager)
    told = ran.json["policy"]
    assert (told["monthly_spending_limit"], told["review_scope"]) == (None, "all")
    assert told["dry_run"] is False
    assert "north acts again from now on" in ran.err
    shown = stock("tenant", "set", token=tokens.north_manager).out
    assert "monthly spending limit" in shown
    assert "review scope" in shown


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--review", "some", "is no --review: give all or exceptions"),
        ("--dry-run", "yes", "is no --dry-run: give on or off"),
        ("--monthly-limit", "-1", "-1"),
        ("--monthly-limit", "lots", "lots"),
    ],
)
def test_what_cannot_be_set_is_said_in_a_sentence(
    stock: Command, tokens: Shops, option: str, value: str, said: str
) -> None:
    ran = stock("tenant", "set", option, value, token=tokens.north_manager)
    assert ran.code == 2
    assert said in ran.err


def test_the_order_above_the_months_limit_waits(stock: Command, tokens: Shops) -> None:
    limits = ("--daily-limit", "none", "--approval-limit", "none", "--monthly-limit", "1")
    stock("tenant", "set", *limits, token=tokens.north_manager)
    ran = stock("run-check", "--no-agent", "--json", token=tokens.north_manager)
    (shop,) = ran.json["tenants"]
    assert {order["status"] for order in shop["orders"]} == {"draft"}
    assert {one["price_usd"] for one in shop["decisions"]} == {None}
    listed = stock("orders", "list", "--json", token=tokens.north_manager).json
    assert "monthly limit 1" in str(listed)
