"""What replaces a product inherits its sales."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from stockcli.domain.catalogue import Product, ProductStatus
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.ledger import DailyMovements
from stockcli.usecases.demand_days import (
    demand_history,
    heirs,
    inherited,
    since_they_came,
)

OLD, NEW, NEWEST = ProductId(1), ProductId(2), ProductId(3)
SHOP, DEPOT = LocationId(1), LocationId(2)
FIRST = date(2026, 1, 1)


def days(
    product: ProductId,
    sold: Sequence[float],
    stock: Sequence[float | None] | None = None,
    place: LocationId = SHOP,
) -> DailyMovements:
    return DailyMovements(
        key=StockKey(product, place),
        first_day=FIRST,
        sold=sold,
        closing_stock=stock or [10.0] * len(sold),
    )


def by_key(*read: DailyMovements) -> dict[StockKey, DailyMovements]:
    return {one.key: one for one in inherited(read, {OLD: NEW})}


def test_the_successor_has_the_sales_of_both_day_by_day() -> None:
    found = by_key(days(OLD, [5.0, 5.0, 2.0, 0.0]), days(NEW, [0.0, 0.0, 4.0, 6.0]))
    assert found[StockKey(NEW, SHOP)].sold == [5.0, 5.0, 6.0, 6.0]
    assert found[StockKey(OLD, SHOP)].sold == [5.0, 5.0, 2.0, 0.0]


def test_a_day_is_a_stock_out_only_if_neither_was_there() -> None:
    old = days(OLD, [5.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0])
    new = days(NEW, [0.0, 0.0, 0.0, 0.0], [None, None, 9.0, 9.0])
    merged = by_key(old, new)[StockKey(NEW, SHOP)]
    assert merged.closing_stock == [0.0, 0.0, 9.0, 9.0]
    assert list(demand_history(merged, [False] * 4).stocked_out) == [0, 1, 0, 0]


def test_a_ledger_below_zero_hides_no_stock_of_the_other() -> None:
    merged = by_key(days(OLD, [0.0], [-5.0]), days(NEW, [0.0], [3.0]))[StockKey(NEW, SHOP)]
    assert merged.closing_stock == [3.0]


def test_a_successor_that_never_moved_inherits_at_each_location() -> None:
    found = by_key(days(OLD, [5.0]), days(OLD, [1.0], place=DEPOT))
    assert found[StockKey(NEW, SHOP)].sold == [5.0]
    assert found[StockKey(NEW, DEPOT)].sold == [1.0]


def test_of_a_chain_each_inherits_from_all_before_it() -> None:
    read = [days(OLD, [5.0]), days(NEW, [3.0]), days(NEWEST, [1.0])]
    found = {one.key.product_id: one for one in inherited(read, {OLD: NEW, NEW: NEWEST})}
    assert [list(found[one].sold) for one in (OLD, NEW, NEWEST)] == [[5.0], [8.0], [9.0]]


def test_a_circle_ends() -> None:
    assert list(heirs(OLD, {OLD: NEW, NEW: OLD})) == [NEW]


def test_without_successors_everything_is_as_it_was_read() -> None:
    read = [days(OLD, [5.0]), days(NEW, [3.0])]
    assert inherited(read, {}) == read


def catalogue(status: ProductStatus) -> dict[ProductId, Product]:
    return {
        OLD: Product(id=OLD, sku="OLD", name="old"),
        NEW: Product(id=NEW, sku="NEW", name="new", status=status),
    }


def test_of_a_new_product_the_days_before_it_came_are_no_lack_of_demand() -> None:
    read = [days(OLD, [5.0] * 4), days(NEW, [0.0] * 4, [None, None, 9.0, 9.0])]
    new = since_they_came(read, catalogue(ProductStatus.NEW))[1]
    assert (new.first_day, list(new.sold)) == (date(2026, 1, 3), [0.0, 0.0])
    history = demand_history(new, [True, False, False, True])
    assert (history.days, history.next_day) == (2, date(2026, 1, 5))
    assert list(history.closed) == [False, True]


def test_a_new_product_that_never_came_has_no_days_at_all() -> None:
    read = [days(OLD, [5.0]), days(NEW, [0.0], [None])]
    new = since_they_came(read, catalogue(ProductStatus.NEW))[1]
    assert list(demand_history(new, [False]).closed) == []


def test_of_other_products_and_where_nothing_is_sold_every_day_counts() -> None:
    read = [days(OLD, [5.0]), days(NEW, [0.0], [None])]
    assert since_they_came(read, catalogue(ProductStatus.ACTIVE)) == read
    depot = [days(OLD, [0.0], place=DEPOT), days(NEW, [0.0], [None], place=DEPOT)]
    assert since_they_came(depot, catalogue(ProductStatus.NEW)) == depot
