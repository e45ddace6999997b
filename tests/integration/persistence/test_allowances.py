from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from stockcli.domain.allowance import DEFAULT_LIMITS, Kind
from stockcli.domain.audit import Actor
from stockcli.domain.errors import NotAllowedError, RateLimitedError
from stockcli.domain.shop import Role, Tenant
from stockcli.persistence.connection import TENANT
from stockcli.persistence.database import Database
from stockcli.usecases.model_costs import month_cost, reserve_call
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import NOW, SteppingClock
from tests.integration.persistence.street import Shop, shop_called
from tests.integration.persistence.takers import calls_granted
from tests.integration.persistence.time_passing import Hours

Open = Callable[..., UnitOfWork]
NUMBERS = count()


@pytest.fixture
def clock() -> SteppingClock:
    """A clock that stands still at the present: a server asks nobody what time it is."""
    return SteppingClock(datetime.now(UTC))


def new_token(database: Database, role: Role = Role.MANAGER, **limits: int) -> int:
    """Return the number of a new token of the shop."""
    slug = None if role is Role.OPERATOR else "here"
    directory = database.directory()
    secret = directory.create_token(
        role=role, tenant_slug=slug, label="ana", expires_at=None, **limits
    )
    number = directory.authenticate(secret).token_id
    assert number is not None
    return number


@pytest.fixture
def opened(database: Database, shop: Shop) -> Open:
    """Open a unit of the shop with a new token of these limits."""

    def with_token(role: Role = Role.MANAGER, **limits: int) -> UnitOfWork:
        return database.unit_of_work(
            shop.tenant, Actor(token_id=new_token(database, role, **limits))
        )

    return with_token


def write(unit: UnitOfWork, shop: Shop) -> None:
    """Book a sale: one change of the stock."""
    with unit:
        unit.ledger.book([shop.sale(f"t:{next(NUMBERS)}")])
        unit.commit()


def call(unit: UnitOfWork) -> None:
    """Reserve a call of the language model."""
    with unit:
        reserve_call(unit, purpose="chat", model="m", estimate_usd=Decimal(0), now=NOW)
        unit.commit()


def times_granted(deed: Callable[[], object], tries: int) -> int:
    """Return how often a deed passes before it is refused for the first time."""
    for number in range(tries):
        try:
            deed()
        except RateLimitedError:
            return number
    return tries


def sales(shop: Shop) -> int:
    with shop.unit.reading():
        return len(shop.unit.ledger.movements(shop.key(), limit=10_000))


def test_a_token_makes_as_many_changes_as_it_may_and_then_waits(
    opened: Open, shop: Shop, hours: Hours
) -> None:
    unit, before = opened(writes_per_minute=3), sales(shop)
    assert times_granted(lambda: write(unit, shop), 9) == 3
    assert sales(shop) == before + 3
    with pytest.raises(RateLimitedError, match=r"within a minute; wait \d+ seconds") as refused:
        write(unit, shop)
    assert refused.value.code == "rate_limited"
    hours.pass_by(seconds=20)
    write(unit, shop)
    with pytest.raises(RateLimitedError):
        write(unit, shop)


def test_a_change_that_was_refused_left_nothing_behind_and_used_up_nothing(
    opened: Open, shop: Shop, hours: Hours
) -> None:
    unit = opened(writes_per_minute=1)
    write(unit, shop)
    before, version = sales(shop), version_of(shop)
    for _ in range(5):
        with pytest.raises(RateLimitedError):
            write(unit, shop)
    assert (sales(shop), version_of(shop)) == (before, version)
    hours.pass_by(minutes=1)
    write(unit, shop)


def version_of(shop: Shop) -> int:
    with shop.unit.reading():
        return shop.unit.version()


def test_what_is_rolled_back_was_not_used(opened: Open, shop: Shop) -> None:
    unit = opened(writes_per_minute=2, model_calls_per_hour=2)
    for _ in range(5):
        with unit:
            unit.ledger.book([shop.sale("taken back")])
            unit.allowances.take(Kind.MODEL_CALL)
    assert times_granted(lambda: write(unit, shop), 9) == 2
    assert times_granted(lambda: call(unit), 9) == 2


def test_a_token_asks_the_model_as_often_as_it_may_and_then_waits(
    opened: Open, shop: Shop, hours: Hours
) -> None:
    unit = opened(model_calls_per_hour=4)
    assert times_granted(lambda: call(unit), 9) == 4
    assert len(calls_of(shop)) == 4
    with pytest.raises(RateLimitedError, match=r"within an hour; wait 1[45] minutes"):
        call(unit)
    hours.pass_by(minutes=15)
    call(unit)


