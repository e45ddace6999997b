from __future__ import annotations

from decimal import Decimal

import pytest

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import ProductId, SupplierId
from stockcli.domain.offers import Shortage, SourceOffer, chosen_offer
from stockcli.domain.source_ranks import (
    own_supplier,
    price_breaks,
    sources_of,
    with_source,
    without_source,
)
from stockcli.domain.sourcing import ProductSource

TEA = ProductId(1)
LEAF, BARK, ROOT = (SupplierId(number) for number in (1, 2, 3))


def offer(name: str, days: float, cost: str = "2", *steps: tuple[int, str]) -> SourceOffer:
    return SourceOffer(
        supplier_id=SupplierId(len(name)),
        code=name.upper(),
        supplier=name,
        lead_time_days=days,
        unit_cost=Decimal(cost),
        price_breaks=price_breaks((Decimal(units), Decimal(each)) for units, each in steps),
    )


def stake(shelf_days: float | None, *, quantity: int = 100) -> Shortage:
    """Return ten units a day at four each, and a shelf that lasts so long."""
    return Shortage(
        shelf_days=shelf_days,
        mean_per_day=10.0,
        unit_value=Decimal(4),
        quantity=Decimal(quantity),
    )


SLOW, QUICK, QUICKEST = offer("Leaf", 9), offer("Bark Ltd", 2), offer("Root & Co", 1)


def test_the_first_supplier_is_asked_while_the_shelf_lasts() -> None:
    assert chosen_offer([SLOW, QUICK], stake(9)) == (SLOW, "")
    assert chosen_offer([SLOW, QUICK], stake(None)) == (SLOW, "")


def test_the_next_one_steps_in_where_the_first_comes_too_late() -> None:
    chosen, why = chosen_offer([SLOW, QUICK, QUICKEST], stake(2))
    assert chosen == QUICK
    assert why == (
        "Leaf takes 9 days, the shelf lasts 2 days, Bark Ltd takes 2 days: ordered from Bark Ltd"
    )


def test_where_nobody_comes_in_time_the_fastest_is_asked() -> None:
    assert chosen_offer([SLOW, QUICK, QUICKEST], stake(0))[0] == QUICKEST


def test_a_fallback_that_is_no_faster_is_none() -> None:
    assert chosen_offer([SLOW, offer("Same", 9), offer("Slower", 12)], stake(0)) == (SLOW, "")


@pytest.mark.parametrize(("cost", "chosen"), [("4.80", "Dear"), ("4.81", "Leaf")])
def test_a_dearer_fallback_must_be_worth_the_sales_it_saves(cost: str, chosen: str) -> None:
    # Empty from day 2, and goods 7 days earlier: 7 x 10 x 4.00 = 280; 100 units at 2.80 more.
    found, why = chosen_offer([SLOW, offer("Dear", 2, cost)], stake(2))
    assert found.supplier == chosen
    assert ("costs 281.00 more, and would save sales of 280.00" in why) is (chosen == "Leaf")


def test_what_a_fallback_costs_depends_on_how_much_is_ordered() -> None:
    by_the_hundred = offer("Dear", 2, "9", (100, "2.10"))
    assert chosen_offer([SLOW, by_the_hundred], stake(2))[0] == by_the_hundred
    assert chosen_offer([SLOW, by_the_hundred], stake(2, quantity=99))[0] == SLOW


def source(supplier: SupplierId, **facts: object) -> ProductSource:
    return ProductSource(product_id=TEA, supplier_id=supplier, **facts)  # type: ignore[arg-type]


def ids(sources: tuple[ProductSource, ...]) -> list[SupplierId]:
    assert [one.rank for one in sources] == list(range(len(sources)))
    return [one.supplier_id for one in sources]


def test_a_products_own_supplier_is_its_first_source_stored_or_not() -> None:
    stored = [source(BARK), source(LEAF, rank=1), source(ROOT, rank=2, active=False)]
    assert ids(sources_of(TEA, ROOT, stored)) == [ROOT, BARK, LEAF]
    assert ids(sources_of(TEA, LEAF, stored)) == [LEAF, BARK]
    assert ids(sources_of(TEA, None, stored)) == [BARK, LEAF]
    assert sources_of(TEA, None, []) == ()


def test_a_source_of_rank_0_is_the_products_supplier_and_the_others_move_back() -> None:
    two = sources_of(TEA, LEAF, [source(BARK)])
    three = with_source(two, source(ROOT), 0)
    assert (ids(three), own_supplier(three)) == ([ROOT, LEAF, BARK], ROOT)
    assert ids(with_source(three, source(ROOT), 9)) == [LEAF, BARK, ROOT]


def test_without_a_rank_a_source_keeps_its_place_and_a_new_one_comes_last() -> None:
    two = sources_of(TEA, LEAF, [source(BARK)])
    assert ids(with_source(two, source(LEAF))) == [LEAF, BARK]
    assert ids(with_source(two, source(ROOT))) == [LEAF, BARK, ROOT]


def test_the_next_moves_up_where_one_is_removed() -> None:
    two = sources_of(TEA, LEAF, [source(BARK)])
    assert own_supplier(without_source(two, LEAF)) == BARK
    assert own_supplier(without_source(without_source(two, LEAF), BARK)) is None


@pytest.mark.parametrize("units", [(0,), (-5,), (10, 10), tuple(range(1, 23))])
def test_price_breaks_that_are_none_are_refused(units: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInputError, match="price break"):
        price_breaks((Decimal(count), Decimal(1)) for count in units)
