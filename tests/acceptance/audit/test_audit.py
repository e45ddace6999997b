"""`stock audit`: who wrote what, as the real commands write it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stockcli.domain.shop import Role
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import calls, says
from tests.fixtures.demo_home import Stock

MANAGER = "manager:demo"
LOCAL = "operator:local"


def newest(stock: Stock, *options: str, **environment: str) -> dict[str, Any]:
    ran = stock("audit", "--limit", "1", "--json", *options, **environment)
    assert ran.code == 0, ran.err
    line: dict[str, Any] = ran.json[0]
    return line


def head(stock: Stock, *options: str) -> str:
    ran = stock("audit", "--verify", *options)
    assert ran.code == 0, ran.out
    return ran.out.split()[-1]


def in_the_file(home: Path, statement: str) -> None:
    """Do what only somebody with the file can do."""
    with closing(sqlite3.connect(home / "stock.db")) as database, database:
        for verb in ("UPDATE", "DELETE"):
            database.execute(f"DROP TRIGGER audit_entry_refuses_{verb}")
        database.execute(statement)


def operators_token(stock: Stock) -> str:
    return stock.app().directory.create_token(
        role=Role.OPERATOR, tenant_slug=None, label="ops", expires_at=None
    )


def test_a_check_by_rule_stands_in_the_log_with_its_person_and_command(demo: Stock) -> None:
    ran = demo("audit", "--who", "rule", "--json")
    (check,) = ran.json
    assert (check["who"], check["via"]) == (MANAGER, "stock run-check")
    assert check["decided_by"] == {"rule": 42}
    assert check["what"].startswith("+42 decision by rule, ")
    assert "+42 purchase_order_line" in check["what"]


def test_the_table_shows_when_who_by_which_way_and_what(demo: Stock) -> None:
    assert demo("minimum", "set", "22423", "55", "--reason", "wedding season").code == 0
    ran = demo("audit", "--limit", "2")
    heading, _, latest, _before = ran.out.splitlines()
    assert heading.split() == ["entry", "time", "who", "via", "what"]
    assert f"{MANAGER}  stock minimum set  1 manual_minimum set" in latest
    assert "reason=wedding season" in latest
    assert ran.err == "2 entries\n"


@pytest.mark.parametrize(
    ("line", "via", "what"),
    [
        ("count 22423 12", "stock count", "+1 stock_movement"),
        ("minimum clear 22423", "stock minimum clear", "1 manual_minimum changed"),
        ("snooze 22423 --until 2030-01-01", "stock snooze", "1 product set"),
        ("tenant set --dry-run on", "stock tenant set", "1 tenant changed"),
    ],
)
def test_commands_of_the_shop_are_signed_by_its_own_token(
    demo: Stock, line: str, via: str, what: str
) -> None:
    demo("minimum", "set", "22423", "55")
    assert demo(*line.split()).code == 0
    told = newest(demo)
    assert (told["who"], told["via"], told["what"]) == (MANAGER, via, what)
    assert told["token"] is not None


def test_orders_are_signed_through_their_whole_life(demo: Stock) -> None:
    number = demo("orders", "list", "--status", "draft", "--json").json[0]["number"]
    assert demo("orders", "approve", number).code == 0
    lines = demo("audit", "--who", "orders approve", "--json").json
    assert {line["who"] for line in lines} == {MANAGER}
    assert any("purchase_order changed" in line["what"] for line in lines)


def test_operators_are_signed_as_such_in_the_chain_the_write_belongs_to(demo: Stock) -> None:
    assert demo("tenant", "add", "Padaria").code == 0
    told = newest(demo, "--tenant", "padaria")
    assert (told["who"], told["via"]) == (LOCAL, "stock tenant add")
    token = operators_token(demo)
    assert demo("token", "create", "--role", "operator", STOCK_TOKEN=token).code == 0
    told = newest(demo, "--house", STOCK_TOKEN=token)
    assert (told["who"], told["via"]) == ("operator:ops", "stock token create")


def test_no_secret_stands_in_a_record(demo: Stock) -> None:
    made = demo("token", "create", "--role", "manager", "--tenant", "giftware", "--json").json
    demo("tenant", "set", "--notify-url", "mailto://ana:hunter2@example.com")
    demo("chat", "-m", "a private question")
    told = demo("audit", "--json", "--limit", "1000").out
    secret = made["token"]
    assert secret[:12] in told
    for hidden in (secret, secret[12:], "hunter2", "private question"):
        assert hidden not in told


def test_what_the_rules_do_in_a_chat_says_so(demo: Stock) -> None:
    ran = demo("chat", "--yes", "--json", "-m", "set the minimum of 22423 to 55")
    assert ran.json["actions"][0]["confirmed"] is True
    lines = demo("audit", "--who", "stock chat", "--json").json
    assert {(line["who"], line["via"]) for line in lines} == {(MANAGER, "stock chat, rules")}
    assert "1 manual_minimum set" in {line["what"] for line in lines}


def test_what_a_model_does_in_a_chat_names_it(demo: Stock, messages_api: MessagesApi) -> None:
    messages_api.script(
        calls(("set_minimum", {"sku": "22423", "quantity": 55})), says("The minimum is set.")
    )
    key = {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": messages_api.url}
    assert demo("chat", "--yes", "-m", "a minimum of 55, please", **key).code == 0
    lines = demo("audit", "--who", "claude", "--json").json
    assert {line["via"] for line in lines} == {"stock chat, claude-haiku-5-5"}
    tables = {write["table"] for line in lines for write in line["writes"]}
    assert tables == {"model_call", "manual_minimum", "conversation"}


def test_another_model_in_the_same_conversation_is_named_from_then_on(demo: Stock) -> None:
    app = demo.app()
    unit = app.unit()
    for name in ("rules", "rules"):
        app.chat(unit, confirm=lambda _: False, model=name)
    with unit:
        unit.orders.next_number()
        unit.commit()
    assert newest(demo)["via"] == "stock, rules"


def test_an_unbroken_chain_says_how_long_it_is_and_where_it_ends(demo: Stock) -> None:
    ran = demo("audit", "--verify")
    last = newest(demo)
    assert ran.code == 0
    assert ran.out == (
        f"{last['position']} entries, unbroken; head {last['position']} {last['hash']}\n"
    )
    told = demo("audit", "--verify", "--json").json
    assert told == {
        "entries": last["position"],
        "is_whole": True,
        "head": {"position": last["position"], "hash": last["hash"]},
        "broken": None,
        "is_expected_there": True,
    }


def test_the_house_has_an_empty_chain_at_first(demo: Stock) -> None:
    assert demo("audit", "--verify", "--house").out == "0 entries, unbroken\n"
    assert demo("audit", "--house").err == "0 entries\n"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE audit_entry SET record = replace(record, 'run-check', 'count')",
            "broken at entry 20: its hash is not that of its record and the entry before it\n",
        ),
        (
            "DELETE FROM audit_entry",
            "broken at entry 20: there is no such entry\n",
        ),
    ],
)
def test_a_broken_chain_says_where_and_is_exit_code_one(
    demo: Stock, statement: str, said: str
) -> None:
    in_the_file(demo.home, f"{statement} WHERE tenant_id = 1 AND position = 20")
    ran = demo("audit", "--verify")
    assert (ran.code, ran.out) == (1, said)
    told = demo("audit", "--verify", "--json")
    assert (told.code, told.json["is_whole"], told.json["broken"]["position"]) == (1, False, 20)


def test_a_cut_tail_is_found_by_a_hash_noted_down_earlier(demo: Stock) -> None:
    noted = head(demo)
    demo("minimum", "set", "22423", "55")
    assert demo("audit", "--verify", "--expect", noted).code == 0
    in_the_file(demo.home, "DELETE FROM audit_entry WHERE tenant_id = 1 AND position > 20")
    assert demo("audit", "--verify").code == 0
    ran = demo("audit", "--verify", "--expect", noted)
    assert ran.code == 1
    assert ran.out.startswith("the entry that was expected is not there")
    told = demo("audit", "--verify", "--expect", noted, "--json")
    assert (told.code, told.json["is_expected_there"]) == (1, False)


def test_days_before_since_are_left_out(demo: Stock) -> None:
    today, tomorrow = datetime.now(UTC).date(), datetime.now(UTC).date() + timedelta(days=2)
    assert demo("audit", "--since", str(today - timedelta(days=2)), "--json").json
    assert demo("audit", "--since", str(tomorrow), "--json").json == []


def test_an_analyst_reads_the_shops_log_and_no_others(demo: Stock) -> None:
    analyst = demo.analyst()
    assert demo("audit", STOCK_TOKEN=analyst).code == 0
    assert demo("audit", "--verify", STOCK_TOKEN=analyst).code == 0
    for options in (["--house"], ["--tenant", "mercearia"]):
        ran = demo("audit", *options, "--json", STOCK_TOKEN=analyst)
        assert (ran.code, ran.json["error"]["code"]) == (1, "not_allowed")


def test_an_operator_says_whose_log(demo: Stock) -> None:
    token = operators_token(demo)
    ran = demo("audit", "--json", STOCK_TOKEN=token)
    assert (ran.code, ran.json["error"]["code"]) == (2, "invalid_input")
    assert newest(demo, "--tenant", "mercearia", STOCK_TOKEN=token)["who"] == LOCAL


@pytest.mark.parametrize(
    "options",
    [
        "--expect 00",
        "--verify --expect xyz",
        "--verify --limit 5",
        "--verify --who maria",
        "--verify --since 2026-11-30",
        "--house --tenant mercearia",
        "--since yesterday",
        "--limit 0",
    ],
)
def test_options_that_mean_nothing_are_wrong_use(demo: Stock, options: str) -> None:
    assert demo("audit", *options.split()).code == 2


def test_operators_follow_every_chain_at_once(demo: Stock) -> None:
    assert demo("tenant", "add", "Padaria").code == 0
    token = operators_token(demo)
    ran = demo("audit", "--verify", "--all-tenants", STOCK_TOKEN=token)
    assert ran.code == 0, ran.out
    told = [line.split(":")[0] for line in ran.out.splitlines()]
    assert told == ["(house)", "giftware", "mercearia", "padaria"]
    in_the_file(
        demo.home, "UPDATE audit_entry SET record = '{}' WHERE tenant_id = 1 AND position = 2"
    )
    ran = demo("audit", "--verify", "--all-tenants", "--json", STOCK_TOKEN=token)
    assert ran.code == 1
    assert {name: one["is_whole"] for name, one in ran.json.items()} == {
        "(house)": True,
        "giftware": False,
        "mercearia": True,
        "padaria": True,
    }


def test_all_chains_are_an_operators(demo: Stock) -> None:
    made = demo("token", "create", "--role", "manager", "--tenant", "giftware", "--json").json
    ran = demo("audit", "--verify", "--all-tenants", STOCK_TOKEN=made["token"])
    assert (ran.code, ran.out) == (1, "")
    assert "operator" in ran.err
    ran = demo("audit", "--all-tenants", STOCK_TOKEN=operators_token(demo))
    assert ran.code == 2
    assert "--all-tenants is for --verify" in ran.err
