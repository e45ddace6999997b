from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, text

from stockcli.domain.errors import BadTokenError, RateLimitedError, StockError
from stockcli.domain.shop import Role
from stockcli.domain.sign_in import MOST_FAILURES
from stockcli.persistence.database import Database
from stockcli.persistence.tokens import new_secret
from stockcli.usecases.ports import Directory
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.persistence.time_passing import Hours


@pytest.fixture
def clock() -> SteppingClock:
    """A clock that stands still at the present: a server asks nobody what time it is."""
    return SteppingClock(datetime.now(UTC))


@pytest.fixture
def directory(database: Database) -> Directory:
    return database.directory()


@pytest.fixture
def good(directory: Directory) -> str:
    return directory.create_token(
        role=Role.MANAGER, tenant_slug="here", label="ana", expires_at=None
    )


def outcome(deed: Callable[[], object]) -> type[StockError] | None:
    """Return what a deed is refused with; None if it passes."""
    try:
        deed()
    except StockError as error:
        return type(error)
    return None


def guess(directory: Directory, times: int) -> list[type[StockError] | None]:
    """Offer so many tokens that look right and are none."""
    return [outcome(lambda: directory.authenticate(new_secret(Role.MANAGER))) for _ in range(times)]


def test_after_ten_tokens_that_are_none_the_place_waits_with_a_good_one_too(
    directory: Directory, good: str, hours: Hours
) -> None:
    assert guess(directory, MOST_FAILURES) == [BadTokenError] * MOST_FAILURES
    assert guess(directory, 1) == [RateLimitedError]
    with pytest.raises(RateLimitedError, match=r"10 tokens that are none .* wait \d+ seconds"):
        directory.authenticate(good)
    hours.pass_by(seconds=61)
    assert directory.authenticate(good).label == "ana"
    assert guess(directory, 1) == [BadTokenError]


def test_nine_tokens_that_are_none_keep_nobody_out(
    directory: Directory, good: str, hours: Hours
) -> None:
    guess(directory, MOST_FAILURES - 1)
    assert directory.authenticate(good).label == "ana"
    hours.pass_by(seconds=61)
    guess(directory, MOST_FAILURES - 1)
    assert directory.authenticate(good).label == "ana"


def test_a_revoked_token_counts_as_one_that_is_none(directory: Directory, good: str) -> None:
    directory.revoke_token(good[:12])
    said = [outcome(lambda: directory.authenticate(good)) for _ in range(MOST_FAILURES + 1)]
    assert said == [BadTokenError] * MOST_FAILURES + [RateLimitedError]


def test_a_mistyped_token_is_not_looked_up_and_not_counted(directory: Directory, good: str) -> None:
    mistyped = good[:-1] + ("0" if good[-1] != "0" else "1")
    for _ in range(2 * MOST_FAILURES):
        with pytest.raises(BadTokenError):
            directory.authenticate(mistyped)
    assert directory.authenticate(good).label == "ana"


def test_what_was_refused_is_counted_by_all_processes_together(
    database: Database, good: str
) -> None:
    directories = [database.directory() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(lambda one: guess(one, 4), directories))
    refused = [each for answers in said for each in answers]
    # Those under way when the tenth failed may still be answered.
    assert MOST_FAILURES <= refused.count(BadTokenError) <= MOST_FAILURES + 5
    assert outcome(lambda: database.directory().authenticate(good)) is RateLimitedError


def test_refusals_of_days_ago_are_forgotten_on_a_server(
    postgres_database: Database, postgres_database_url: str
) -> None:
    directory = postgres_database.directory()
    hours = Hours(url=postgres_database_url, clock=SteppingClock())
    engine = create_engine(postgres_database_url)
    old = text(
        "INSERT INTO sign_in_failure SELECT 'x' || n, 1, now() FROM generate_series(1, 150) n"
    )
    with engine.begin() as connection:
        connection.execute(old)
    hours.pass_by(days=2)
    with engine.connect() as connection:
        left = []
        for _ in range(2):
            assert guess(directory, 1) == [BadTokenError]
            left.append(connection.scalar(text("SELECT count(*) FROM sign_in_failure")))
    engine.dispose()
    assert left == [51, 1]
