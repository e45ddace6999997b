"""The month's budget: a call is reserved before it is made and settled after it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from stockcli.agent.costs.price_files import published_prices
from stockcli.agent.costs.pricing import PriceList
from stockcli.agent.providers.base import NO_TOKENS, TurnRequest
from stockcli.domain.budget import ModelCall, ModelUsage
from stockcli.usecases.model_costs import ensure_still_within_budget, reserve_call
from stockcli.usecases.ports import Clock, UnitOfWork

BYTES_PER_TOKEN = 3
"""Fewer than a token has on average, so that an estimate errs on the dear side."""


class Meter(Protocol):
    """Stands between the loop and the bill."""

    def reserve(self, request: TurnRequest) -> int:
        """Book an estimate, or refuse the call; return the reservation."""

    def settle(self, reservation_id: int, usage: ModelUsage) -> None:
        """Replace the estimate by what the call cost."""


class NoMeter:
    """For answers that cost nothing."""

    def reserve(self, request: TurnRequest) -> int:  # noqa: ARG002 - free of charge, whatever it is
        """Let every call pass."""
        return 0

    def settle(self, reservation_id: int, usage: ModelUsage) -> None:
        """Book nothing."""


@dataclass(kw_only=True)
class BudgetMeter:
    """Books one tenant's calls against its budget for the calendar month, in UTC.

    Attributes:
        purpose: what the calls are for: "chat", "review" or "replay".
        run_id: of the check they are part of; empty outside of checks.
        prices: what each model costs.
        usage: of all calls settled so far.
        price_usd: of all calls settled so far.
    """

    unit: UnitOfWork
    clock: Clock
    model: str
    purpose: str
    run_id: str = ""
    prices: PriceList = field(default_factory=published_prices)
    usage: ModelUsage = NO_TOKENS
    price_usd: Decimal = Decimal(0)

    def reserve(self, request: TurnRequest) -> int:
        """Book the most the call can cost, in its own transaction.

        Raises:
            NotAllowedError: the shop switched the language model off.
            BudgetSpentError: the month's budget, or all shops', has no room for the call.
            RateLimitedError: the token asked too often within an hour.
        """
        estimate = estimated_price_usd(self.prices, self.model, request)
        with self.unit:
            reservation_id = reserve_call(
                self.unit,
                purpose=self.purpose,
                model=self.model,
                estimate_usd=estimate,
                now=self.clock.now(),
                run_id=self.run_id,
            )
            self.unit.commit()
        ensure_still_within_budget(
            self.unit, reservation_id, purpose=self.purpose, model=self.model
        )
        return reservation_id

    def settle(self, reservation_id: int, usage: ModelUsage) -> None:
        """Replace the estimate by what the call cost, in its own transaction."""
        price = self.prices.price_usd(self.model, usage)
        call = ModelCall(purpose=self.purpose, model=self.model, usage=usage, price_usd=price)
        with self.unit:
            self.unit.model_calls.settle(reservation_id, call)
            self.unit.commit()
        self.usage += usage
        self.price_usd += price


def estimated_price_usd(
    prices: PriceList, model: str, request: TurnRequest, *, is_batch: bool = False
) -> Decimal:
    """Return the most a request can cost in US dollars."""
    return prices.dearest_price_usd(
        model,
        prompt_tokens=estimated_tokens(request),
        output_tokens=request.max_output_tokens,
        is_batch=is_batch,
    )


def estimated_tokens(request: TurnRequest) -> int:
    """Return a generous estimate of a request's tokens, from its length in bytes."""
    tools = [[tool.name, tool.description, tool.schema] for tool in request.tools]
    sent = json.dumps([request.system, tools, list(request.messages)], ensure_ascii=False)
    return len(sent.encode()) // BYTES_PER_TOKEN + 1
