"""Whoever proposes what: the bounds of shop and category decide what is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from stockcli.domain.decisions import Action, Proposal, decide_by_rule
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.quantity import ZERO
from stockcli.domain.shop import ShopPolicy
from stockcli.domain.sourcing import Autonomy, CategoryPolicy, Policies
from stockcli.domain.transfers import TransferOffer
from stockcli.usecases.settling import bought_beside, settle, why_proposed
from tests.integration.agent.candidates import low

DAY = date(2026, 11, 2)
TEA = low(StockKey(ProductId(1), LocationId(1)), "TEA", category="drinks")
DEPOT = TransferOffer(origin_id=LocationId(2), origin="DEPOT", quantity=Decimal(60))
OFFERED = replace(TEA, transfers=(DEPOT,), quantity_after_transfer=Decimal(54))


def proposed(action: Action) -> Proposal:
    return Proposal(key=TEA.key, action=action, reason="so", decided_by="model")


@pytest.mark.parametrize("action", [Action.RESTOCK, Action.TRANSFER])
def test_where_the_manager_is_only_told_nothing_is_done(action: Action) -> None:
    told = replace(OFFERED, autonomy=Autonomy.NOTIFY)
    done = settle(told, proposed(action), DAY)
    assert (done.action, done.quantity) == (Action.NOTIFY, ZERO)
    assert "nothing is ordered by itself in category drinks" in done.reason
    assert bought_beside(told, done) == 0


def test_ignoring_is_left_to_the_reviewer_in_any_category() -> None:
    told = replace(TEA, autonomy=Autonomy.NOTIFY)
    assert settle(told, proposed(Action.IGNORE), DAY).action is Action.IGNORE


def test_only_what_is_proposed_waits_because_of_its_category() -> None:
    assert why_proposed(TEA) == ""
    waits = why_proposed(replace(TEA, autonomy=Autonomy.PROPOSE))
    assert waits == "orders in category drinks are only proposed"


def test_a_transfer_moves_what_is_offered_and_buys_the_rest() -> None:
    done = settle(OFFERED, proposed(Action.TRANSFER), DAY)
    assert (done.action, done.quantity) == (Action.TRANSFER, Decimal(60))
    assert done.reason == "so: 60 from DEPOT, 54 to buy"
    assert bought_beside(OFFERED, done) == 54


def test_an_absurd_rest_is_not_bought_beside_a_transfer() -> None:
    # What is missing are two units; the least order of them is a thousand.
    odd = replace(OFFERED, order_up_to_level=Decimal(70), quantity_after_transfer=Decimal(1000))
    done = settle(odd, decide_by_rule(odd), DAY)
    assert done.action is Action.TRANSFER
    assert bought_beside(odd, done) == 0
    assert "1000 more are missing, and the least order would last 167 days" in done.reason


def test_without_a_supplier_the_rest_is_told_and_not_bought() -> None:
    alone = replace(OFFERED, supplier="", supplier_id=0)
    done = settle(alone, decide_by_rule(alone), DAY)
    assert (done.action, bought_beside(alone, done)) == (Action.TRANSFER, ZERO)
    assert "54 more are missing, and it has no supplier" in done.reason


def test_a_category_narrows_the_shops_policy_and_leaves_the_rest() -> None:
    shop = ShopPolicy(service_level=0.95, review_period_days=7)
    own = CategoryPolicy(category="drinks", service_level=0.99)
    policies = Policies(shop=shop, categories={"drinks": own})
    drinks = policies.of("drinks")
    assert (drinks.service_level, drinks.review_period_days) == (0.99, 7)
    assert policies.of("tools") is shop
    assert policies.autonomy_of("drinks") is Autonomy.ORDER
