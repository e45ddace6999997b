from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from stockcli.domain.decisions import (
    Action,
    Candidate,
    OpenOrder,
    bounded_quantity,
    decide_by_rule,
)
from stockcli.domain.identifiers import LocationId, ProductId, StockKey

LOW = Candidate(
    key=StockKey(ProductId(1), LocationId(1)),
    sku="TEA",
    name="Green tea",
    category="drinks",
    location="SHOP",
    supplier="Leaf Ltd",
    lead_time_days=7.0,
    on_hand=Decimal(4),
    on_order=Decimal(0),
    reserved=Decimal(0),
    position=Decimal(4),
    reorder_point=Decimal(20),
    is_manual=False,
    order_up_to_level=Decimal(34),
    mean_per_day=1.0,
    days_of_cover=4.0,
    suggested_quantity=Decimal(36),
    largest_quantity=Decimal(54),
    quantity_steps=(),
    pack_size=Decimal(6),
    minimum_order_quantity=Decimal(6),
    unit_cost=Decimal(2),
    money_at_risk=Decimal(30),
)


def test_a_plain_case_is_restocked_with_the_reason() -> None:
    proposal = decide_by_rule(LOW)
    assert proposal.action is Action.RESTOCK
    assert proposal.reason == (
        "at or below its reorder point: the shelf lasts 4 days, a delivery takes 7 days"
    )


def test_what_is_on_its_way_is_not_ordered_again() -> None:
    coming = OpenOrder(
        number="PO-1", quantity=Decimal(30), expected_on=date(2024, 6, 1), status="sent"
    )
    proposal = decide_by_rule(replace(LOW, on_order=Decimal(30), open_orders=(coming,)))
    assert proposal.action is Action.IGNORE
    assert "PO-1" in proposal.reason


def test_a_product_without_a_supplier_is_told_to_the_manager() -> None:
    assert decide_by_rule(replace(LOW, supplier="")).action is Action.NOTIFY


def test_an_order_far_beyond_the_policy_is_told_to_the_manager() -> None:
    odd = replace(LOW, suggested_quantity=Decimal(500))
    assert decide_by_rule(odd).action is Action.NOTIFY


def test_a_manual_minimum_may_ask_for_long_cover() -> None:
    odd = replace(LOW, suggested_quantity=Decimal(500), is_manual=True)
    assert decide_by_rule(odd).action is Action.RESTOCK


def test_a_reviewers_quantity_within_the_bounds_stands_in_whole_packs() -> None:
    assert bounded_quantity(LOW, Decimal(40))[0] == 42


def test_a_quantity_beyond_the_bounds_falls_back_to_the_policy() -> None:
    quantity, remark = bounded_quantity(LOW, Decimal(1_000_000))
    assert quantity == 36
    assert "1000000 was asked for" in remark


def test_a_negative_quantity_falls_back_to_the_policy() -> None:
    assert bounded_quantity(LOW, Decimal(-5))[0] == 36


def test_no_quantity_takes_the_policys_without_a_remark() -> None:
    assert bounded_quantity(LOW, None) == (Decimal(36), "")


@pytest.mark.parametrize(
    ("on_hand", "cover", "words"),
    [
        (0, 0.0, "the shelf is empty"),
        (2, 0.2, "lasts less than a day"),
        (4, 1.2, "lasts a day"),
        (4, 3.6, "lasts 4 days"),
    ],
)
def test_a_restock_says_how_long_the_shelf_lasts(on_hand: int, cover: float, words: str) -> None:
    low = replace(LOW, on_hand=Decimal(on_hand), days_of_cover=cover)
    assert words in decide_by_rule(low).reason
