"""What all tables share: one metadata, one way of naming, keys that carry the tenant."""

from typing import Any, cast

from sqlalchemy import ForeignKeyConstraint, Identity, MetaData, Table
from sqlmodel import Field, SQLModel

from stockcli.persistence.types import RowId

# Named alike on both databases, so that migrations can speak of a constraint.
NAMES = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class Row(SQLModel):
    """The root of every table."""

    metadata = MetaData(naming_convention=NAMES)


def table_of(model: type[SQLModel]) -> Table:
    """Return the table behind a model, for statements over sets."""
    return cast("Table", cast("Any", model).__table__)


def row_id() -> Any:
    """Return a number the database gives; the tenant stands beside it in a unique key."""
    return Field(primary_key=True, sa_type=RowId, sa_column_args=[Identity()])


def tenant_id(*, primary_key: bool = False) -> Any:
    """Return the column that says whose row it is.

    Tables keyed by a product reach the tenant through it: one check less per row.
    """
    return Field(primary_key=primary_key, sa_type=RowId, foreign_key="tenant.id")


def number_of(*, primary_key: bool = False, nullable: bool = False) -> Any:
    """Return a column that refers to a row by its number."""
    return Field(primary_key=primary_key, nullable=nullable, sa_type=RowId)


def added_later(value: str) -> Any:
    """Return a column that came with a later revision: older rows hold the value given."""
    return Field(sa_column_kwargs={"server_default": value})


def within_tenant(column: str, table: str) -> ForeignKeyConstraint:
    """Return a reference that cannot leave the tenant."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])
