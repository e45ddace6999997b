"""What a review cost, shared by the decisions that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from stockcli.domain.decisions import BY_RULE, Decision
from stockcli.usecases.ports import Review

PRICE_PLACES = 9
"""Decimal places of a price in US dollars, as it is kept."""


def with_cost(decisions: Sequence[Decision], review: Review) -> list[Decision]:
    """Return the decisions with what a review cost, shared evenly by those a model made.

    Tokens that do not divide go to the first, so that the shares add up to the whole.
    """
    by_model = [one for one in decisions if one.decided_by != BY_RULE]
    usage, count = review.usage, len(by_model)
    read = usage.prompt_tokens
    shares = {
        one.key: replace(
            one,
            prompt_tokens=_share(read, count, place),
            reply_tokens=_share(usage.output_tokens, count, place),
            price_usd=_price_share(review.price_usd, count, place),
        )
        for place, one in enumerate(by_model)
    }
    return [shares.get(one.key, one) for one in decisions]


def _share(whole: int, count: int, place: int) -> int:
    return whole // count + (place < whole % count)


def _price_share(price_usd: Decimal | None, count: int, place: int) -> Decimal | None:
    """Return a share of a price, to the thousand-millionth that is kept."""
    if price_usd is None:
        return None
    return Decimal(_share(int(price_usd.scaleb(PRICE_PLACES)), count, place)).scaleb(-PRICE_PLACES)
