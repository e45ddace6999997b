from __future__ import annotations

import json
from decimal import Decimal

from stockcli.domain.shop import ShopPolicy
from stockcli.persistence.policies import policy_as_json, policy_from_json


def test_a_policy_survives_json() -> None:
    policy = ShopPolicy(
        order_approval_limit=None, model_budget_usd=Decimal("0.10"), notify_urls=("json://a",)
    )
    assert policy_from_json(json.loads(json.dumps(policy_as_json(policy)))) == policy


def test_what_an_older_version_did_not_know_takes_its_default() -> None:
    assert policy_from_json({"service_level": 0.9}) == ShopPolicy(service_level=0.9)


def test_what_a_newer_version_knows_is_left_out() -> None:
    assert policy_from_json({"shoe_size": 43}) == ShopPolicy()
