from __future__ import annotations

import sqlite3
import stat

import pytest

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops


def test_from_an_empty_machine_to_a_managers_login(empty: Command) -> None:
    added = empty("tenant", "add", "corner", "--name", "Corner Shop", "--timezone", "Europe/Lisbon")
    assert added.out == "corner\n"
    made = empty("token", "create", "--tenant", "corner", "--role", "manager", "--label", "maria")
    secret = made.out.strip()
    assert made.out == f"{secret}\n"
    assert "not shown again" in made.err
    assert empty("login", stdin=f"{secret}\n").err == "logged in as manager of corner\n"
    kept = empty.home / "credentials"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert empty("whoami", "--json").json == {
        "role": "manager",
        "label": "maria",
        "tenant": "corner",
        "tenant_name": "Corner Shop",
        "token_from": "stock login (file)",
    }
    assert empty("levels", "--json").json == []
    assert empty("logout").code == 0
    assert empty("whoami", "--json").json["role"] == "operator"


def test_a_revoked_token_opens_nothing_at_once(stock: Command, tokens: Shops) -> None:
    listed = stock("token", "list", "--tenant", "north", "--json", token=tokens.operator)
    assert tokens.north_manager not in listed.said
    token_id = next(one["id"] for one in listed.json if one["role"] == "manager")
    assert stock("token", "revoke", str(token_id), token=tokens.operator).code == 0
    assert stock("levels", token=tokens.north_manager).code == 1
    assert stock("levels", token=tokens.north_analyst).code == 0


def test_a_wrong_token_is_not_kept(stock: Command) -> None:
    assert stock("login", stdin="stk_m_nonsense").code == 1
    assert stock("login", stdin="").code == 2
    assert not (stock.home / "credentials").exists()


def test_a_token_on_the_command_line_is_refused_and_not_repeated(
    stock: Command, tokens: Shops
) -> None:
    ran = stock("login", tokens.south_manager)
    assert ran.code == 2
    assert "process list" in ran.err
    assert "pipe it" in ran.err
    assert tokens.south_manager[12:] not in ran.said
    assert not (stock.home / "credentials").exists()


def test_roles_and_shops_of_a_token_must_agree(stock: Command, tokens: Shops) -> None:
    for line in (
        "token create --role manager",
        "token create --role operator --tenant north",
        "token create --role king --tenant north",
    ):
        assert stock(*line.split(), token=tokens.operator).code == 2
    assert stock("token", "list", token=tokens.north_manager).code == 1


def test_the_policy_is_set_shown_and_cleared(stock: Command, tokens: Shops) -> None:
    options = "--service-level 0.9 --review-days 3 --daily-limit none --no-agent --model-budget 2"
    url = "json://user:secret@127.0.0.1/alerts"
    ran = stock(
        *f"tenant set south {options} --notify-url {url} --json".split(), token=tokens.operator
    )
    policy = ran.json["policy"]
    assert (policy["service_level"], policy["review_period_days"]) == (0.9, 3)
    assert (policy["daily_spending_limit"], policy["agent_enabled"]) == (None, False)
    assert policy["notify_urls"] == ["json://..."]
    assert stock("tenant", "set", "--json", token=tokens.south_manager).json["policy"] == policy
    cleared = stock("tenant", "set", "--notify-url", "none", "--json", token=tokens.south_manager)
    assert cleared.json["policy"]["notify_urls"] == []


def test_a_manager_sets_their_own_shop_alone_and_not_the_models_budget(
    stock: Command, tokens: Shops
) -> None:
    for line in ("tenant set north --review-days 1", "tenant set --model-budget 99"):
        assert stock(*line.split(), token=tokens.south_manager).code == 1
    assert stock("tenant", "set", "--review-days", "1", token=tokens.north_analyst).code == 1
    assert stock("tenant", "set", "--service-level", "2", token=tokens.south_manager).code == 2


def test_names_are_one_line_of_80_characters_at_most(stock: Command, tokens: Shops) -> None:
    add = ("tenant", "add", "east", "--json", "--name")
    make = ("token", "create", "--tenant", "north", "--role", "analyst", "--json", "--label")
    for line in (add, make):
        assert stock(*line, "\x1b \n", token=tokens.operator).code == 2
        assert stock(*line, "x" * 81, token=tokens.operator).code == 2
    assert stock(*add, " East\x1b[31m \n shop ", token=tokens.operator).json["name"] == (
        "East [31m shop"
    )
    assert stock(*make, "\tana\u202e  b", token=tokens.operator).json["label"] == "ana b"


def test_an_analyst_is_spoken_of_in_good_english(stock: Command, tokens: Shops) -> None:
    assert "an analyst's token may not" in stock("tenant", "list", token=tokens.north_analyst).err
    ran = stock("token", "create", "--role", "analyst", token=tokens.operator)
    assert "an analyst's token is for one shop" in ran.err


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("json://127.0.0.1/alerts", "a notify URL leads into a private network: json://..."),
        ("mailto://me:secret@example.com?smtp=10.0.0.1", "leads into a private network"),
        ("slack://T1JJ3T3L2/secret/TIiajkdnlazkcOXrIdevi7FQ?template=/x", "the option template="),
        ("syslog://", "may not be of the kind syslog://"),
        ("nosuch://me:secret@example.com", "not one Apprise knows: nosuch://..."),
        ("secret", "not one Apprise knows"),
    ],
)
def test_a_manager_names_public_services_alone_and_hears_one_sentence(
    url: str, sentence: str, stock: Command, tokens: Shops
) -> None:
    line = ("tenant", "set", "--notify-url", url)
    ran = stock.process(*line, token=tokens.north_manager)
    assert ran.code == 2
    assert ran.err.startswith("error: ")
    assert sentence in ran.err
    assert "secret" not in ran.said


def test_what_is_in_the_way_of_the_credentials_is_a_sentence(stock: Command, tokens: Shops) -> None:
    (stock.home / "credentials").mkdir()
    ran = stock("login", stdin=tokens.south_manager)
    assert ran.code == 2
    assert "is no ordinary file" in ran.err


def test_an_unusable_address_of_the_model_is_a_sentence(stock: Command, tokens: Shops) -> None:
    address = {"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "::"}
    ran = stock("run-check", token=tokens.north_manager, **address)
    assert ran.code == 2
    assert "ANTHROPIC_BASE_URL is no web address" in ran.err


def test_a_policy_that_cannot_be_read_is_listed_and_set_anew(stock: Command, tokens: Shops) -> None:
    with sqlite3.connect(stock.home / "stock.db") as connection:
        spoilt = '{"service_level": 7, "order_approval_limit": "50"}'
        connection.execute("UPDATE tenant SET policy = ? WHERE slug = 'north'", (spoilt,))
    ran = stock("tenant", "list", token=tokens.operator)
    assert ran.code == 1
    assert "North Shop" in ran.out
    assert "the policy of the shop 'north' cannot be read: its service_level is '7'" in ran.err
    ran = stock("tenant", "set", "north", "--review-days", "3", "--json", token=tokens.operator)
    assert ran.json["policy"]["order_approval_limit"] == 50
    assert ran.json["policy"]["service_level"] == 0.95
    assert stock("tenant", "list", token=tokens.operator).code == 0
