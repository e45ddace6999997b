from __future__ import annotations

import json
import math
from decimal import Decimal

import pytest

from stockcli.domain.quiet_hours import parse_quiet_hours
from stockcli.domain.shop import Language, ShopPolicy
from stockcli.persistence.policies import policy_as_json, policy_from_json, readable_policy


def test_a_policy_survives_json() -> None:
    policy = ShopPolicy(
        order_approval_limit=None,
        model_budget_usd=Decimal("0.10"),
        notify_urls=("json://a",),
        language=Language.PORTUGUESE,
        quiet_hours=parse_quiet_hours("21:00-07:00"),
    )
    assert policy_from_json(json.loads(json.dumps(policy_as_json(policy)))) == policy


def test_what_an_older_version_did_not_know_takes_its_default() -> None:
    assert policy_from_json({"service_level": 0.9}) == ShopPolicy(service_level=0.9)


def test_what_a_newer_version_knows_is_left_out() -> None:
    assert policy_from_json({"shoe_size": 43}) == ShopPolicy()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("service_level", 7),
        ("service_level", "high"),
        ("service_level", math.nan),
        ("review_period_days", 0),
        ("review_period_days", 1.5),
        ("default_lead_time_days", -1),
        ("order_approval_limit", "much"),
        ("daily_spending_limit", "NaN"),
        ("model_budget_usd", None),
        ("holding_cost_rate", math.inf),
        ("shortage_cost_rate", -1),
        ("shortage_cost_rate", "dear"),
        ("agent_enabled", "yes"),
        ("learn_lead_times", 1),
        ("notify_urls", "json://a"),
        ("notify_urls", [1]),
        ("language", "latin"),
        ("quiet_hours", "at night"),
        ("quiet_hours", 21),
    ],
)
def test_a_value_that_is_none_is_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        policy_from_json({name: value})


@pytest.mark.parametrize("stored", [None, [], "policy", 3])
def test_what_is_no_object_is_no_policy(stored: object) -> None:
    with pytest.raises(ValueError, match="no JSON object"):
        policy_from_json(stored)


def test_what_can_be_read_is_kept_beside_what_cannot() -> None:
    policy, faults = readable_policy({"service_level": 7, "order_approval_limit": "50"})
    assert policy == ShopPolicy(order_approval_limit=Decimal(50))
    assert faults == ["its service_level is '7'"]
