from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from stockcli.domain.calendar import CalendarDay
from stockcli.domain.identifiers import StockKey
from stockcli.usecases.forecasting import DAYS_A_YEAR, forecast_requests, read_demand
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import DAYS, FIRST_DAY, TODAY, Shelf, sell, stock_up

HOLIDAY = FIRST_DAY + timedelta(days=40)
SHUT = CalendarDay(is_open=False)
FAIR = CalendarDay(event="fair")


def test_each_product_is_read_from_the_first_sale_to_the_day_before(
    corner_shop: UnitOfWork,
) -> None:
    demand = read_demand(corner_shop, TODAY)
    assert [(one.first_day, one.days) for one in demand.histories] == [(FIRST_DAY, DAYS)] * 2


def test_a_day_known_to_be_closed_is_closed_for_every_product(corner_shop: UnitOfWork) -> None:
    with corner_shop:
        corner_shop.calendar.put({HOLIDAY: SHUT})
        corner_shop.commit()
    demand = read_demand(corner_shop, TODAY)
    assert [list(one.closed).index(True) for one in demand.histories] == [40, 40]
    assert [sum(one.closed) for one in demand.histories] == [1, 1]


def test_a_day_known_to_be_closed_ahead_is_told(corner_shop: UnitOfWork) -> None:
    ahead = TODAY + timedelta(days=3)
    with corner_shop:
        corner_shop.calendar.put({ahead: SHUT, TODAY + timedelta(days=DAYS_A_YEAR): SHUT})
        corner_shop.commit()
    assert read_demand(corner_shop, TODAY).closed_ahead == {ahead}


def test_events_past_and_ahead_are_in_every_request_and_close_nothing(
    corner_shop: UnitOfWork,
) -> None:
    ahead, too_far = TODAY + timedelta(days=3), TODAY + timedelta(days=DAYS_A_YEAR)
    with corner_shop:
        corner_shop.calendar.put({HOLIDAY: FAIR, ahead: FAIR, too_far: FAIR})
        corner_shop.commit()
    demand = read_demand(corner_shop, TODAY)
    requests = forecast_requests(demand, corner_shop.tenant.policy)
    assert [one.events for one in requests] == [{HOLIDAY: "fair", ahead: "fair"}] * 2
    assert not any(any(one.history.closed) or one.closed_days_ahead for one in requests)


def test_days_on_an_empty_shelf_are_stocked_out(corner_shop: UnitOfWork) -> None:
    sell(corner_shop, "TEA", 20, reference="the last of it")
    with corner_shop.reading():
        tea = corner_shop.products.get("TEA").id
    demand = read_demand(corner_shop, TODAY + timedelta(days=4))
    (history,) = (one for one in demand.histories if one.key.product_id == tea)
    assert [day for day, out in enumerate(history.stocked_out) if out] == [121, 122, 123]


def test_a_product_that_never_moved_has_no_days(corner_shop: UnitOfWork) -> None:
    stock_up(corner_shop, {"NEW": Shelf(per_day=0, on_hand=0)}, counts=False)
    with corner_shop:
        key = StockKey(corner_shop.products.get("NEW").id, corner_shop.locations.get(None).id)
        corner_shop.ledger.set_reserved(key, Decimal(1))
        corner_shop.commit()
    days = {one.key: one.days for one in read_demand(corner_shop, TODAY).histories}
    assert days[key] == 0
