"""Tokens on a server, as a manager's own program shows them: its role sees no table of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import make_url

from stockcli.domain.audit import Actor
from stockcli.domain.errors import BadTokenError, RateLimitedError, StockError
from stockcli.domain.shop import Role
from stockcli.domain.sign_in import MOST_FAILURES
from stockcli.persistence.database import Database
from stockcli.persistence.tokens import new_secret
from stockcli.usecases.model_costs import reserve_call
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.persistence.street import Shop, shop_called
from tests.integration.persistence.time_passing import Hours

SOMEBODY_ELSE = 1
"""The number of the neighbour's token."""


@pytest.fixture
def clock() -> SteppingClock:
    """A clock that stands still at the present: a server asks nobody what time it is."""
    return SteppingClock(datetime.now(UTC))


def new_token(database: Database, role: Role = Role.MANAGER, **limits: int) -> str:
    """Return a new token of the shop, made by an operator."""
    return database.directory().create_token(
        role=role, tenant_slug="here", label="ana", expires_at=None, **limits
    )


@pytest.fixture
def connected(
    postgres_database_url: str, clock: SteppingClock
) -> Iterator[Callable[..., Database]]:
    """Connect as a manager's program does, with a token."""
    opened: list[Database] = []

    def connect(secret: str) -> Database:
        url = make_url(postgres_database_url).set(username="stock_app")
        address = url.render_as_string(hide_password=False)
        opened.append(Database(address, clock=clock, token=secret))
        return opened[-1]

    yield connect
    for one in opened:
        one.dispose()


def unit_of(database: Database, secret: str, token_id: int | None = None) -> UnitOfWork:
    """Return the unit of the token's shop, whatever number the program says the token has."""
    identity = database.directory().authenticate(secret)
    assert identity.tenant is not None
    return database.unit_of_work(identity.tenant, Actor(token_id=token_id or identity.token_id))


def call(unit: UnitOfWork) -> None:
    with unit:
        now = datetime.now(UTC)
        reserve_call(unit, purpose="chat", model="m", estimate_usd=Decimal(0), now=now)
        unit.commit()


def write(unit: UnitOfWork, shop: Shop, reference: str) -> None:
    with unit:
        unit.ledger.book([shop.sale(reference)])
        unit.commit()


def test_a_manager_signs_in_and_is_whom_the_token_stands_for(
    postgres_database: Database, connected: Callable[..., Database]
) -> None:
    first, second = new_token(postgres_database), new_token(postgres_database, Role.ANALYST)
    directory = connected(first).directory()
    for secret, role in ((first, Role.MANAGER), (second, Role.ANALYST)):
        identity = directory.authenticate(secret)
        assert identity.role is role
        assert identity.tenant == postgres_database.directory().tenant("here")


@pytest.mark.parametrize("said", [None, SOMEBODY_ELSE, 99_999])
def test_the_token_that_is_shown_counts_whatever_number_is_said(
    postgres_database: Database, connected: Callable[..., Database], said: int | None
) -> None:
    secret = new_token(postgres_database, writes_per_minute=2, model_calls_per_hour=1)
    unit, shop = unit_of(connected(secret), secret, said), shop_called(postgres_database, "here")
    write(unit, shop, "one")
    write(unit, shop, "two")
    with pytest.raises(RateLimitedError, match="within a minute"):
        write(unit, shop, "three")
    call(unit)
    with pytest.raises(RateLimitedError, match="within an hour"):
        call(unit)


def test_a_revoked_token_is_told_so_and_shown_no_empty_shop(
    postgres_database: Database, connected: Callable[..., Database]
) -> None:
    secret = new_token(postgres_database)
    unit = unit_of(connected(secret), secret)
    with unit.reading():
        assert unit.products.all()
    postgres_database.directory().revoke_token(secret[:12])
    with pytest.raises(BadTokenError), unit.reading():
        pass
    with pytest.raises(BadTokenError), unit:
        pass


def test_an_analyst_asks_the_model_and_changes_nothing(
    postgres_database: Database, connected: Callable[..., Database]
) -> None:
    secret = new_token(postgres_database, Role.ANALYST, model_calls_per_hour=1)
    unit, shop = unit_of(connected(secret), secret), shop_called(postgres_database, "here")
    call(unit)
    with pytest.raises(RateLimitedError):
        call(unit)
    with pytest.raises(StockError):
        write(unit, shop, "one")


def test_a_guesser_waits_and_nobody_else_does(
    postgres_database: Database,
    connected: Callable[..., Database],
    postgres_database_url: str,
    clock: SteppingClock,
) -> None:
    secret = new_token(postgres_database)
    guesser = connected(new_secret(Role.MANAGER)).directory()
    for _ in range(MOST_FAILURES):
        with pytest.raises(BadTokenError):
            guesser.authenticate(new_secret(Role.MANAGER))
    with pytest.raises(RateLimitedError, match="wait"):
        guesser.authenticate(secret)
    assert postgres_database.directory().authenticate(secret).label == "ana"
    Hours(url=postgres_database_url, clock=clock).pass_by(seconds=61)
    assert guesser.authenticate(secret).label == "ana"
