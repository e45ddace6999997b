from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pexpect
import pytest

from stockcli.bootstrap import SystemClock
from stockcli.domain.budget import ModelCall, ModelUsage
from stockcli.persistence.database import Database
from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops

NOVEMBER = datetime(2025, 11, 30, 23, 59, tzinfo=UTC)
USAGE = ModelUsage(
    input_tokens=1000, output_tokens=20, cache_write_tokens=300, cache_read_tokens=4000
)


def book(
    stock: Command, slug: str, at: datetime, price: str | None, *, purpose: str = "chat"
) -> None:
    database = Database(f"sqlite:///{stock.home}/stock.db", clock=SystemClock())
    with database.unit_of_work(database.directory().tenant(slug)) as unit:
        number = unit.model_calls.reserve(purpose, "claude-haiku-5-5", Decimal("0.25"), at)
        if price is not None:
            call = ModelCall(
                purpose=purpose, model="claude-haiku-5-5", usage=USAGE, price_usd=Decimal(price)
            )
            unit.model_calls.settle(number, call)
        unit.commit()
    database.dispose()


@pytest.fixture
def used(stock: Command) -> Command:
    """A month in which the north talked twice and was reviewed once."""
    now = datetime.now(UTC)
    book(stock, "north", now, "0.5")
    book(stock, "north", now, "0.000125")
    book(stock, "north", now, "0.25", purpose="review")
    return stock


def test_the_month_is_shown_by_purpose_and_model_with_a_total(used: Command, tokens: Shops) -> None:
    ran = used("usage", token=tokens.north_analyst)
    assert (ran.code, ran.err) == (0, "")
    heading, _, chat, review, total, month = ran.out.splitlines()
    for title in (
        "purpose",
        "model",
        "calls",
        "input",
        "output",
        "cache write",
        "cache read",
        "USD",
    ):
        assert title in heading
    assert chat.split() == [
        *("chat", "claude-haiku-5-5", "2"),
        *("2,000", "40", "600", "8,000", "0.500125"),
    ]
    assert review.split()[-1] == "0.250000"
    assert total.split() == ["total", "3", "3,000", "60", "900", "12,000", "0.750125"]
    assert month.endswith("0.750125 USD of 5 USD spent, 4.249875 USD left")


def test_programs_read_the_same(used: Command, tokens: Shops) -> None:
    facts = used("usage", "--json", token=tokens.north_manager).json
    assert facts["month"] == f"{datetime.now(UTC):%Y-%m}"
    (north,) = facts["tenants"]
    assert (north["tenant"], north["calls"], north["budget_usd"]) == ("north", 3, 5)
    assert (north["spent_usd"], north["left_usd"], north["unsettled_usd"]) == (
        0.750125,
        4.249875,
        0,
    )
    assert [(line["purpose"], line["cache_read_tokens"]) for line in north["lines"]] == [
        ("chat", 8000),
        ("review", 4000),
    ]


@pytest.mark.parametrize(("by", "rows"), [("day", 1), ("purpose", 2), ("model", 1)])
def test_rows_stand_for_what_was_asked(used: Command, tokens: Shops, by: str, rows: int) -> None:
    ran = used("usage", "--by", by, "--json", token=tokens.north_manager)
    (north,) = ran.json["tenants"]
    assert len(north["lines"]) == rows
    assert all(by in line for line in north["lines"])


def test_a_past_month_is_shown_without_a_budget(used: Command, tokens: Shops) -> None:
    book(used, "north", NOVEMBER, "0.125")
    ran = used("usage", "--month", "2025-11", "--by", "day", token=tokens.north_manager)
    assert "2025-11-30" in ran.out
    assert ran.out.splitlines()[-1].endswith("2025-11: 0.125000 USD")


def test_what_was_never_settled_is_counted_and_said(used: Command, tokens: Shops) -> None:
    book(used, "north", datetime.now(UTC), None)
    ran = used("usage", token=tokens.north_manager)
    assert "unsettled" in ran.out.splitlines()[0]
    assert "1.000125 USD of 5 USD spent" in ran.out
    assert "north: 0.250000 USD of it is unsettled" in ran.err


def test_a_month_without_a_call_costs_nothing(stock: Command, tokens: Shops) -> None:
    ran = stock("usage", token=tokens.north_manager)
    assert ran.code == 0
    assert ran.out.endswith("0.000000 USD of 5 USD spent, 5.000000 USD left\n")


def test_operators_see_every_shop_or_one(used: Command, tokens: Shops) -> None:
    book(used, "south", datetime.now(UTC), "0.25")
    ran = used("usage", "--all-tenants", token=tokens.operator)
    assert ran.out.splitlines()[-1] == "all 2 shops: 1.000125 USD"
    one = used("usage", "--tenant", "south", "--json", token=tokens.operator)
    assert [shop["tenant"] for shop in one.json["tenants"]] == ["south"]


def test_a_shop_sees_no_other(used: Command, tokens: Shops) -> None:
    for asked in (["--all-tenants"], ["--tenant", "north"]):
        ran = used("usage", *asked, "--json", token=tokens.south_manager)
        assert (ran.code, ran.json["error"]["code"]) == (1, "not_allowed")


@pytest.mark.parametrize("month", ["november", "2025-13", "9999-01"])
def test_what_is_no_month_is_wrong_use(stock: Command, tokens: Shops, month: str) -> None:
    ran = stock("usage", "--month", month, "--json", token=tokens.north_manager)
    assert (ran.code, ran.json["error"]["code"]) == (2, "invalid_input")


def test_a_terminal_shows_the_budget_and_the_days(used: Command, tokens: Shops) -> None:
    terminal = used.terminal("usage", token=tokens.north_manager, columns=160, LC_ALL="C.UTF-8")
    terminal.expect(pexpect.EOF)
    assert "[███░░" in terminal.before
    assert "█" in terminal.before.rsplit("]", 1)[1]


def test_a_bad_file_of_prices_lets_the_rules_decide_and_the_run_fail_aloud(
    stock: Command, tokens: Shops
) -> None:
    file = stock.home / "prices.toml"
    file.write_text("[models.mine]\ninput = 'cheap'\noutput = 1\n")
    own = {"STOCK_PRICES": str(file), "ANTHROPIC_API_KEY": "test"}
    ran = stock("run-check", "--all-tenants", "--json", token=tokens.operator, **own)
    assert (ran.code, {shop["status"] for shop in ran.json["tenants"]}) == (1, {"ok"})
    sentence = f"the prices in {file} cannot be used: mine.input is no price"
    assert f"error: {sentence}: 'cheap'; the rules decide" in ran.err
    batch = stock("run-check", "--all-tenants", "--batch", "submit", token=tokens.operator, **own)
    assert (batch.code, sentence in batch.err) == (2, True)


def test_without_a_model_no_prices_are_needed(stock: Command, tokens: Shops) -> None:
    ran = stock("run-check", "--dry-run", token=tokens.north_manager, STOCK_PRICES="/nowhere.toml")
    assert ran.code == 0
