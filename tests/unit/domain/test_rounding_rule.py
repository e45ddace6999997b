"""How much is ordered: pack size, minimum order quantity and maximum against each other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockcli.domain.replenishment import OrderQuantity, order_quantity


@dataclass(frozen=True, kw_only=True)
class Case:
    """A product that may be low."""

    position: Decimal
    reorder_point: Decimal
    level: Decimal
    moq: Decimal = Decimal(1)
    pack: Decimal = Decimal(1)
    most: Decimal | None = None

    @property
    def ordered(self) -> OrderQuantity:
        """Return what is ordered."""
        return order_quantity(
            position=self.position,
            reorder_point=self.reorder_point,
            level=self.level,
            minimum_order_quantity=self.moq,
            pack_size=self.pack,
            maximum_stock=self.most,
        )


@pytest.mark.parametrize(
    ("position", "ordered"),
    [
        (194, 100),  # odoo#282833: up would be 200 and end at 394, nothing would leave it low
        (200, 100),  # at the reorder point: 100 fills it to the maximum, to the unit
        (150, 100),  # odoo#283083: 150 missing, 200 would pass the maximum
        (100, 200),  # 100 more would end at the reorder point: low again at once
        (99, 200),
        (94, 200),
        (0, 300),
        (-6, 300),
        (300, 0),
        (201, 0),
    ],
)
def test_a_minimum_of_200_a_maximum_of_300_and_packs_of_100(position: int, ordered: int) -> None:
    case = Case(
        position=Decimal(position),
        reorder_point=Decimal(200),
        level=Decimal(300),
        pack=Decimal(100),
        most=Decimal(300),
    )
    # What is above the reorder point is not low, and nobody asks how much to order.
    assert (case.ordered.quantity if position <= 200 else 0) == ordered


def test_a_pack_larger_than_all_the_room_passes_the_maximum_and_says_so() -> None:
    case = Case(
        position=Decimal(2),
        reorder_point=Decimal(5),
        level=Decimal(10),
        pack=Decimal(24),
        most=Decimal(12),
    )
    assert case.ordered.quantity == 24
    assert case.ordered.steps[-1] == (
        "the least that lifts the position above the reorder point is 24, past the maximum 12"
    )


def test_a_minimum_order_that_is_no_whole_number_of_packs_is_rounded_up_to_them() -> None:
    case = Case(
        position=Decimal(0),
        reorder_point=Decimal(3),
        level=Decimal(4),
        moq=Decimal(10),
        pack=Decimal(6),
    )
    assert case.ordered.quantity == 12


def test_units_that_are_sold_by_weight_keep_their_thousandths() -> None:
    case = Case(
        position=Decimal("1.250"),
        reorder_point=Decimal("2.5"),
        level=Decimal(5),
        moq=Decimal("0.5"),
        pack=Decimal("0.250"),
        most=Decimal("5.1"),
    )
    assert case.ordered.quantity == Decimal("3.750")


@st.composite
def low_products(draw: st.DrawFn) -> Case:
    reorder_point = draw(st.integers(0, 400))
    most = draw(st.none() | st.integers(1, 900))
    level = reorder_point + draw(st.integers(0, 300))
    return Case(
        position=Decimal(draw(st.integers(-500, reorder_point))),
        reorder_point=Decimal(reorder_point),
        level=Decimal(max(reorder_point, level if most is None else min(level, most))),
        moq=Decimal(draw(st.integers(1, 60))),
        pack=Decimal(draw(st.integers(1, 120))),
        most=None if most is None else Decimal(most),
    )


@given(low_products())
def test_an_order_is_whole_packs_and_no_less_than_the_supplier_takes(case: Case) -> None:
    units = case.ordered.quantity
    assert units % case.pack == 0
    assert units == 0 or units >= case.moq


@given(low_products())
def test_an_order_lifts_the_shelf_above_its_reorder_point_or_nothing_is_missing(case: Case) -> None:
    units = case.ordered.quantity
    if units == 0:
        assert case.position >= case.level
    elif case.level > case.reorder_point:
        assert case.position + units > case.reorder_point


@given(low_products())
def test_the_maximum_gives_way_only_where_a_pack_less_would_not_do(case: Case) -> None:
    units = case.ordered.quantity
    if units and case.most is not None and case.position + units > case.most:
        less = units - case.pack
        assert less < case.moq or case.position + less <= case.reorder_point


@given(low_products())
def test_no_more_than_a_pack_or_the_minimum_is_ordered_beyond_what_is_missing(case: Case) -> None:
    units = case.ordered.quantity
    if units and (case.most is None or case.position + units <= case.most):
        assert units < max(case.level - case.position, case.moq) + case.pack


@given(low_products())
def test_a_lower_shelf_never_orders_less(case: Case) -> None:
    lower = Case(**{**vars(case), "position": case.position - 1})
    assert lower.ordered.quantity >= case.ordered.quantity
