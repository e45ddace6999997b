"""Price lists out of TOML files: the published one, and an installation's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

from stockcli.agent.costs.pricing import ModelPrice, PriceList, TokenPrice
from stockcli.domain.errors import InvalidInputError

_KINDS = ("input", "output", "cache_write", "cache_read")
_DEAREST_USD = Decimal(1_000_000)
HINT = 'write it as [models.NAME] with input = "0.10" and so on, US dollars per million tokens'


@cache
def published_prices() -> PriceList:
    """Return the prices that come with the program."""
    text = files("stockcli.agent.costs").joinpath("prices.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    return PriceList(models=_models(content), as_of=content["as_of"])


def prices_with(own_file: Path | None) -> PriceList:
    """Return the published prices, with what a file of one's own adds or raises.

    A shop's budget is its operator's word: whoever may name a file of prices could make a
    published model look cheap, and spend without end.

    Raises:
        InvalidInputError: the file cannot be read, holds something that is no price, or one
            below a published price.
    """
    published = published_prices()
    if own_file is None:
        return published
    content = _content(own_file)
    try:
        models, as_of = _models(content), _day(content.get("as_of", published.as_of))
        for name, price in models.items():
            _ensure_not_cheaper(price, name, published)
    except ValueError as error:
        message = f"the prices in {own_file} cannot be used: {error}"
        raise InvalidInputError(message, HINT) from None
    return PriceList(models={**published.models, **models}, as_of=as_of)


def _ensure_not_cheaper(price: ModelPrice, name: str, published: PriceList) -> None:
    known = published.listed(name)
    if known is None:
        return
    # Prices change at these sizes of a prompt alone.
    sizes = (0, price.long_prompt_above_tokens + 1, known.long_prompt_above_tokens + 1)
    for size, kind in product(sizes, _KINDS):
        own, least = getattr(price.at(size), kind), getattr(known.at(size), kind)
        if own < least:
            long = f" for a prompt of {size} tokens" if size > 1 else ""
            message = f"{name}.{kind} is {own}{long}, below the published {least}"
            raise ValueError(message)


def _content(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"the prices in {file} cannot be read: {error.strerror or error}"
        raise InvalidInputError(message, "mend or remove STOCK_PRICES") from None
    except ValueError as error:  # no TOML, or no UTF-8
        reason = "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else error
        message = f"the prices in {file} cannot be read: {reason}"
        raise InvalidInputError(message, HINT) from None


def _models(content: Mapping[str, Any]) -> dict[str, ModelPrice]:
    models = _table(content.get("models"), "models")
    if not models:
        raise ValueError("it names no model")
    return {name: _model_price(_table(entry, name), name) for name, entry in models.items()}


def _model_price(entry: Mapping[str, Any], name: str) -> ModelPrice:
    usual = _token_price(entry, name, more=("long_prompt",))
    if "long_prompt" not in entry:
        return ModelPrice(usual=usual)
    long_prompt = _table(entry["long_prompt"], f"{name}.long_prompt")
    above = long_prompt.get("above_tokens")
    if type(above) is not int or above < 0:
        message = f"{name}.long_prompt.above_tokens is no number of tokens"
        raise ValueError(message)
    return ModelPrice(
        usual=usual,
        long_prompt=_token_price(long_prompt, f"{name}.long_prompt", more=("above_tokens",)),
        long_prompt_above_tokens=above,
    )


def _token_price(entry: Mapping[str, Any], name: str, *, more: tuple[str, ...]) -> TokenPrice:
    """Return the prices of an entry; where a cache has none, it costs what input costs."""
    unknown = sorted(set(entry) - {*_KINDS, *more})
    if unknown:
        message = f"{name} has {unknown[0]!r}, which is none of {', '.join(_KINDS)}"
        raise ValueError(message)
    filled = {"cache_write": entry.get("input"), "cache_read": entry.get("input"), **entry}
    return TokenPrice(**{kind: _price(filled.get(kind), f"{name}.{kind}") for kind in _KINDS})


def _price(value: Any, name: str) -> Decimal:
    if value is None:
        message = f"{name} is missing"
        raise ValueError(message)
    try:
        price = Decimal(str(value))
    except InvalidOperation:
        price = Decimal(-1)
    if isinstance(value, bool) or not price.is_finite() or not 0 <= price <= _DEAREST_USD:
        message = f"{name} is no price: {str(value)[:40]!r}"
        raise ValueError(message)
    return price


def _day(value: Any) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError("as_of is no day such as 2026-11-30")  # noqa: TRY004 - one kind of error for one kind of file
    return value


def _table(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        message = f"{name} is missing" if value is None else f"{name} is no table"
        raise ValueError(message)  # noqa: TRY004 - one kind of error for one kind of file
    return value
