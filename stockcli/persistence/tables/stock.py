"""The stock ledger, and what triggers keep added up beside it."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index
from sqlmodel import Field

from stockcli.persistence.tables.base import Row, number_of, tenant_id, within_tenant
from stockcli.persistence.types import Amount, Instant, Quantity, RowId


class StockMovementRow(Row, table=True):
    """One change of stock; rows are only ever added."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        within_tenant("product_id", "product"),
        within_tenant("location_id", "location"),
        Index(None, "tenant_id", "product_id", "location_id", "occurred_at"),
    )

    tenant_id: int = number_of(primary_key=True)
    reference: str = Field(primary_key=True)
    product_id: int = number_of()
    location_id: int = number_of()
    kind: str
    change: Decimal = Field(sa_type=Quantity)
    occurred_at: datetime = Field(sa_type=Instant)
    day: date
    unit_price: Decimal | None = Field(sa_type=Amount)
    counted: Decimal | None = Field(sa_type=Quantity)
    note: str


class StockLevelRow(Row, table=True):
    """What the ledger adds up to for one product at one location.

    The shelf is known from the first count or receipt on.
    """

    __tablename__ = "stock_level"
    __table_args__ = (
        within_tenant("product_id", "product"),
        within_tenant("location_id", "location"),
    )

    tenant_id: int = number_of(primary_key=True)
    product_id: int = number_of(primary_key=True)
    location_id: int = number_of(primary_key=True)
    on_hand: Decimal = Field(sa_type=Quantity)
    reserved: Decimal = Field(sa_type=Quantity)
    is_known: bool
    version: int = Field(sa_type=RowId)
    counted_at: datetime | None = Field(sa_type=Instant)


class DailyMovementRow(Row, table=True):
    """A day of the ledger for one product at one location; asserted by a count or a receipt."""

    __tablename__ = "daily_movement"
    __table_args__ = (
        within_tenant("product_id", "product"),
        within_tenant("location_id", "location"),
        {"sqlite_with_rowid": False},
    )

    tenant_id: int = number_of(primary_key=True)
    product_id: int = number_of(primary_key=True)
    location_id: int = number_of(primary_key=True)
    day: date = Field(primary_key=True)
    units_sold: Decimal = Field(sa_type=Quantity)
    net_change: Decimal = Field(sa_type=Quantity)
    is_asserted: bool


class SalesDayRow(Row, table=True):
    """On how many lines the whole shop sold on a day."""

    __tablename__ = "sales_day"
    __table_args__ = ({"sqlite_with_rowid": False},)

    tenant_id: int = tenant_id(primary_key=True)
    day: date = Field(primary_key=True)
    sale_lines: int = Field(sa_type=RowId)
