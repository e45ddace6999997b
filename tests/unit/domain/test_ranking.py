from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from stockcli.domain.ranking import abc_classes, variation, xyz_class

MONEY = st.decimals(min_value=0, max_value=10**7, places=2)


def test_the_product_that_crosses_eighty_per_cent_is_an_a_still() -> None:
    amounts = {"tea": Decimal(79), "mug": Decimal(10), "rope": Decimal(11)}
    assert abc_classes(amounts) == {"tea": "A", "rope": "A", "mug": "B"}


def test_a_shop_that_sold_nothing_has_only_cs() -> None:
    assert abc_classes({"tea": Decimal(0), "mug": Decimal(0)}) == {"tea": "C", "mug": "C"}


@given(st.dictionaries(st.text(max_size=3), MONEY, max_size=30))
def test_whoever_makes_more_is_in_no_lower_class(amounts: dict[str, Decimal]) -> None:
    classes = abc_classes(amounts)
    assert classes.keys() == amounts.keys()
    by_money = [classes[name] for name in sorted(amounts, key=lambda name: -amounts[name])]
    assert by_money == sorted(by_money)


@given(st.dictionaries(st.text(max_size=3), MONEY, min_size=1, max_size=30))
def test_the_as_make_at_least_eighty_per_cent(amounts: dict[str, Decimal]) -> None:
    classes, total = abc_classes(amounts), sum(amounts.values())
    made = sum(amount for name, amount in amounts.items() if classes[name] == "A")
    assert made >= total * Decimal("0.8")


def test_steady_sales_are_x_and_none_at_all_z() -> None:
    assert xyz_class(variation([4.0] * 52)) == "X"
    assert xyz_class(variation([0.0] * 51 + [52.0])) == "Z"
    assert xyz_class(variation([])) == "Z"
