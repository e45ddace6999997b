"""Tokens as an operator and their owners handle them: limits, rotation, refusals."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from stockcli.bootstrap import SystemClock
from stockcli.domain.allowance import DEFAULT_LIMITS, Kind
from stockcli.domain.shop import Role
from stockcli.persistence.database import Database
from stockcli.persistence.tokens import new_secret
from tests.acceptance.cli.batch_cron import Cron
from tests.acceptance.cli.conftest import Command
from tests.fakes.messages_api import MessagesApi, messages_api
from tests.fakes.replies import Reply, calls, says
from tests.fixtures.shops import Shops

__all__ = ["messages_api"]


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A token, and what was said of it."""

    secret: str
    facts: dict[str, object]


def issued(stock: Command, tokens: Shops, *options: str) -> Issued:
    """Create a manager's token of the north shop."""
    line = ("token", "create", "--tenant", "north", "--role", "manager", "--json", *options)
    facts = stock(*line, token=tokens.operator).json
    return Issued(secret=facts.pop("token"), facts=facts)


def listed(stock: Command, tokens: Shops, secret: str) -> dict[str, object]:
    """Return what the list says of a token."""
    said = stock("token", "list", "--json", token=tokens.operator).json
    (found,) = [one for one in said if one["prefix"] == secret[:12]]
    return dict(found)


def test_a_token_has_everybodys_limits_or_its_own(stock: Command, tokens: Shops) -> None:
    plain = issued(stock, tokens)
    own = issued(stock, tokens, "--writes-per-minute", "5", "--model-calls-per-hour", "7")
    for one, writes, asked in (
        (plain, DEFAULT_LIMITS[Kind.WRITE], DEFAULT_LIMITS[Kind.MODEL_CALL]),
        (own, 5, 7),
    ):
        for said in (one.facts, listed(stock, tokens, one.secret)):
            assert (said["writes_per_minute"], said["model_calls_per_hour"]) == (writes, asked)
    assert listed(stock, tokens, tokens.operator)["writes_per_minute"] is None


def test_an_operators_token_takes_no_limits(stock: Command, tokens: Shops) -> None:
    line = ("token", "create", "--role", "operator", "--writes-per-minute", "5")
    ran = stock(*line, token=tokens.operator)
    assert ran.code == 2
    assert "may do what it likes" in ran.err
    refused = ("token", "create", "--role", "manager", "--tenant", "north")
    assert stock(*refused, "--writes-per-minute", "0", token=tokens.operator).code == 2


def test_a_change_too_many_is_one_sentence_and_changes_nothing(
    stock: Command, tokens: Shops
) -> None:
    secret = issued(stock, tokens, "--writes-per-minute", "1").secret
    assert stock("minimum", "set", "MUG", "5", token=secret).code == 0
    ran = stock("minimum", "set", "MUG", "6", "--json", token=secret)
    assert (ran.code, ran.json["error"]["code"]) == (1, "rate_limited")
    assert "within a minute; wait" in ran.json["error"]["message"]
    assert "your operator" in ran.json["error"]["hint"]
    minimums = stock("minimum", "list", "--json", token=secret).json
    assert [one["minimum"] for one in minimums] == [5]


def test_where_the_model_may_be_asked_no_more_the_rules_decide(
    stock: Command, tokens: Shops, messages_api: MessagesApi
) -> None:
    secret = issued(stock, tokens, "--model-calls-per-hour", "1").secret
    environ = {"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": messages_api.url}
    messages_api.script(says("Nothing that I know of."))
    first = stock("chat", "-m", "what is low?", "--json", token=secret, **environ)
    assert first.code == 0
    again = stock("chat", "-m", "what is low?", "--json", token=secret, **environ)
    assert again.json["error"]["code"] == "rate_limited"
    ran = stock("run-check", "--json", token=secret, **environ)
    assert ran.code == 0
    assert len(messages_api.requests) == 1
    (shop,) = ran.json["tenants"]
    assert {one["decided_by"] for one in shop["decisions"]} == {"rule"}
    assert "within an hour; wait" in str(shop["remarks"])


def test_nor_is_a_batch_sent_for_it(
    stock: Command, tokens: Shops, messages_api: MessagesApi
) -> None:
    secret = issued(stock, tokens, "--model-calls-per-hour", "1").secret
    environ = Cron(stock, tokens, messages_api).environ
    messages_api.script(says("Nothing that I know of."))
    stock("chat", "-m", "what is low?", token=secret, **environ)
    ran = stock("run-check", "--batch", "submit", "--json", token=secret, **environ)
    assert ran.code == 0
    assert "within an hour; wait" in str(ran.json["tenants"][0]["remarks"])
    assert messages_api.batches.made == []


def test_a_rotated_token_hands_over_and_ends(stock: Command, tokens: Shops) -> None:
    old = issued(stock, tokens, "--label", "ana", "--writes-per-minute", "5").secret
    rotated = stock("token", "rotate", old[:12], token=tokens.operator)
    new = rotated.out.strip()
    assert f"the old one, {old[:12]}, works until 20" in rotated.err
    for secret in (old, new):
        assert stock("whoami", "--json", token=secret).json["label"] == "ana"
    assert listed(stock, tokens, new)["writes_per_minute"] == 5
    line = ("token", "rotate", new[:12], "--overlap-hours", "0", "--json")
    at_once = stock(*line, token=tokens.operator).json
    assert at_once["replaces"]["state"] == "revoked"
    assert at_once["state"] == "valid"
    assert stock("whoami", token=new).code == 1
    assert stock("whoami", token=at_once["token"]).code == 0
    assert stock("token", "rotate", new[:12], token=tokens.operator).code == 1
    assert stock("token", "rotate", old[:12], token=tokens.north_manager).code == 1


def test_who_guesses_tokens_waits(stock: Command, tokens: Shops) -> None:
    for _ in range(10):
        assert stock("whoami", "--json", token=new_secret(Role.MANAGER)).json["error"]["code"] == (
            "bad_token"
        )
    for secret in (new_secret(Role.MANAGER), tokens.north_manager):
        ran = stock("whoami", "--json", token=secret)
        assert ran.json["error"]["code"] == "rate_limited"
        assert "wait" in ran.json["error"]["message"]


@pytest.mark.parametrize("command", ["whoami", "levels"])
def test_a_mistyped_token_keeps_nobody_waiting(stock: Command, tokens: Shops, command: str) -> None:
    for _ in range(12):
        assert stock(command, token="stk_m_mistyped").code == 1
    assert stock(command, token=tokens.north_manager).code == 0


def test_a_run_under_way_ends_with_its_token(
    stock: Command, tokens: Shops, messages_api: MessagesApi
) -> None:
    secret = issued(stock, tokens).secret
    database = Database(f"sqlite:///{stock.home / 'stock.db'}", clock=SystemClock())

    def revoke_and_answer(_: object) -> Reply:
        database.directory().revoke_token(secret[:12])
        return calls(("restock", {"sku": "LAMP", "reason": "it is low"}))

    messages_api.answer_with(revoke_and_answer)
    environ = {"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": messages_api.url}
    ran = stock("run-check", "--json", token=secret, **environ)
    database.dispose()
    assert ran.code == 1
    (shop,) = ran.json["tenants"]
    assert (shop["status"], shop["decisions"]) == ("failed", [])
    assert "revoked" in shop["error"]
    assert stock("orders", "list", "--json", token=tokens.north_manager).json == []
