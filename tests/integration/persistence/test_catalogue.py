from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from stockcli.domain.catalogue import Location, Product, ProductStatus, Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.errors import NotFoundError
from stockcli.domain.identifiers import LocationId, ProductId, SupplierId
from tests.integration.persistence.street import SKUS, Shop

HEART = Product(
    id=ProductId(0),
    sku="84029G",
    name="KNITTED UNION FLAG HOT WATER BOTTLE",
    category="Café",
    status=ProductStatus.RUN_OUT,
    unit_cost=Decimal("1.2345"),
    unit_price=Decimal("3.3900"),
    pack_size=Decimal("0.250"),
    minimum_order_quantity=Decimal(6),
    maximum_stock=Decimal(144),
    service_level=0.975,
    snoozed_until=date(2024, 5, 1),
)


def test_a_product_comes_back_as_it_was_put(shop: Shop) -> None:
    with shop.unit:
        shop.unit.products.put([HEART])
        found = shop.unit.products.get("84029G")
    assert found == replace(HEART, id=found.id)


def test_all_products_come_by_sku_and_none_of_the_neighbours(shop: Shop) -> None:
    with shop.unit.reading():
        products = shop.unit.products.all()
    assert [product.sku for product in products] == sorted(SKUS)
    assert {product.name for product in products} == {f"Here {sku}" for sku in SKUS}


def test_putting_a_known_sku_replaces_the_product_and_keeps_its_id(shop: Shop) -> None:
    with shop.unit:
        shop.unit.products.put([replace(HEART, sku="POST", id=ProductId(0))])
        found = shop.unit.products.get("POST")
    assert (found.id, found.name) == (shop.products["POST"].id, HEART.name)


def test_of_two_products_with_one_sku_in_one_call_the_last_stands(shop: Shop) -> None:
    with shop.unit:
        shop.unit.products.put([HEART, replace(HEART, name="second")])
        assert shop.unit.products.get("84029G").name == "second"


def test_a_sku_is_found_however_it_is_typed(shop: Shop) -> None:
    with shop.unit.reading():
        assert shop.unit.products.get(" 85123a ").name == "Here 85123A"


def test_products_by_sku_leaves_out_what_does_not_exist(shop: Shop) -> None:
    with shop.unit.reading():
        found = shop.unit.products.by_sku(["POST", "NOPE", "22423"])
    assert {sku: product.name for sku, product in found.items()} == {
        "POST": "Here POST",
        "22423": "Here 22423",
    }


def test_by_sku_takes_more_skus_than_a_statement_holds(shop: Shop) -> None:
    with shop.unit.reading():
        assert len(shop.unit.products.by_sku([f"X{i}" for i in range(40_000)] + ["POST"])) == 1


@pytest.mark.parametrize("typed", ["84029", "hot water botle", "union flag", "84029g knitted"])
def test_an_unknown_product_names_the_nearest(shop: Shop, typed: str) -> None:
    with shop.unit:
        shop.unit.products.put([HEART])
        with pytest.raises(NotFoundError) as caught:
            shop.unit.products.get(typed)
    assert caught.value.nearest[0] == "84029G KNITTED UNION FLAG HOT WATER BOTTLE"


def test_the_nearest_products_are_never_a_neighbours(shop: Shop) -> None:
    with shop.unit.reading(), pytest.raises(NotFoundError) as caught:
        shop.unit.products.get("Neighbour 85123")
    assert not any("Neighbour" in name for name in caught.value.nearest)


def test_suppliers_come_by_code_with_their_lead_times(shop: Shop) -> None:
    lead_time = LeadTime(mean_days=3.5, standard_deviation_days=1.25)
    new = Supplier(
        id=SupplierId(0), code="AAA", name="First", email="a@example.org", lead_time=lead_time
    )
    with shop.unit:
        shop.unit.suppliers.put([new])
        first, second = shop.unit.suppliers.all()
    assert (first, second) == (replace(new, id=first.id), shop.supplier)


def test_putting_a_known_supplier_replaces_it(shop: Shop) -> None:
    with shop.unit:
        shop.unit.suppliers.put([replace(shop.supplier, name="New name")])
        assert shop.unit.suppliers.all() == [replace(shop.supplier, name="New name")]


def test_the_first_location_is_the_default(shop: Shop) -> None:
    with shop.unit:
        shop.unit.locations.put([Location(id=LocationId(0), code="ANNEX", name="Annex")])
        assert [place.code for place in shop.unit.locations.all()] == ["SHOP", "ANNEX"]
        assert shop.unit.locations.get(None) == shop.location
        assert shop.unit.locations.get(" annex").name == "Annex"


def test_putting_a_known_location_renames_it(shop: Shop) -> None:
    with shop.unit:
        shop.unit.locations.put([replace(shop.location, name="Floor")])
        assert shop.unit.locations.all() == [replace(shop.location, name="Floor")]


def test_a_neighbours_location_does_not_exist_here(shop: Shop) -> None:
    with shop.unit.reading(), pytest.raises(NotFoundError, match="DEPOT") as caught:
        shop.unit.locations.get("depot")
    assert caught.value.nearest == ("SHOP",)
