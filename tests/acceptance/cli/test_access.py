from __future__ import annotations

import stat

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
        "token_from": "stock login",
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
    assert stock("login", "stk_m_nonsense").code == 1
    assert stock("login", stdin="").code == 2
    assert not (stock.home / "credentials").exists()


def test_a_token_on_the_command_line_is_taken_with_a_remark(stock: Command, tokens: Shops) -> None:
    ran = stock("login", tokens.south_manager)
    assert ran.code == 0
    assert "shell's history" in ran.err


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
