"""Where goods may come from: other suppliers, price breaks, other locations; what replaces what."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from stockcli.persistence.tables.base import Row, number_of, row_id, tenant_id, within_tenant
from stockcli.persistence.types import Amount, Instant, Json, Quantity

OPEN_TRANSFER = "uq_stock_transfer_open"


def _second(column: str, table: str, name: str) -> ForeignKeyConstraint:
    """Return a reference to a table that the row refers to already, under a name of its own."""
    there = [f"{table}.tenant_id", f"{table}.id"]
    return ForeignKeyConstraint(["tenant_id", column], there, name=name)


class ProductSourceRow(Row, table=True):
    """A supplier a product can be bought from, and at which prices."""

    __tablename__ = "product_source"
    __table_args__ = (
        within_tenant("product_id", "product"),
        within_tenant("supplier_id", "supplier"),
    )

    tenant_id: int = number_of(primary_key=True)
    product_id: int = number_of(primary_key=True)
    supplier_id: int = number_of(primary_key=True)
    rank: int
    unit_cost: Decimal | None = Field(sa_type=Amount)
    price_breaks: list[Any] = Field(sa_type=Json)
    active: bool


class ProductSuccessorRow(Row, table=True):
    """What replaces a product; nothing any more where the successor is missing."""

    __tablename__ = "product_successor"
    __table_args__ = (
        within_tenant("product_id", "product"),
        _second("successor_id", "product", "fk_product_successor_successor"),
    )

    tenant_id: int = number_of(primary_key=True)
    product_id: int = number_of(primary_key=True)
    successor_id: int | None = number_of(nullable=True)


class CategoryPolicyRow(Row, table=True):
    """What a shop wants of one category; where a value is missing, the shop's own holds."""

    __tablename__ = "category_policy"

    tenant_id: int = tenant_id(primary_key=True)
    category: str = Field(primary_key=True)
    service_level: float | None
    review_period_days: int | None
    autonomy: str | None


class ForecastRecordRow(Row, table=True):
    """What was once forecast for a product at a location, to be judged by what was sold."""

    __tablename__ = "forecast_record"
    __table_args__ = (
        within_tenant("product_id", "product"),
        within_tenant("location_id", "location"),
        {"sqlite_with_rowid": False},
    )

    tenant_id: int = number_of(primary_key=True)
    product_id: int = number_of(primary_key=True)
    location_id: int = number_of(primary_key=True)
    computed_for: date = Field(primary_key=True)
    mean_per_day: float


class StockTransferRow(Row, table=True):
    """Goods to be moved from one location to another."""

    __tablename__ = "stock_transfer"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "number"),
        within_tenant("product_id", "product"),
        _second("origin_id", "location", "fk_stock_transfer_origin"),
        _second("destination_id", "location", "fk_stock_transfer_destination"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("origin_id <> destination_id", name="places"),
        Index(None, "tenant_id", "status"),
        Index(
            OPEN_TRANSFER,
            "tenant_id",
            "product_id",
            "origin_id",
            "destination_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: int = row_id()
    tenant_id: int = tenant_id()
    number: str
    status: str
    product_id: int = number_of()
    origin_id: int = number_of()
    destination_id: int = number_of()
    quantity: Decimal = Field(sa_type=Quantity)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str
    reason: str
    ended_at: datetime | None = Field(sa_type=Instant)
