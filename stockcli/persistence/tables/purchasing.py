"""Purchase orders and their lines."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from stockcli.persistence.tables.base import (
    Row,
    added_later,
    number_of,
    row_id,
    tenant_id,
    within_tenant,
)
from stockcli.persistence.types import Amount, Instant, Quantity

ONE_OPEN_LINE = "uq_purchase_order_line_open"


class PurchaseOrderRow(Row, table=True):
    """What is bought from one supplier for one location."""

    __tablename__ = "purchase_order"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "number"),
        within_tenant("supplier_id", "supplier"),
        within_tenant("location_id", "location"),
        Index(None, "tenant_id", "ordered_on"),
    )

    id: int = row_id()
    tenant_id: int = tenant_id()
    number: str
    supplier_id: int = number_of()
    location_id: int = number_of()
    status: str
    total: Decimal = Field(sa_type=Amount)
    ordered_on: date
    expected_on: date
    created_at: datetime = Field(sa_type=Instant)
    created_by: str
    approved_by: str
    note: str
    sent_at: datetime | None = Field(sa_type=Instant)
    revision: int = added_later("1")


class PurchaseOrderLineRow(Row, table=True):
    """One product on an order; open until received or cancelled."""

    __tablename__ = "purchase_order_line"
    __table_args__ = (
        within_tenant("order_id", "purchase_order"),
        within_tenant("product_id", "product"),
        within_tenant("location_id", "location"),
        within_tenant("decision_id", "decision"),
        UniqueConstraint("tenant_id", "decision_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(
            ONE_OPEN_LINE,
            "tenant_id",
            "product_id",
            "location_id",
            unique=True,
            sqlite_where=text("is_open = 1"),
            postgresql_where=text("is_open"),
        ),
    )

    tenant_id: int = number_of(primary_key=True)
    order_id: int = number_of(primary_key=True)
    product_id: int = number_of(primary_key=True)
    line_number: int
    location_id: int = number_of()
    quantity: Decimal = Field(sa_type=Quantity)
    received: Decimal = Field(sa_type=Quantity)
    unit_cost: Decimal = Field(sa_type=Amount)
    is_open: bool
    decision_id: int | None = number_of(nullable=True)
    cancelled: Decimal = Field(sa_type=Quantity, sa_column_kwargs={"server_default": "0"})
