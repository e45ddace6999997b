"""The gate of the model's calls: places, rests and budgets that all processes share."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import make_url

from stockcli.domain.errors import BudgetSpentError, StockError
from stockcli.domain.model_limits import NO_LIMIT, ModelLimits
from stockcli.domain.shop import Role
from stockcli.persistence.database import Database
from stockcli.usecases.model_costs import ensure_still_within_budget, reserve_call
from stockcli.usecases.ports import Entry, ModelGate, UnitOfWork
from tests.fixtures.corner_shop import SteppingClock, add_shop
from tests.integration.persistence.street import Shop
from tests.integration.persistence.time_passing import Hours


@pytest.fixture
def clock() -> SteppingClock:
    """A clock that stands still at the present: a server asks nobody what time it is."""
    return SteppingClock(datetime.now(UTC))


@pytest.fixture
def gate_of(database: Database) -> Callable[..., ModelGate]:
    """The gate, as an operator's process with these limits opens it."""
    return lambda **limits: database.model_gate(ModelLimits(**limits))


def enter_and_die(url: str, now: datetime) -> None:
    """Take a place and be killed with it."""
    gate = Database(url, clock=SteppingClock(now)).model_gate(ModelLimits())
    os._exit(1) if gate.enter("claude").wait_seconds else os.kill(os.getpid(), signal.SIGKILL)


def booked(unit: UnitOfWork, usd: str) -> int:
    """Reserve a call; return its number."""
    with unit:
        price, now = Decimal(usd), datetime.now(UTC)
        number = reserve_call(unit, purpose="chat", model="m", estimate_usd=price, now=now)
        unit.commit()
    return number


def reserve(unit: UnitOfWork, usd: str) -> bool:
    """Reserve a call as a meter does; return whether there was room."""
    try:
        ensure_still_within_budget(unit, booked(unit, usd), purpose="chat", model="m")
    except BudgetSpentError:
        return False
    return True


def test_without_a_limit_nobody_holds_a_place(gate_of: Callable[..., ModelGate]) -> None:
    assert [gate_of().enter("claude").place for _ in range(3)] == [0, 0, 0]


def test_no_more_places_than_the_limit_and_a_place_left_is_free(
    gate_of: Callable[..., ModelGate],
) -> None:
    gate = gate_of(at_once=Decimal(2))
    first, second, third = (gate.enter("claude") for _ in range(3))
    assert (first.place, second.place, third.wait_seconds > 0) == (1, 2, True)
    gate.leave(Entry(place=2, holder="somebody else's guess"))
    assert gate.enter("openai").wait_seconds
    gate.leave(second)
    assert gate.enter("openai").place == 2


def test_a_process_without_the_setting_keeps_to_the_limit_set_last(
    gate_of: Callable[..., ModelGate],
) -> None:
    gate_of(at_once=Decimal(1))
    assert [bool(gate_of().enter("claude").wait_seconds) for _ in range(2)] == [False, True]
    gate_of(at_once=NO_LIMIT)
    assert not gate_of().enter("claude").wait_seconds


def test_the_place_of_a_killed_process_is_free_a_minute_later(
    database_url: str, gate_of: Callable[..., ModelGate], hours: Hours, clock: SteppingClock
) -> None:
    gate = gate_of(at_once=Decimal(1))
    dying = multiprocessing.get_context("forkserver").Process(
        target=enter_and_die, args=(database_url, clock.now())
    )
    dying.start()
    dying.join()
    assert dying.exitcode == -signal.SIGKILL
    hours.pass_by(seconds=10)
    assert gate.enter("claude").wait_seconds
    hours.pass_by(seconds=52)
    held = gate.enter("claude")
    assert held.place == 1
    hours.pass_by(seconds=50)
    gate.hold(held)
    hours.pass_by(seconds=50)
    assert gate.enter("claude").wait_seconds


def test_a_rest_holds_for_all_and_of_its_service_alone(
    gate_of: Callable[..., ModelGate], hours: Hours
) -> None:
    gate_of().rest("claude", 30)
    gate_of().rest("claude", 5)
    waits = gate_of().enter("claude")
    assert waits.is_resting
    assert 25 < waits.wait_seconds <= 30
    assert not gate_of().enter("openai").wait_seconds
    hours.pass_by(seconds=31)
    assert not gate_of().enter("claude").wait_seconds


