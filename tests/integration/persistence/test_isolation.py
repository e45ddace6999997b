from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from stockcli.domain.errors import ConflictError
from stockcli.domain.identifiers import RunId, StockKey
from stockcli.domain.ledger import StockLevel
from stockcli.persistence.database import Database
from tests.integration.persistence.street import Shop, alert, rows_of


def keep(shop: Shop, write: Callable[[], object]) -> None:
    """Write and commit."""
    with shop.unit:
        write()
        shop.unit.commit()


def test_the_neighbour_has_rows_in_every_table(database: Database, neighbour: Shop) -> None:
    assert [name for name, rows in rows_of(database, neighbour.tenant).items() if not rows] == []


def test_shops_share_skus_and_nothing_else(shop: Shop, neighbour: Shop) -> None:
    assert shop.products.keys() == neighbour.products.keys()
    assert {p.id for p in shop.products.values()}.isdisjoint(
        p.id for p in neighbour.products.values()
    )


def test_a_movement_cannot_name_a_neighbours_product(shop: Shop, neighbour: Shop) -> None:
    foreign = replace(shop.sale("s1"), key=neighbour.key())
    with pytest.raises(ConflictError, match="not in this shop"):
        keep(shop, lambda: shop.unit.ledger.book([foreign]))


def test_a_product_cannot_name_a_neighbours_supplier(shop: Shop, neighbour: Shop) -> None:
    foreign = replace(shop.products["POST"], supplier_id=neighbour.supplier.id)
    with pytest.raises(ConflictError, match="not in this shop"):
        keep(shop, lambda: shop.unit.products.put([foreign]))


def test_an_order_cannot_go_to_a_neighbours_location(shop: Shop, neighbour: Shop) -> None:
    with pytest.raises(ConflictError):
        keep(shop, lambda: shop.unit.orders.add(shop.order(location_id=neighbour.location.id)))


def test_an_order_line_cannot_name_a_neighbours_decision(shop: Shop, neighbour: Shop) -> None:
    with neighbour.unit:
        (foreign,) = neighbour.unit.decisions.add(RunId("run-1"), [neighbour.decision()]).values()
    order = shop.order()
    order = replace(order, lines=(replace(order.lines[0], decision_id=foreign),))
    with pytest.raises(ConflictError):
        keep(shop, lambda: shop.unit.orders.add(order))


def test_thresholds_minimums_and_alerts_cannot_name_a_neighbours_product(
    shop: Shop, neighbour: Shop
) -> None:
    mixed = StockKey(neighbour.products["POST"].id, shop.location.id)
    with pytest.raises(ConflictError):
        keep(shop, lambda: shop.unit.thresholds.put([shop.threshold(key=mixed)]))
    with pytest.raises(ConflictError):
        keep(shop, lambda: shop.unit.minimums.put(shop.minimum(key=mixed)))
    with pytest.raises(ConflictError):
        keep(shop, lambda: shop.unit.alerts.raise_new([alert(key=mixed)]))
    with pytest.raises(ConflictError):
        keep(shop, lambda: shop.unit.ledger.set_reserved(mixed, Decimal(1)))


def test_a_neighbours_key_shows_an_empty_shelf(shop: Shop, neighbour: Shop) -> None:
    with shop.unit.reading():
        level = shop.unit.ledger.levels([neighbour.key()])[neighbour.key()]
    assert level == StockLevel(key=neighbour.key())
