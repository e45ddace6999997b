"""A shop's policy as JSON and back: amounts as text, so that they stay exact."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.quiet_hours import QuietHours, parse_quiet_hours
from stockcli.domain.shop import Language, ReviewScope, ShopPolicy

_LIMITS = frozenset({"order_approval_limit", "daily_spending_limit", "monthly_spending_limit"})
_AMOUNTS = _LIMITS | {"ordering_cost", "model_budget_usd"}
_LONGEST_DAYS = 3650
_ENUMS: dict[str, type[StrEnum]] = {"review_scope": ReviewScope, "language": Language}


def policy_as_json(policy: ShopPolicy) -> dict[str, Any]:
    """Return the policy in JSON values."""
    values = {entry.name: getattr(policy, entry.name) for entry in fields(policy)}
    return {name: _as_json(value) for name, value in values.items()}


def policy_from_json(stored: Any) -> ShopPolicy:
    """Return the policy; what an older version did not know takes its default.

    Raises:
        ValueError: it is no policy, or a value of it is none; the message names the value.
    """
    policy, faults = readable_policy(stored)
    if faults:
        raise ValueError("; ".join(faults))
    return policy


def readable_policy(stored: Any) -> tuple[ShopPolicy, list[str]]:
    """Return what can be read of a policy, with defaults for the rest, and what cannot."""
    if not isinstance(stored, dict):
        return ShopPolicy(), ["it is no JSON object"]
    known = [entry.name for entry in fields(ShopPolicy) if entry.name in stored]
    values = {name: _value(name, stored[name]) for name in known}
    wrong = [name for name, value in values.items() if not _is_allowed(name, value)]
    good = {name: value for name, value in values.items() if name not in wrong}
    return ShopPolicy(**good), [f"its {name} is {str(stored[name])[:40]!r}" for name in wrong]


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal | QuietHours):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _value(name: str, value: Any) -> Any:
    if name in _AMOUNTS and isinstance(value, str | int):
        try:
            return Decimal(value)
        except InvalidOperation:
            return value
    if name in _ENUMS and value in tuple(_ENUMS[name]):
        return _ENUMS[name](value)
    if name == "quiet_hours" and isinstance(value, str):
        return _quiet_hours(value)
    return tuple(value) if isinstance(value, list) else value


def _quiet_hours(text: str) -> QuietHours | str:
    try:
        return parse_quiet_hours(text)
    except InvalidInputError:
        return text


def _is_allowed(name: str, value: Any) -> bool:
    if name in _AMOUNTS:
        return _is_amount(value) or (value is None and name in _LIMITS)
    return _ALLOWED[name](value)


def _is_amount(value: Any) -> bool:
    return isinstance(value, Decimal) and value.is_finite() and value >= 0


def _is_number(value: Any, least: float, most: float) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and least <= value <= most


def _is_days(value: Any) -> bool:
    return _is_number(value, 0, _LONGEST_DAYS)


_ALLOWED: dict[str, Callable[[Any], bool]] = {
    "service_level": lambda value: _is_number(value, 0, 1) and 0 < value < 1,
    "review_period_days": lambda value: (
        isinstance(value, int) and _is_number(value, 1, _LONGEST_DAYS)
    ),
    "default_lead_time_days": _is_days,
    "default_lead_time_sd_days": _is_days,
    "holding_cost_rate": lambda value: _is_number(value, 0, math.inf),
    "shortage_cost_rate": lambda value: value is None or _is_number(value, 0, math.inf),
    "learn_lead_times": lambda value: isinstance(value, bool),
    "agent_enabled": lambda value: isinstance(value, bool),
    "review_scope": lambda value: isinstance(value, ReviewScope),
    "dry_run": lambda value: isinstance(value, bool),
    "language": lambda value: isinstance(value, Language),
    "quiet_hours": lambda value: value is None or isinstance(value, QuietHours),
    "notify_urls": lambda value: (
        isinstance(value, tuple) and all(isinstance(url, str) for url in value)
    ),
}
