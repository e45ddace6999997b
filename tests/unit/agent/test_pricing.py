from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from stockcli.agent.metering import estimated_tokens, month_start
from stockcli.agent.pricing import dearest_price_usd, price_usd
from stockcli.agent.providers.base import TurnRequest, asked
from stockcli.domain.budget import ModelUsage

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("kind", "dollars"),
    [
        ("input_tokens", "2"),
        ("output_tokens", "10"),
        ("cache_write_tokens", "2.5"),
        ("cache_read_tokens", "0.2"),
    ],
)
def test_each_kind_of_token_has_its_own_price(kind: str, dollars: str) -> None:
    assert price_usd("claude-sonnet-5-5", ModelUsage(**{kind: MILLION})) == Decimal(dollars)


def test_a_long_prompt_moves_the_whole_call_to_the_second_price() -> None:
    below = ModelUsage(input_tokens=60_000, cache_read_tokens=40_000, output_tokens=1_000)
    above = ModelUsage(input_tokens=60_000, cache_read_tokens=40_001, output_tokens=1_000)
    assert price_usd("claude-haiku-5-5", below) == Decimal("0.0069")
    assert price_usd("claude-haiku-5-5", above) == Decimal("0.034501")


def test_an_unknown_model_costs_the_dearest_of_each() -> None:
    usage = ModelUsage(input_tokens=MILLION, output_tokens=MILLION)
    assert price_usd("claude-next", usage) == Decimal(60)


def test_a_dated_name_costs_what_its_model_costs() -> None:
    usage = ModelUsage(output_tokens=MILLION)
    assert price_usd("claude-opus-5-5-20261001", usage) == Decimal(20)


def test_prices_are_rounded_up() -> None:
    assert price_usd("claude-haiku-5-5", ModelUsage(input_tokens=1)) == Decimal("0.000001")


def test_an_estimate_is_never_below_the_price() -> None:
    estimate = dearest_price_usd("claude-haiku-5-5", prompt_tokens=900, output_tokens=50)
    for kind in ("input_tokens", "cache_write_tokens", "cache_read_tokens"):
        usage = ModelUsage(**{kind: 900}, output_tokens=50)
        assert estimate >= price_usd("claude-haiku-5-5", usage)


def test_tokens_are_estimated_generously() -> None:
    request = TurnRequest(
        system="x" * 300, tools=(), messages=(asked("y" * 300),), max_output_tokens=10
    )
    assert estimated_tokens(request) > 200


def test_the_budget_month_begins_at_midnight_utc() -> None:
    now = datetime.fromisoformat("2026-12-01T00:30:00+01:00")
    assert month_start(now) == datetime(2026, 11, 1, tzinfo=UTC)
