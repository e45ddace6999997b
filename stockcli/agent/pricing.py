"""What tokens cost: read from prices.toml, each kind of token on its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Self

from stockcli.domain.budget import ModelUsage

MILLION = Decimal(1_000_000)
PRICE_STEP = Decimal("0.000001")
_DATED = re.compile(r"-\d{8}$")


@dataclass(frozen=True, kw_only=True)
class TokenPrice:
    """US dollars per million tokens of each kind."""

    input: Decimal
    output: Decimal
    cache_write: Decimal
    cache_read: Decimal

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Self:
        """Return the prices of one entry of the file."""
        kinds = ("input", "output", "cache_write", "cache_read")
        return cls(**{kind: Decimal(entry[kind]) for kind in kinds})


@dataclass(frozen=True, kw_only=True)
class ModelPrice:
    """A model's prices; a prompt above the limit costs the second ones throughout."""

    usual: TokenPrice
    long_prompt: TokenPrice | None = None
    long_prompt_above_tokens: int = 0

    def at(self, prompt_tokens: int) -> TokenPrice:
        """Return the prices that hold for a prompt of this size."""
        is_long = self.long_prompt is not None and prompt_tokens > self.long_prompt_above_tokens
        return self.long_prompt if is_long and self.long_prompt else self.usual


def price_usd(model: str, usage: ModelUsage) -> Decimal:
    """Return what a call costs in US dollars, rounded up to a millionth.

    >>> price_usd("claude-sonnet-5-5", ModelUsage(input_tokens=1000, output_tokens=100))
    Decimal('0.003000')
    """
    prompt_tokens = usage.input_tokens + usage.cache_write_tokens + usage.cache_read_tokens
    price = price_of(model).at(prompt_tokens)
    dollars = (
        usage.input_tokens * price.input
        + usage.output_tokens * price.output
        + usage.cache_write_tokens * price.cache_write
        + usage.cache_read_tokens * price.cache_read
    ) / MILLION
    return dollars.quantize(PRICE_STEP, ROUND_CEILING)


def dearest_price_usd(model: str, *, prompt_tokens: int, output_tokens: int) -> Decimal:
    """Return the most a call of this size can cost: nothing read from the cache, all written."""
    return max(
        price_usd(model, ModelUsage(input_tokens=prompt_tokens, output_tokens=output_tokens)),
        price_usd(model, ModelUsage(cache_write_tokens=prompt_tokens, output_tokens=output_tokens)),
    )


def price_of(model: str) -> ModelPrice:
    """Return a model's prices, a dated name's too; an unknown model costs the dearest of each."""
    prices = _prices()
    return prices.get(model) or prices.get(_DATED.sub("", model)) or _dearest(prices)


def _dearest(prices: Mapping[str, ModelPrice]) -> ModelPrice:
    known = [price.long_prompt or price.usual for price in prices.values()]
    known += [price.usual for price in prices.values()]
    return ModelPrice(
        usual=TokenPrice(
            input=max(price.input for price in known),
            output=max(price.output for price in known),
            cache_write=max(price.cache_write for price in known),
            cache_read=max(price.cache_read for price in known),
        )
    )


@cache
def _prices() -> dict[str, ModelPrice]:
    text = files("stockcli.agent").joinpath("prices.toml").read_text(encoding="utf-8")
    return {model: _model_price(entry) for model, entry in tomllib.loads(text)["models"].items()}


def _model_price(entry: Mapping[str, Any]) -> ModelPrice:
    long_prompt = entry.get("long_prompt")
    if long_prompt is None:
        return ModelPrice(usual=TokenPrice.read(entry))
    return ModelPrice(
        usual=TokenPrice.read(entry),
        long_prompt=TokenPrice.read(long_prompt),
        long_prompt_above_tokens=long_prompt["above_tokens"],
    )
