from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from stockcli.agent.costs.metering import estimated_tokens
from stockcli.agent.costs.price_files import prices_with, published_prices
from stockcli.agent.providers.base import TurnRequest, asked
from stockcli.domain.budget import ModelUsage, month_start, next_month_start
from stockcli.domain.errors import InvalidInputError

MILLION = 1_000_000
PUBLISHED = published_prices()
price_usd = PUBLISHED.price_usd
dearest_price_usd = PUBLISHED.dearest_price_usd


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


def test_the_budget_month_ends_where_the_next_begins() -> None:
    december = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    assert next_month_start(december) == datetime(2027, 1, 1, tzinfo=UTC)
    assert next_month_start(datetime(2026, 1, 31, tzinfo=UTC)) == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_batch_costs_half_rounded_up() -> None:
    usage = ModelUsage(input_tokens=MILLION, output_tokens=MILLION)
    assert price_usd("claude-sonnet-5-5", usage, is_batch=True) == Decimal(6)
    one = ModelUsage(input_tokens=1)
    assert price_usd("claude-haiku-5-5", one, is_batch=True) == Decimal("0.000001")


def test_a_batchs_estimate_is_half_of_the_usual() -> None:
    whole, half = (
        dearest_price_usd(
            "claude-haiku-5-5", prompt_tokens=900_000, output_tokens=4_000, is_batch=is_batch
        )
        for is_batch in (False, True)
    )
    assert half == whole / 2


OWN = """
as_of = 2026-12-01
[models.llama-local]
input = 0
output = "0"
[models.claude-haiku-5-5]
input = "3"
output = 2.5
cache_read = "1"
"""


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    file = tmp_path / "prices.toml"
    file.write_text(OWN, encoding="utf-8")
    return file


def test_an_own_file_adds_models_raises_prices_and_leaves_the_rest(own_file: Path) -> None:
    own = prices_with(own_file)
    usage = ModelUsage(input_tokens=MILLION, output_tokens=MILLION)
    assert own.price_usd("llama-local", usage) == 0
    assert own.price_usd("claude-haiku-5-5", usage) == Decimal("5.50")
    assert own.price_usd("claude-opus-5-5", usage) == Decimal(24)
    assert str(own.as_of) == "2026-12-01"


def test_a_cache_without_a_price_costs_what_input_costs(own_file: Path) -> None:
    own = prices_with(own_file)
    written = ModelUsage(cache_write_tokens=MILLION)
    read = ModelUsage(cache_read_tokens=MILLION)
    assert own.price_usd("claude-haiku-5-5", written) == Decimal(3)
    assert own.price_usd("claude-haiku-5-5", read) == Decimal(1)


def test_without_an_own_file_the_published_prices_hold() -> None:
    assert prices_with(None) is published_prices()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[models", "cannot be read"),
        ("as_of = 2026-01-01", "models is missing"),
        ("[models]", "it names no model"),
        ("models = 3", "models is no table"),
        ("[models.x]\ninput = 1", "x.output is missing"),
        ("[models.x]\ninput = -1\noutput = 1", "x.input is no price: '-1'"),
        ("[models.x]\ninput = nan\noutput = 1", "x.input is no price: 'nan'"),
        ("[models.x]\ninput = true\noutput = 1", "x.input is no price: 'True'"),
        ('[models.x]\ninput = "cheap"\noutput = 1', "x.input is no price: 'cheap'"),
        ("[models.x]\ninput = 1\noutputs = 1", "x has 'outputs'"),
        ("[models.x]\ninput = 1\noutput = 1\nlong_prompt = 2", "x.long_prompt is no table"),
        ("[models.x]\ninput = 1\noutput = 1\n[models.x.long_prompt]", "above_tokens"),
        ("as_of = 7\n[models.x]\ninput = 1\noutput = 1", "as_of is no day"),
    ],
)
def test_an_own_file_that_is_no_price_list_is_one_sentence(
    tmp_path: Path, written: str, said: str
) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(InvalidInputError, match=said) as caught:
        prices_with(file)
    assert str(file) in caught.value.message
    assert "\n" not in caught.value.message


def test_an_own_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="No such file"):
        prices_with(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(InvalidInputError, match=r"no UTF-8 text"):
        prices_with(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    "entry",
    [
        '[models.claude-sonnet-5-5]\ninput = "0"\noutput = "0"',
        '[models.claude-sonnet-5-5]\ninput = "2"\noutput = "9.99"\ncache_write = "3"',
        '[models.claude-sonnet-5-5-20261101]\ninput = "0"\noutput = "0"',
        '[models.claude-haiku-5-5]\ninput = "0.2"\noutput = "1"',
    ],
)
def test_an_own_file_makes_no_published_model_cheaper(tmp_path: Path, entry: str) -> None:
    file = tmp_path / "cheap.toml"
    file.write_text(entry, encoding="utf-8")
    with pytest.raises(InvalidInputError, match="below the published"):
        prices_with(file)
