from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.ledger import StockLevel, inventory_position
from stockcli.domain.replenishment import (
    ManualMinimum,
    OrderQuantity,
    economic_order_quantity,
    effective_reorder_point,
    largest_order_quantity,
    order_quantity,
    order_up_to_level,
)

KEY = StockKey(ProductId(1), LocationId(1))


def ordered(
    position: int, reorder_point: int, level: int, *, moq: int = 1, pack: int = 1, most: int | None
) -> OrderQuantity:
    return order_quantity(
        position=Decimal(position),
        reorder_point=Decimal(reorder_point),
        level=Decimal(level),
        minimum_order_quantity=Decimal(moq),
        pack_size=Decimal(pack),
        maximum_stock=None if most is None else Decimal(most),
    )


def minimum(units: int, *, expires_on: date | None = None) -> ManualMinimum:
    return ManualMinimum(
        key=KEY,
        quantity=Decimal(units),
        author="ana",
        reason="promotion",
        set_at=datetime(2024, 1, 1, tzinfo=UTC),
        expires_on=expires_on,
    )


def test_the_inventory_position_counts_what_is_on_order_and_not_what_is_promised() -> None:
    assert inventory_position(Decimal(12), Decimal(24), Decimal(5)) == 31


def test_a_stock_level_uses_the_one_definition_of_position() -> None:
    level = StockLevel(
        key=KEY, on_hand=Decimal(3), on_order=Decimal(10), reserved=Decimal(4), version=1
    )
    assert level.position == inventory_position(Decimal(3), Decimal(10), Decimal(4))


def test_an_order_brings_the_position_to_the_level() -> None:
    assert ordered(4, 10, 30, most=None).quantity == 26


def test_an_order_is_rounded_up_to_the_pack_size() -> None:
    assert ordered(4, 10, 30, pack=12, most=None).quantity == 36


def test_an_order_is_raised_to_the_minimum_order_quantity() -> None:
    assert ordered(28, 29, 30, moq=10, most=None).quantity == 10


def test_pack_against_maximum_rounds_down_while_that_lifts_above_the_reorder_point() -> None:
    assert ordered(194, 200, 300, pack=100, most=300).quantity == 100


def test_rounding_down_never_leaves_the_position_at_the_reorder_point() -> None:
    outcome = ordered(100, 200, 250, pack=100, most=250)
    assert outcome.quantity == 200
    assert "past the maximum" in outcome.steps[-1]


def test_nothing_is_ordered_above_the_level() -> None:
    assert ordered(31, 10, 30, most=None).quantity == 0


def test_every_rounding_step_is_written_down() -> None:
    assert len(ordered(4, 10, 30, moq=27, pack=12, most=30).steps) == 4


@given(
    position=st.integers(-500, 500),
    reorder_point=st.integers(0, 400),
    cycle=st.integers(0, 300),
    moq=st.integers(1, 60),
    pack=st.integers(1, 60),
    most=st.none() | st.integers(0, 900),
)
def test_any_order_is_whole_packs_at_least_the_minimum_and_ends_above_the_reorder_point(
    position: int, reorder_point: int, cycle: int, moq: int, pack: int, most: int | None
) -> None:
    level = max(
        order_up_to_level(
            Decimal(reorder_point), float(cycle), None if most is None else Decimal(most)
        ),
        Decimal(reorder_point),
    )
    outcome = ordered(position, reorder_point, int(level), moq=moq, pack=pack, most=most)
    if outcome.quantity:
        assert outcome.quantity % pack == 0
        assert outcome.quantity >= moq
        assert position + outcome.quantity >= reorder_point
    else:
        assert position >= level


def test_the_level_is_capped_by_the_maximum_stock() -> None:
    assert order_up_to_level(Decimal(40), 35.0, Decimal(60)) == 60


def test_the_economic_order_quantity_is_zero_without_costs() -> None:
    assert economic_order_quantity(1000, 0, 2) == 0


def test_a_manual_minimum_overrides_the_computed_reorder_point() -> None:
    assert effective_reorder_point(Decimal(20), minimum(50), date(2024, 6, 1)) == 50


def test_a_manual_minimum_may_lie_below_the_computed_one() -> None:
    assert effective_reorder_point(Decimal(20), minimum(5), date(2024, 6, 1)) == 5


def test_an_expired_minimum_no_longer_holds() -> None:
    expired = minimum(50, expires_on=date(2024, 5, 31))
    assert effective_reorder_point(Decimal(20), expired, date(2024, 6, 1)) == 20


def test_a_minimum_holds_on_its_last_day() -> None:
    last = minimum(50, expires_on=date(2024, 6, 1))
    assert effective_reorder_point(Decimal(20), last, date(2024, 6, 1)) == 50


@pytest.mark.parametrize(("most", "largest"), [(None, 30), (25, 20), (31, 24)])
def test_a_reviewer_may_order_half_as_much_again_within_the_maximum(
    most: int | None, largest: int
) -> None:
    cap = largest_order_quantity(
        Decimal(20),
        position=Decimal(3),
        pack_size=Decimal(6),
        maximum_stock=None if most is None else Decimal(most),
    )
    assert cap == largest
