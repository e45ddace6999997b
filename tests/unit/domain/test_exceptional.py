from __future__ import annotations

from decimal import Decimal

import pytest

from stockcli.domain.decisions import Candidate
from stockcli.domain.exceptional import over_limits, why_exceptional
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.purchasing import Spending
from stockcli.domain.shop import ShopPolicy
from tests.integration.agent.candidates import low

NO_LIMITS = ShopPolicy(order_approval_limit=None, daily_spending_limit=None)
STEADY = {"lately_days": 7, "sold_lately": Decimal(40), "spread_lately": 6.0}


def clear(number: int = 1, /, **changes: object) -> Candidate:
    """A clear case: it sells 6 a day, and 114 are to be ordered at 2 each."""
    key = StockKey(ProductId(number), LocationId(1))
    facts = {"computed_reorder_point": Decimal(80), **STEADY, **changes}
    return low(key, f"SKU-{number}", **facts)


def test_a_clear_case_has_nothing_out_of_the_ordinary() -> None:
    assert why_exceptional(clear()) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"supplier": ""}, "no supplier"),
        ({"on_hand": Decimal(-3)}, "stock below zero"),
        ({"late_order": "supplier 4 days late"}, "supplier 4 days late"),
        ({"over_limit": "order over the daily limit 50"}, "order over the daily limit 50"),
        ({"usual_quantity": Decimal(30)}, "4 times the usual order of 30"),
        ({"suggested_quantity": Decimal(500)}, "least order lasts 83 days"),
        ({"sold_lately": Decimal(61)}, "sold 61 in 7 days, 42 expected"),
        ({"sold_lately": Decimal(23)}, "sold 23 in 7 days, 42 expected"),
        (
            {"is_manual": True, "computed_reorder_point": Decimal(39)},
            "minimum by hand, computed 39",
        ),
    ],
)
def test_what_is_out_of_the_ordinary_is_named(changes: dict[str, object], reason: str) -> None:
    assert why_exceptional(clear(**changes)) == (reason,)


@pytest.mark.parametrize(
    "changes",
    [
        {"usual_quantity": Decimal(38)},
        {"suggested_quantity": Decimal(228)},
        {"suggested_quantity": Decimal(240), "mean_per_day": 6.0},
        {"sold_lately": Decimal(60)},
        {"sold_lately": Decimal(24)},
        {"sold_lately": Decimal(0), "spread_lately": 0.0},
        {"sold_lately": Decimal(0), "lately_days": 0},
        {"is_manual": True, "computed_reorder_point": Decimal(40)},
        {"is_manual": True, "computed_reorder_point": None},
        {"is_manual": False, "computed_reorder_point": Decimal(1)},
    ],
)
def test_what_lies_within_the_bounds_stays_a_clear_case(changes: dict[str, object]) -> None:
    assert why_exceptional(clear(**changes)) == ()


def test_an_empty_shelf_explains_why_little_was_sold() -> None:
    assert why_exceptional(clear(on_hand=Decimal(0), sold_lately=Decimal(0))) == ()


def test_a_small_minimum_is_not_far_off_by_a_pack() -> None:
    small = clear(
        is_manual=True, reorder_point=Decimal(1), computed_reorder_point=Decimal(7),
        pack_size=Decimal(6),
    )  # fmt: skip
    assert why_exceptional(small) == ()


def limits(**changes: object) -> ShopPolicy:
    facts: dict[str, object] = {"order_approval_limit": None, "daily_spending_limit": None}
    return ShopPolicy(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "spent", "reason"),
    [
        (limits(order_approval_limit=Decimal(227)), "0", "order over the approval limit 227"),
        (limits(daily_spending_limit=Decimal(300)), "100", "order over the daily limit 300"),
        (limits(monthly_spending_limit=Decimal(300)), "100", "order over the monthly limit 300"),
    ],
)
def test_an_order_over_a_limit_is_an_exception(policy: ShopPolicy, spent: str, reason: str) -> None:
    already = Spending(today=Decimal(spent), this_month=Decimal(spent))
    one = clear()
    assert over_limits([one], policy, already) == {one.key: reason}


def test_without_limits_nothing_is_over_one() -> None:
    assert over_limits([clear()], NO_LIMITS, Spending(today=Decimal(10**9))) == {}


def test_of_an_order_too_large_the_dearest_lines_are_named_until_the_rest_fits() -> None:
    cheap, dear, dearest = (clear(n, unit_cost=Decimal(n)) for n in (1, 2, 3))
    policy = limits(order_approval_limit=Decimal(400))
    assert set(over_limits([cheap, dear, dearest], policy, Spending())) == {dearest.key}


def test_two_orders_of_one_review_add_up_against_the_day() -> None:
    first, second = clear(1), clear(2, supplier="Other Ltd")
    policy = limits(daily_spending_limit=Decimal(300))
    assert set(over_limits([first, second], policy, Spending())) == {second.key}


def test_what_cannot_be_ordered_counts_against_no_limit() -> None:
    nobody = clear(1, supplier="")
    assert over_limits([nobody], limits(order_approval_limit=Decimal(1)), Spending()) == {}
