"""A shop's policy as JSON and back: amounts as text, so that they stay exact."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from stockcli.domain.shop import ShopPolicy

_AMOUNTS = frozenset(
    {"order_approval_limit", "daily_spending_limit", "ordering_cost", "model_budget_usd"}
)


def policy_as_json(policy: ShopPolicy) -> dict[str, Any]:
    """Return the policy in JSON values."""
    values = {entry.name: getattr(policy, entry.name) for entry in fields(policy)}
    return {name: _as_json(value) for name, value in values.items()}


def policy_from_json(stored: dict[str, Any]) -> ShopPolicy:
    """Return the policy; what an older version did not know takes its default."""
    known = {entry.name for entry in fields(ShopPolicy)}
    return ShopPolicy(**{name: _value(name, stored[name]) for name in known & stored.keys()})


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _value(name: str, value: Any) -> Any:
    if name in _AMOUNTS and value is not None:
        return Decimal(value)
    return tuple(value) if isinstance(value, list) else value
