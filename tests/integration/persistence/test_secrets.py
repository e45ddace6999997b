from __future__ import annotations

import traceback

import pytest
from sqlalchemy import text

from stockcli.domain.errors import BadTokenError, StockError
from stockcli.domain.hiding import without_secrets
from stockcli.domain.shop import Role
from stockcli.persistence.connection import TENANT
from stockcli.persistence.database import Database
from stockcli.persistence.tables import metadata
from stockcli.persistence.tokens import new_secret
from tests.integration.persistence.street import Shop


def told_of(database: Database, statement: str, secret: str) -> tuple[str, str]:
    """Return what a statement that fails with a secret in it tells: to all, and at debug level."""
    with pytest.raises(StockError) as caught, database._engine.connect() as connection:
        connection.execute(text(statement), {"secret": secret}).all()
    story = "".join(traceback.format_exception(caught.value))
    return f"{caught.value.message} {caught.value.hint}", without_secrets(story)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT nothing FROM tenant WHERE slug = :secret",
        "SELECT * FROM nowhere WHERE label = :secret",
    ],
)
def test_a_statement_that_fails_tells_nobody_what_was_in_it(
    database: Database, statement: str
) -> None:
    secret = new_secret(Role.MANAGER)
    sentence, story = told_of(database, statement, secret)
    assert secret not in sentence
    assert "Traceback" in story
    assert secret[12:] not in story


def test_nor_does_a_server_that_repeats_it(postgres_database: Database) -> None:
    secret = new_secret(Role.MANAGER)
    sentence, story = told_of(postgres_database, "SELECT CAST(:secret AS integer)", secret)
    assert secret not in sentence
    assert f"{secret[:12]}..." in story
    assert secret[12:] not in story


def test_no_table_holds_a_secret(database: Database, shop: Shop) -> None:
    directory = database.directory()
    facts = {"tenant_slug": "here", "label": "ana", "expires_at": None}
    secret = directory.create_token(role=Role.MANAGER, **facts)  # type: ignore[arg-type]
    directory.authenticate(secret)
    directory.revoke_token(secret[:12])
    with pytest.raises(BadTokenError):
        directory.authenticate(secret)
    bound = {TENANT: shop.tenant.id}
    with database._engine.connect().execution_options(**bound) as connection:
        # How often tokens were refused is counted by place, and read by nobody.
        for table in metadata.tables.keys() - {"sign_in_failure"}:
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 - ours
            assert secret[12:] not in repr(rows)
