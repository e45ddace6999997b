"""Whatever is open ends with its token: at the next transaction, in every process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from stockcli.domain.audit import Actor
from stockcli.domain.errors import BadTokenError
from stockcli.domain.shop import Role
from stockcli.persistence.database import Database
from stockcli.persistence.tables import TenantRow, table_of
from stockcli.usecases.ports import Directory, UnitOfWork
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.persistence.street import Shop
from tests.integration.persistence.time_passing import Hours


@pytest.fixture
def clock() -> SteppingClock:
    """A clock that stands still at the present: a server asks nobody what time it is."""
    return SteppingClock(datetime.now(UTC))


@pytest.fixture
def directory(database: Database) -> Directory:
    return database.directory()


def prefix_of(directory: Directory) -> str:
    """Return the prefix of the newest token."""
    return directory.tokens()[0].prefix


def opened(
    database: Database, shop: Shop, role: Role = Role.MANAGER, expires_at: datetime | None = None
) -> UnitOfWork:
    """Return a unit that stands on a new token."""
    directory = database.directory()
    slug = None if role is Role.OPERATOR else "here"
    secret = directory.create_token(role=role, tenant_slug=slug, label="ana", expires_at=expires_at)
    actor = Actor(token_id=directory.authenticate(secret).token_id)
    return database.unit_of_work(shop.tenant, actor)


def look(unit: UnitOfWork) -> None:
    with unit.reading():
        unit.products.all()


def enter(unit: UnitOfWork) -> None:
    with unit:
        pass


def look_again(unit: UnitOfWork) -> None:
    unit.refreshed_tenant()


WAYS = [look, enter, look_again]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("way", WAYS)
def test_a_revoked_token_opens_no_transaction_more(
    database: Database,
    directory: Directory,
    shop: Shop,
    role: Role,
    way: Callable[[UnitOfWork], None],
) -> None:
    unit = opened(database, shop, role)
    way(unit)
    directory.revoke_token(prefix_of(directory))
    with pytest.raises(BadTokenError):
        way(unit)
    with pytest.raises(BadTokenError):
        way(unit)


@pytest.mark.parametrize("way", WAYS)
def test_nor_does_one_that_expired_meanwhile(
    database: Database,
    shop: Shop,
    clock: SteppingClock,
    hours: Hours,
    way: Callable[[UnitOfWork], None],
) -> None:
    unit = opened(database, shop, expires_at=clock.now() + timedelta(hours=1))
    way(unit)
    hours.pass_by(hours=1)
    with pytest.raises(BadTokenError):
        way(unit)


def test_nor_one_whose_shop_was_closed(database: Database, shop: Shop) -> None:
    unit = opened(database, shop)
    closed = update(table_of(TenantRow)).where(table_of(TenantRow).c.slug == "here")
    with database._engine.begin() as connection:
        connection.execute(closed.values(active=False))
    with pytest.raises(BadTokenError):
        look(unit)


def test_another_process_hears_of_it_at_its_next_transaction(
    database: Database, database_url: str, shop: Shop
) -> None:
    unit = opened(database, shop)
    look(unit)
    elsewhere = Database(database_url, clock=SteppingClock(datetime.now(UTC)))
    elsewhere.directory().revoke_token(prefix_of(elsewhere.directory()))
    elsewhere.dispose()
    with pytest.raises(BadTokenError):
        look(unit)


def test_the_other_tokens_of_the_shop_go_on(
    database: Database, directory: Directory, shop: Shop
) -> None:
    first = opened(database, shop)
    prefix = prefix_of(directory)
    second = opened(database, shop)
    directory.revoke_token(prefix)
    with pytest.raises(BadTokenError):
        look(first)
    look(second)
    look(shop.unit)


def test_a_token_of_another_shop_opens_nothing(
    database: Database, directory: Directory, shop: Shop, neighbour: Shop
) -> None:
    directory.create_token(role=Role.MANAGER, tenant_slug="here", label="ana", expires_at=None)
    astray = Actor(token_id=directory.tokens("here")[0].id)
    with pytest.raises(BadTokenError):
        look(database.unit_of_work(neighbour.tenant, astray))
