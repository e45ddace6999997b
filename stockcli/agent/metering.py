"""The month's budget: a call is reserved before it is made and settled after it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from stockcli.agent.pricing import dearest_price_usd, price_usd
from stockcli.agent.providers.base import NO_TOKENS, TurnRequest
from stockcli.domain.budget import ModelCall, ModelUsage, check_budget
from stockcli.domain.errors import NotAllowedError
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
        usage: of all calls settled so far.
        price_usd: of all calls settled so far.
    """

    unit: UnitOfWork
    clock: Clock
    model: str
    purpose: str
    usage: ModelUsage = NO_TOKENS
    price_usd: Decimal = Decimal(0)

    def reserve(self, request: TurnRequest) -> int:
        """Book the most the call can cost, in its own transaction.

        Raises:
            NotAllowedError: the shop switched the language model off.
            BudgetSpentError: the month's budget has no room for the call.
        """
        policy, now = self.unit.tenant.policy, self.clock.now()
        if not policy.agent_enabled:
            raise NotAllowedError("the language model is switched off for this shop")
        estimate = dearest_price_usd(
            self.model,
            prompt_tokens=estimated_tokens(request),
            output_tokens=request.max_output_tokens,
        )
        with self.unit:
            spent = self.unit.model_calls.spent_usd(month_start(now))
            check_budget(spent, policy.model_budget_usd, estimate)
            reservation_id = self.unit.model_calls.reserve(self.purpose, self.model, estimate, now)
            self.unit.commit()
        return reservation_id

    def settle(self, reservation_id: int, usage: ModelUsage) -> None:
        """Replace the estimate by what the call cost, in its own transaction."""
        price = price_usd(self.model, usage)
        call = ModelCall(purpose=self.purpose, model=self.model, usage=usage, price_usd=price)
        with self.unit:
            self.unit.model_calls.settle(reservation_id, call)
            self.unit.commit()
        self.usage += usage
        self.price_usd += price


def estimated_tokens(request: TurnRequest) -> int:
    """Return a generous estimate of a request's tokens, from its length in bytes."""
    tools = [[tool.name, tool.description, tool.schema] for tool in request.tools]
    sent = json.dumps([request.system, tools, list(request.messages)], ensure_ascii=False)
    return len(sent.encode()) // BYTES_PER_TOKEN + 1


def month_start(now: datetime) -> datetime:
    """Return the first instant of the calendar month, UTC."""
    return now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