@pytest.mark.parametrize("mad", [float("nan"), float("inf"), 1e9, -5.0])
def test_no_header_halts_everybody_for_long(gate_of: Callable[..., ModelGate], mad: float) -> None:
    gate_of().rest("claude", mad)
    assert gate_of().enter("claude").wait_seconds <= 300


def test_shops_that_reserve_at_once_stay_within_the_budget_of_all(
    database: Database, shop: Shop
) -> None:
    database.model_gate(ModelLimits(per_day_usd=Decimal("3.5")))
    shops = [add_shop(database.directory(), f"shop-{number}") for number in range(6)]
    units = [database.unit_of_work(one) for one in shops]
    with ThreadPoolExecutor(6) as pool:
        granted = list(pool.map(lambda unit: reserve(unit, "1"), units))
    spent = Decimal(0)
    for unit in units:
        with unit.reading():
            spent += unit.model_calls.spent_usd(datetime(2000, 1, 1, tzinfo=UTC))
    assert granted.count(True) == spent <= 3
    assert [reserve(shop.unit, "1") for _ in range(4)].count(True) == 3 - spent
    assert reserve(shop.unit, "0.5")
    assert not reserve(shop.unit, "0.01")


def test_the_month_has_a_budget_of_its_own_and_one_can_be_lifted(
    database: Database, shop: Shop
) -> None:
    database.model_gate(ModelLimits(per_day_usd=Decimal(3), per_month_usd=Decimal(1)))
    with pytest.raises(BudgetSpentError, match="budget for the month"):
        booked(shop.unit, "2")
    database.model_gate(ModelLimits(per_month_usd=NO_LIMIT))
    assert reserve(shop.unit, "2")


@pytest.fixture
def managers(
    postgres_database: Database, postgres_database_url: str, clock: SteppingClock
) -> Callable[[str], Database]:
    """Connect as the manager's program of a shop does."""

    def connect(slug: str) -> Database:
        secret = postgres_database.directory().create_token(
            role=Role.MANAGER, tenant_slug=slug, label="ana", expires_at=None
        )
        url = make_url(postgres_database_url).set(username="stock_app")
        return Database(url.render_as_string(hide_password=False), clock=clock, token=secret)

    return connect


def test_a_managers_settings_and_rests_bind_nobody_else(
    postgres_database: Database, managers: Callable[[str], Database]
) -> None:
    operators = postgres_database.model_gate(ModelLimits(at_once=Decimal(4)))
    here, there = managers("here"), managers("neighbour")
    own = here.model_gate(ModelLimits(at_once=NO_LIMIT, per_day_usd=Decimal(0)))
    own.rest("openai", 100)
    assert own.enter("openai").is_resting
    for gate in (operators, there.model_gate(ModelLimits())):
        assert not gate.enter("openai").is_resting
    assert [bool(own.enter("claude").place) for _ in range(3)] == [True, True, False]
    operators.rest("claude", 100)
    assert there.model_gate(ModelLimits()).enter("claude").is_resting
    for one in (here, there):
        one.dispose()


def test_no_shop_uses_up_more_of_all_shops_budget_than_its_own(
    postgres_database: Database, managers: Callable[[str], Database]
) -> None:
    postgres_database.model_gate(ModelLimits(per_day_usd=Decimal(6)))
    here = managers("here")
    unit = here.unit_of_work(postgres_database.directory().tenant("here"))
    now = datetime.now(UTC)
    with unit:
        unit.model_calls.reserve("chat", "m", Decimal(1_000_000), now)
        unit.model_calls.reserve("chat", "m", Decimal(-2_000_000), now)
        unit.commit()
    other = postgres_database.unit_of_work(add_shop(postgres_database.directory(), "other"))
    assert [reserve(other, "1"), reserve(other, "1")] == [True, False]
    here.dispose()


def test_without_a_token_the_gate_says_nothing(
    postgres_database_url: str, clock: SteppingClock
) -> None:
    url = make_url(postgres_database_url).set(username="stock_app")
    database = Database(url.render_as_string(hide_password=False), clock=clock)
    with pytest.raises(StockError, match="may not do that"):
        database.model_gate(ModelLimits()).enter("claude")
    database.dispose()
