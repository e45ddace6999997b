"""Column types: exact numbers as scaled integers, instants in UTC, JSON as it was given."""

# ruff: noqa: ARG002 - SQLAlchemy hands every conversion the dialect, needed or not
from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator, TypeEngine

RowId = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column that is called exactly INTEGER."""


class FixedPoint(TypeDecorator[Decimal]):
    """An exact decimal kept as a scaled integer, because SQLite's NUMERIC is a float."""

    impl = BigInteger
    cache_ok = True
    places: ClassVar[int]

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Return the scaled integer; floats are refused, further places round half to even."""
        if value is None:
            return None
        if isinstance(value, float):
            message = f"{value!r} is a float; the ledger is exact"
            raise TypeError(message)
        scaled = Decimal(value).scaleb(self.places)
        return int(scaled.to_integral_value(ROUND_HALF_EVEN))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the decimal with all its places; a sum comes as an integer or a decimal."""
        return None if value is None else Decimal(int(value)).scaleb(-self.places)


class Quantity(FixedPoint):
    """Units, to a thousandth."""

    cache_ok = True
    places = 3


class Amount(FixedPoint):
    """Money in the shop's currency, to a ten-thousandth: prices per unit need it."""

    cache_ok = True
    places = 4


class ModelPrice(FixedPoint):
    """US dollars to a thousand-millionth: one token costs some ten-millionths."""

    cache_ok = True
    places = 9


class Instant(TypeDecorator[datetime]):
    """A point in time: aware, kept and returned in UTC; naive times are refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return a type with a zone where the database has one."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC, without its zone where the database has none."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value} has no time zone"
            raise TypeError(message)
        instant = value.astimezone(UTC)
        return instant if dialect.name == "postgresql" else instant.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON values; text on both databases, so that keys keep the order they were given in."""

    impl = JSON
    cache_ok = True
