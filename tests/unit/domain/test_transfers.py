from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockcli.domain.identifiers import LocationId
from stockcli.domain.quantity import ZERO
from stockcli.domain.transfers import TransferOffer, excess, offers

UNITS = st.decimals(min_value=-500, max_value=5000, places=3)


def spare(place: int, units: int) -> TransferOffer:
    return TransferOffer(
        origin_id=LocationId(place), origin=f"PLACE-{place}", quantity=Decimal(units)
    )


def test_what_a_location_needs_itself_is_no_excess() -> None:
    level = Decimal(60)
    assert excess(on_hand=Decimal(60), reserved=ZERO, order_up_to_level=level) == 0
    assert excess(on_hand=Decimal(100), reserved=Decimal(30), order_up_to_level=level) == 10


def test_a_location_of_which_no_level_is_known_gives_nothing() -> None:
    assert excess(on_hand=Decimal(900), reserved=ZERO, order_up_to_level=None) == 0


@given(on_hand=UNITS, reserved=UNITS, level=UNITS)
def test_an_excess_is_whole_and_leaves_the_level_on_the_shelf(
    on_hand: Decimal, reserved: Decimal, level: Decimal
) -> None:
    units = excess(on_hand=on_hand, reserved=reserved, order_up_to_level=level)
    assert units >= 0
    assert units == units.to_integral_value()
    assert units == 0 or on_hand - reserved - units >= level


def test_the_location_with_most_to_spare_gives_first() -> None:
    given_by = offers(Decimal(70), [spare(2, 30), spare(3, 50)], least=ZERO)
    assert given_by == (spare(3, 50), spare(2, 20))


def test_nobody_is_sent_for_less_than_lasts_until_the_next_check() -> None:
    assert offers(Decimal(100), [spare(2, 5)], least=Decimal(7)) == ()
    assert offers(Decimal(5), [spare(2, 90)], least=Decimal(7)) == (spare(2, 5),)


@pytest.mark.parametrize("missing", [Decimal(0), Decimal("0.9"), Decimal(-4)])
def test_nothing_is_fetched_where_no_whole_unit_is_missing(missing: Decimal) -> None:
    assert offers(missing, [spare(2, 90)], least=Decimal(7)) == ()
