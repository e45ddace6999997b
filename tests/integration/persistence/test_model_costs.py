from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest

from stockcli.domain.budget import ModelCall, ModelUsage, UsageLine, next_month_start
from stockcli.domain.errors import BudgetSpentError, NotAllowedError
from stockcli.persistence.database import Database
from stockcli.usecases.model_costs import month_cost, reserve_call, usage_lines
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import NOW
from tests.integration.persistence.street import Shop

USAGE = ModelUsage(input_tokens=1, output_tokens=2, cache_write_tokens=3, cache_read_tokens=4)
MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def book(
    unit: UnitOfWork, at: datetime, price: str | None, *, purpose: str = "chat", model: str = "m"
) -> None:
    """Book a call; without a price it stays at its estimate of a quarter dollar."""
    with unit:
        number = unit.model_calls.reserve(purpose, model, Decimal("0.25"), at)
        if price is not None:
            settled = ModelCall(purpose=purpose, model=model, usage=USAGE, price_usd=Decimal(price))
            unit.model_calls.settle(number, settled)
        unit.commit()


def test_calls_are_added_up_by_day_purpose_and_model(shop: Shop) -> None:
    book(shop.unit, MIDNIGHT, "0.000000001")
    book(shop.unit, MIDNIGHT + timedelta(hours=23), "0.5")
    book(shop.unit, MIDNIGHT, None)
    book(shop.unit, MIDNIGHT, "0.125", purpose="review")
    book(shop.unit, MIDNIGHT + timedelta(days=1), "0.125")
    lines = usage_lines(shop.unit, MIDNIGHT, next_month_start(MIDNIGHT))
    assert [(line.day.day, line.purpose, line.calls) for line in lines] == [
        (1, "chat", 3),
        (1, "review", 1),
        (2, "chat", 1),
    ]
    assert lines[0] == UsageLine(
        day=date(2026, 12, 1),
        purpose="chat",
        model="m",
        calls=3,
        usage=USAGE + USAGE,
        price_usd=Decimal("0.500000001"),
        unsettled_usd=Decimal("0.25"),
    )


def test_the_months_meet_at_midnight_utc_and_share_nothing(shop: Shop) -> None:
    book(shop.unit, MIDNIGHT - INSTANT, "1")
    book(shop.unit, MIDNIGHT, "2")
    (november,) = usage_lines(shop.unit, MIDNIGHT - timedelta(days=30), MIDNIGHT)
    (december,) = usage_lines(shop.unit, MIDNIGHT, next_month_start(MIDNIGHT))
    assert (november.day, november.price_usd) == (date(2026, 11, 30), Decimal(1))
    assert (december.day, december.price_usd) == (date(2026, 12, 1), Decimal(2))
    assert month_cost(shop.unit, MIDNIGHT).spent_usd == 2


def test_the_month_says_what_is_left_and_never_less_than_nothing(shop: Shop) -> None:
    book(shop.unit, NOW, "1.25")
    assert month_cost(shop.unit, NOW).left_usd == Decimal("3.75")
    book(shop.unit, NOW, "8")
    assert month_cost(shop.unit, NOW).left_usd == 0


def test_a_reservation_that_was_never_settled_stays_counted(shop: Shop) -> None:
    book(shop.unit, NOW, None)
    assert month_cost(shop.unit, NOW + timedelta(hours=3)).spent_usd == Decimal("0.25")
    (line,) = usage_lines(shop.unit, NOW, NOW + timedelta(days=1))
    assert (line.price_usd, line.unsettled_usd, line.spent_usd) == (
        Decimal(0),
        Decimal("0.25"),
        Decimal("0.25"),
    )


def test_another_shops_calls_are_neither_shown_nor_counted(shop: Shop, neighbour: Shop) -> None:
    assert usage_lines(neighbour.unit, NOW, NOW + timedelta(days=1))
    assert usage_lines(shop.unit, NOW, NOW + timedelta(days=1)) == []
    assert month_cost(shop.unit, NOW).spent_usd == 0


@pytest.mark.parametrize("room", [1, 3])
def test_of_eight_callers_at_once_as_many_pass_as_the_budget_has_room_for(
    database: Database, shop: Shop, room: int
) -> None:
    estimate = Decimal("0.4")
    policy = replace(shop.tenant.policy, model_budget_usd=estimate * room + Decimal("0.39"))
    tenant = database.directory().set_policy(shop.tenant.slug, policy)
    barrier = Barrier(8)

    def call(_: int) -> bool:
        unit = database.unit_of_work(tenant)
        barrier.wait()
        try:
            with unit:
                reserve_call(unit, purpose="chat", model="m", estimate_usd=estimate, now=NOW)
                unit.commit()
        except BudgetSpentError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(call, range(8))) == room
    assert month_cost(shop.unit, NOW).spent_usd == estimate * room


def test_a_shop_that_switched_the_model_off_meanwhile_reserves_nothing(
    database: Database, shop: Shop
) -> None:
    policy = replace(shop.tenant.policy, agent_enabled=False)
    unit = database.unit_of_work(shop.tenant)
    database.directory().set_policy(shop.tenant.slug, policy)
    with pytest.raises(NotAllowedError), unit:
        reserve_call(unit, purpose="chat", model="m", estimate_usd=Decimal(0), now=NOW)
