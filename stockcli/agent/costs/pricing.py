"""What tokens cost: each kind of token on its own, long prompts and batches too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from stockcli.domain.budget import ModelUsage

MILLION = Decimal(1_000_000)
PRICE_STEP = Decimal("0.000001")
BATCH_SHARE = Decimal("0.5")
"""Of the usual price: what a request in a batch costs."""
_DATED = re.compile(r"-\d{8}$")


@dataclass(frozen=True, kw_only=True)
class TokenPrice:
    """US dollars per million tokens of each kind."""

    input: Decimal
    output: Decimal
    cache_write: Decimal
    cache_read: Decimal


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


@dataclass(frozen=True, kw_only=True)
class PriceList:
    """The prices of the models that are known, as published on a day.

    Raises:
        ValueError: it lists no model, so nothing could be said of an unknown one.
    """

    models: Mapping[str, ModelPrice]
    as_of: date

    def __post_init__(self) -> None:
        if not self.models:
            raise ValueError("a price list names at least one model")

    def of(self, model: str) -> ModelPrice:
        """Return a model's prices, a dated name's too; an unknown model costs the dearest."""
        return self.listed(model) or self._dearest()

    def listed(self, model: str) -> ModelPrice | None:
        """Return a model's prices, a dated name's too; None of an unknown model."""
        return self.models.get(model) or self.models.get(_DATED.sub("", model))

    def price_usd(self, model: str, usage: ModelUsage, *, is_batch: bool = False) -> Decimal:
        """Return what a call costs in US dollars, rounded up to a millionth.

        A thousand tokens read at 2 USD and a hundred written at 10 USD per million cost
        0.003 USD; in a batch half of it.
        """
        prompt_tokens = usage.prompt_tokens
        price = self.of(model).at(prompt_tokens)
        dollars = (
            usage.input_tokens * price.input
            + usage.output_tokens * price.output
            + usage.cache_write_tokens * price.cache_write
            + usage.cache_read_tokens * price.cache_read
        ) / MILLION
        share = BATCH_SHARE if is_batch else 1
        return (dollars * share).quantize(PRICE_STEP, ROUND_CEILING)

    def dearest_price_usd(
        self, model: str, *, prompt_tokens: int, output_tokens: int, is_batch: bool = False
    ) -> Decimal:
        """Return the most a call of this size can cost, whatever the cache does with it."""
        return max(
            self.price_usd(
                model,
                ModelUsage(**{kind: prompt_tokens}, output_tokens=output_tokens),
                is_batch=is_batch,
            )
            for kind in ("input_tokens", "cache_write_tokens", "cache_read_tokens")
        )

    def _dearest(self) -> ModelPrice:
        """Return the dearest of each kind of token over all models and sizes of prompt."""
        known = [price.long_prompt or price.usual for price in self.models.values()]
        known += [price.usual for price in self.models.values()]
        return ModelPrice(
            usual=TokenPrice(
                input=max(price.input for price in known),
                output=max(price.output for price in known),
                cache_write=max(price.cache_write for price in known),
                cache_read=max(price.cache_read for price in known),
            )
        )