def calls_of(shop: Shop) -> list[Any]:
    with shop.unit.reading():
        (line,) = shop.unit.model_calls.usage(NOW, datetime.max.replace(tzinfo=UTC))
    return [line] * line.calls


def test_bookkeeping_is_no_change(opened: Open, shop: Shop) -> None:
    unit = opened(writes_per_minute=1)
    for _ in range(5):
        call(unit)
    write(unit, shop)


def test_tokens_kinds_and_shops_share_nothing(opened: Open, shop: Shop) -> None:
    first, second = opened(writes_per_minute=1), opened(writes_per_minute=1)
    write(first, shop)
    write(second, shop)
    call(first)
    with pytest.raises(RateLimitedError):
        write(first, shop)


def test_units_of_one_token_share_its_allowance(database: Database, shop: Shop) -> None:
    actor = Actor(token_id=new_token(database, writes_per_minute=3))
    units = [database.unit_of_work(shop.tenant, actor) for _ in range(3)]
    for unit in units:
        write(unit, shop)
    for unit in units:
        with pytest.raises(RateLimitedError):
            write(unit, shop)


def test_operators_and_the_machine_itself_do_what_they_like(opened: Open, shop: Shop) -> None:
    assert DEFAULT_LIMITS[Kind.WRITE] == 600
    for unit in (opened(Role.OPERATOR), shop.unit):
        for _ in range(4):
            with unit:
                for _ in range(200):
                    unit.allowances.take(Kind.WRITE)
                unit.commit()


def test_a_token_without_limits_of_its_own_has_everybodys(opened: Open) -> None:
    unit = opened()
    for kind, limit in DEFAULT_LIMITS.items():
        with unit:

            def take(kind: Kind = kind) -> None:
                unit.allowances.take(kind)

            granted = times_granted(take, limit + 50)
        # A write's share of a minute is soon over.
        assert limit <= granted < limit + 50


def test_an_analyst_changes_nothing_whatever_the_program_does(
    sqlite_database: Database, clock: SteppingClock
) -> None:
    # On a server its policies see to that, for whoever connects as a manager's program does.
    shop = shop_called(sqlite_database, "here")
    actor = Actor(token_id=new_token(sqlite_database, Role.ANALYST))
    unit, before = sqlite_database.unit_of_work(shop.tenant, actor), sales(shop)
    call(unit)
    with pytest.raises(NotAllowedError, match="reads only"):
        write(unit, shop)
    assert sales(shop) == before


def test_a_clock_that_jumped_back_locks_nobody_out(
    database: Database, shop: Shop, clock: SteppingClock
) -> None:
    token_id = new_token(database, model_calls_per_hour=60)
    unit = database.unit_of_work(shop.tenant, Actor(token_id=token_id))
    call(unit)
    put_rate_ahead(database, shop.tenant)
    call(unit)
    with pytest.raises(RateLimitedError, match=r"wait (60|5[0-9]) seconds"):
        call(unit)


def put_rate_ahead(database: Database, tenant: Tenant) -> None:
    """Let the stored instant lie a year ahead, as if a clock had been that fast."""
    bound = {TENANT: tenant.id}
    with database._engine.connect().execution_options(**bound) as connection:
        ahead = "datetime(full_at, '+1 year') || '.000000'"
        if connection.dialect.name == "postgresql":
            ahead = "full_at + interval '1 year'"
        statement = f"UPDATE token_rate SET full_at = {ahead} WHERE tenant_id = :shop"  # noqa: S608
        connection.execute(text(statement), {"shop": tenant.id})
        connection.commit()


@pytest.mark.parametrize("limit", [1, 5])
def test_of_many_threads_at_once_as_many_pass_as_the_limit_says(
    database: Database, shop: Shop, limit: int
) -> None:
    actor = Actor(token_id=new_token(database, model_calls_per_hour=limit))
    barrier = Barrier(8)

    def try_thrice(_: int) -> int:
        unit = database.unit_of_work(shop.tenant, actor)
        barrier.wait()
        granted = 0
        for _ in range(3):
            granted += times_granted(lambda: call(unit), 1)
        return granted

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_thrice, range(8))) == limit
    assert month_cost(shop.unit, NOW).spent_usd == 0


def test_of_several_processes_at_once_as_many_calls_pass_as_the_limit_says(
    database: Database, database_url: str, shop: Shop
) -> None:
    token_id = new_token(database, model_calls_per_hour=5)
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(4, mp_context=spawned) as pool:
        begin_at = time.time() + 6
        tries = [pool.submit(calls_granted, database_url, token_id, 6, begin_at) for _ in range(4)]
        assert sum(one.result() for one in tries) == 5
    assert len(calls_of(shop)) == 5
