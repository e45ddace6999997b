from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from stockcli.domain.errors import BadTokenError, InvalidInputError, NotFoundError
from stockcli.domain.shop import Identity, Role
from stockcli.persistence.database import Database
from stockcli.persistence.tables import ApiTokenRow, TenantRow, table_of
from stockcli.persistence.tokens import new_secret
from stockcli.usecases.ports import Directory
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.persistence.time_passing import Hours

IssueToken = Callable[..., str]
MOMENT = timedelta(seconds=20)
"""Longer than any test takes."""


@pytest.fixture
def clock() -> SteppingClock:
    """A clock that stands still at the present: a server asks nobody what time it is."""
    return SteppingClock(datetime.now(UTC))


@pytest.fixture
def directory(database: Database) -> Directory:
    return database.directory()


@pytest.fixture
def issue(directory: Directory) -> IssueToken:
    def issued(role: Role = Role.MANAGER, **changes: object) -> str:
        slug = None if role is Role.OPERATOR else "here"
        facts = {"tenant_slug": slug, "label": "ana", "expires_at": None, **changes}
        return directory.create_token(role=role, **facts)  # type: ignore[arg-type]

    return issued


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ANALYST])
def test_a_token_opens_its_shop_with_its_role(
    directory: Directory, issue: IssueToken, role: Role
) -> None:
    tenant = directory.tenant("here")
    identity = directory.authenticate(f" {issue(role)}\n")
    number = directory.tokens("here")[0].id
    assert identity == Identity(role=role, tenant=tenant, label="ana", token_id=number)


def test_an_operators_token_opens_no_shop(directory: Directory, issue: IssueToken) -> None:
    identity = directory.authenticate(issue(Role.OPERATOR))
    number = directory.tokens()[0].id
    assert identity == Identity(role=Role.OPERATOR, label="ana", token_id=number)


def test_the_secret_is_not_kept(database: Database, issue: IssueToken) -> None:
    secret = issue()
    with database._engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM api_token")).all()
    assert secret not in repr(rows)
    assert secret[12:] not in repr(rows)


def test_a_token_needs_a_shop_and_an_operators_none(issue: IssueToken) -> None:
    with pytest.raises(InvalidInputError, match="needs a shop"):
        issue(Role.MANAGER, tenant_slug=None)
    with pytest.raises(InvalidInputError, match="belongs to no shop"):
        issue(Role.OPERATOR, tenant_slug="here")
    with pytest.raises(NotFoundError):
        issue(Role.MANAGER, tenant_slug="nowhere")


def test_every_bad_token_gets_the_same_answer(
    directory: Directory,
    issue: IssueToken,
    clock: SteppingClock,
    database: Database,
    hours: Hours,
) -> None:
    expires_at = clock.now() + timedelta(hours=1)
    revoked, expired, good = issue(), issue(expires_at=expires_at), issue()
    directory.revoke_token(revoked[:12])
    hours.pass_by(hours=1)
    answers = set()
    for bad in ("", "stk_m_short", good[:-1] + "!", new_secret(Role.MANAGER), revoked, expired):
        with pytest.raises(BadTokenError) as caught:
            directory.authenticate(bad)
        answers.add((caught.value.message, caught.value.hint))
    with database._engine.begin() as connection:
        connection.execute(update(table_of(TenantRow)).values(active=False))
    with pytest.raises(BadTokenError) as caught:
        directory.authenticate(good)
    assert len(answers | {(caught.value.message, caught.value.hint)}) == 1


def test_a_token_works_until_the_moment_it_expires(
    directory: Directory, issue: IssueToken, clock: SteppingClock, hours: Hours
) -> None:
    secret = issue(expires_at=clock.now() + timedelta(hours=1))
    hours.pass_by(minutes=59)
    assert directory.authenticate(secret).label == "ana"
    hours.pass_by(minutes=1)
    with pytest.raises(BadTokenError):
        directory.authenticate(secret)


def test_tokens_are_listed_newest_first_of_one_shop_or_all(
    directory: Directory, issue: IssueToken
) -> None:
    first, second, operators = issue(label="a"), issue(Role.ANALYST, label="b"), ""
    operators = issue(Role.OPERATOR, label="o")
    assert [facts.label for facts in directory.tokens()] == ["o", "b", "a", "neighbour"]
    listed = directory.tokens("here")
    assert [facts.prefix for facts in listed] == [second[:12], first[:12]]
    assert {facts.tenant_slug for facts in listed} == {"here"}
    assert directory.tokens()[0].prefix == operators[:12]
    assert directory.tokens()[0].tenant_slug is None


def test_a_token_is_revoked_by_prefix_or_id_and_the_others_are_not(
    directory: Directory, issue: IssueToken, clock: SteppingClock
) -> None:
    first, second, third, then = issue(), issue(), issue(), clock.now()
    revoked = directory.revoke_token(first[:12])
    assert revoked.revoked_at == then
    by_id = next(facts for facts in directory.tokens() if facts.prefix == second[:12])
    assert directory.revoke_token(str(by_id.id)).prefix == second[:12]
    clock.advance(days=1)
    assert directory.revoke_token(first[:12]).revoked_at == then
    assert directory.authenticate(third).label == "ana"
    assert sum(facts.revoked_at is None for facts in directory.tokens()) == 2


def test_a_token_that_is_not_one_alone_is_not_revoked(
    directory: Directory, issue: IssueToken, database: Database
) -> None:
    for unknown in ("stk_m_nobody", "999999", ""):
        with pytest.raises(NotFoundError, match="no token"):
            directory.revoke_token(unknown)
    issue()
    with database._engine.begin() as connection:
        connection.execute(update(table_of(ApiTokenRow)).values(prefix="stk_m_twin00"))
    with pytest.raises(NotFoundError, match="more than one"):
        directory.revoke_token("stk_m_twin00")


def test_the_last_use_is_noted_at_most_once_a_minute(
    directory: Directory, issue: IssueToken, hours: Hours
) -> None:
    secret = issue()

    def last_used() -> timedelta:
        directory.authenticate(secret)
        return hours.ago(directory.tokens("here")[0].last_used_at)

    assert last_used() < MOMENT
    hours.pass_by(seconds=30)
    assert last_used() >= timedelta(seconds=30)
    hours.pass_by(seconds=30)
    assert last_used() < MOMENT


def test_a_token_is_read_while_somebody_else_writes(
    sqlite_database: Database, clock: SteppingClock
) -> None:
    directory = sqlite_database.directory()
    secret = directory.create_token(
        role=Role.MANAGER, tenant_slug="here", label="ana", expires_at=None
    )
    unit = sqlite_database.unit_of_work(directory.tenant("here"))
    with unit:
        unit.orders.next_number()
        assert directory.authenticate(secret).label == "ana"
    assert directory.tokens("here")[0].last_used_at is None
    assert directory.authenticate(secret).label == "ana"
    assert directory.tokens("here")[0].last_used_at == clock.now()
