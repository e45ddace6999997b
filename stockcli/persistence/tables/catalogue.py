"""What is sold, who supplies it, where it is kept."""

from datetime import date
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from stockcli.persistence.tables.base import (
    Row,
    added_later,
    number_of,
    row_id,
    tenant_id,
    within_tenant,
)
from stockcli.persistence.types import Amount, Quantity


class SupplierRow(Row, table=True):
    """Who delivers."""

    __tablename__ = "supplier"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), UniqueConstraint("tenant_id", "code"))

    id: int = row_id()
    tenant_id: int = tenant_id()
    code: str
    name: str
    email: str
    lead_time_mean_days: float
    lead_time_sd_days: float
    order_channel: str = added_later("file")
    webhook_url: str = added_later("")
    minimum_order_value: Decimal = Field(sa_type=Amount, sa_column_kwargs={"server_default": "0"})
    order_days: str = added_later("")


class LocationRow(Row, table=True):
    """A place that holds stock."""

    __tablename__ = "location"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), UniqueConstraint("tenant_id", "code"))

    id: int = row_id()
    tenant_id: int = tenant_id()
    code: str
    name: str


class ProductRow(Row, table=True):
    """A product."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "sku"),
        within_tenant("supplier_id", "supplier"),
    )

    id: int = row_id()
    tenant_id: int = tenant_id()
    sku: str
    name: str
    category: str
    supplier_id: int | None = number_of(nullable=True)
    status: str
    unit_cost: Decimal = Field(sa_type=Amount)
    unit_price: Decimal = Field(sa_type=Amount)
    pack_size: Decimal = Field(sa_type=Quantity)
    minimum_order_quantity: Decimal = Field(sa_type=Quantity)
    maximum_stock: Decimal | None = Field(sa_type=Quantity)
    service_level: float | None
    snoozed_until: date | None
