from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from stockcli.domain.errors import BadTokenError, ConflictError, NotFoundError
from stockcli.domain.shop import Role
from stockcli.persistence.database import Database
from stockcli.usecases.ports import Directory, TokenFacts
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.persistence.time_passing import Hours

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> SteppingClock:
    """A clock that stands still at the present: a server asks nobody what time it is."""
    return SteppingClock(datetime.now(UTC))


@pytest.fixture
def directory(database: Database) -> Directory:
    return database.directory()


def issued(directory: Directory, **changes: object) -> str:
    facts = {"role": Role.MANAGER, "tenant_slug": "here", "label": "ana", "expires_at": None}
    return directory.create_token(**{**facts, **changes})  # type: ignore[arg-type]


def in_place_of(old: TokenFacts) -> dict[str, object]:
    """Return what a token hands on."""
    names = ("role", "tenant_slug", "label", "writes_per_minute", "model_calls_per_hour")
    return {name: getattr(old, name) for name in names}


def test_the_old_and_the_new_both_work_until_the_overlap_is_over(
    directory: Directory, hours: Hours
) -> None:
    old = issued(directory)
    new = directory.rotate_token(old[:12], overlap=DAY).secret
    hours.pass_by(hours=23)
    assert directory.authenticate(old).tenant == directory.authenticate(new).tenant
    hours.pass_by(hours=1)
    assert directory.authenticate(new).label == "ana"
    with pytest.raises(BadTokenError):
        directory.authenticate(old)


def test_without_an_overlap_the_old_one_ends_at_once(directory: Directory) -> None:
    old = issued(directory)
    rotated = directory.rotate_token(old[:12], overlap=timedelta(0))
    assert rotated.old.revoked_at is not None
    with pytest.raises(BadTokenError):
        directory.authenticate(old)
    assert directory.authenticate(rotated.secret).label == "ana"


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ANALYST])
def test_all_that_a_token_may_do_is_handed_on(
    directory: Directory, clock: SteppingClock, role: Role
) -> None:
    ends = clock.now() + timedelta(days=30)
    old = issued(directory, role=role, expires_at=ends, writes_per_minute=5, model_calls_per_hour=7)
    rotated = directory.rotate_token(old[:12], overlap=DAY)
    assert in_place_of(rotated.new) == in_place_of(rotated.old)
    assert (rotated.new.writes_per_minute, rotated.new.model_calls_per_hour) == (5, 7)
    assert rotated.new.expires_at == ends
    assert rotated.old.expires_at == clock.now() + DAY


def test_an_operators_token_is_rotated_too(directory: Directory) -> None:
    old = issued(directory, role=Role.OPERATOR, tenant_slug=None)
    new = directory.rotate_token(old[:12], overlap=DAY).secret
    assert directory.authenticate(new).role is Role.OPERATOR


def test_no_token_outlives_its_last_day_by_being_rotated(
    directory: Directory, clock: SteppingClock
) -> None:
    ends = clock.now() + timedelta(hours=2)
    rotated = directory.rotate_token(issued(directory, expires_at=ends)[:12], overlap=DAY)
    assert rotated.old.expires_at == rotated.new.expires_at == ends


def test_what_works_no_more_cannot_be_rotated(directory: Directory, clock: SteppingClock) -> None:
    revoked, expired = issued(directory), issued(directory, expires_at=clock.now())
    directory.revoke_token(revoked[:12])
    for dead in (revoked, expired):
        with pytest.raises(ConflictError, match="works no more"):
            directory.rotate_token(dead[:12], overlap=DAY)
    with pytest.raises(NotFoundError):
        directory.rotate_token("stk_m_nobody", overlap=DAY)
    assert len(directory.tokens("here")) == 2


def test_the_secret_of_the_new_one_is_not_in_what_is_known_of_it(directory: Directory) -> None:
    rotated = directory.rotate_token(issued(directory)[:12], overlap=DAY)
    assert rotated.secret not in repr(rotated)
