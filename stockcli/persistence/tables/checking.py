"""Checks, what was decided in them, who was told, and what must still leave the house."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from stockcli.persistence.tables.base import (
    Row,
    added_later,
    number_of,
    row_id,
    tenant_id,
    within_tenant,
)
from stockcli.persistence.types import Instant, Json, ModelPrice, Quantity, RowId


class CheckRunRow(Row, table=True):
    """One run of the check."""

    __tablename__ = "check_run"
    __table_args__ = (Index(None, "tenant_id", "started_at"),)

    tenant_id: int = tenant_id(primary_key=True)
    run_id: str = Field(primary_key=True)
    started_at: datetime = Field(sa_type=Instant)
    business_day: date | None
    finished_at: datetime | None = Field(sa_type=Instant)
    status: str
    checked: int
    low: int
    error: str
    data_version: int | None = Field(sa_type=RowId)
    mark: str = added_later("")


class CheckLeaseRow(Row, table=True):
    """Who may run the check now; the epoch grows each time it is taken."""

    __tablename__ = "check_lease"

    tenant_id: int = tenant_id(primary_key=True)
    epoch: int = Field(sa_type=RowId)
    leased_until: datetime | None = Field(sa_type=Instant)
    run_id: str | None


class DecisionRow(Row, table=True):
    """One decision; rows are only ever added."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "run_id", "product_id", "location_id"),
        within_tenant("product_id", "product"),
        within_tenant("location_id", "location"),
        Index(None, "tenant_id", "product_id", "location_id", "id"),
    )

    id: int = row_id()
    tenant_id: int = tenant_id()
    run_id: str
    product_id: int = number_of()
    location_id: int = number_of()
    sku: str
    location: str
    action: str
    quantity: Decimal = Field(sa_type=Quantity)
    reason: str
    decided_by: str
    on_hand: Decimal = Field(sa_type=Quantity)
    on_order: Decimal = Field(sa_type=Quantity)
    reorder_point: Decimal = Field(sa_type=Quantity)
    business_day: date
    stock_version: int = Field(sa_type=RowId)
    order_number: str
    inputs: dict[str, Any] = Field(sa_type=Json)
    decided_at: datetime = Field(sa_type=Instant)
    prompt_tokens: int = added_later("0")
    reply_tokens: int = added_later("0")
    price_usd: Decimal | None = Field(sa_type=ModelPrice)


class AlertRow(Row, table=True):
    """A situation told to the manager; one is open at a time."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        within_tenant("product_id", "product"),
        within_tenant("location_id", "location"),
        Index(
            "uq_alert_open",
            "tenant_id",
            "situation",
            unique=True,
            sqlite_where=text("cleared_at IS NULL"),
            postgresql_where=text("cleared_at IS NULL"),
        ),
    )

    id: int = row_id()
    tenant_id: int = tenant_id()
    kind: str
    situation: str
    subject: str
    text: str
    raised_at: datetime = Field(sa_type=Instant)
    cleared_at: datetime | None = Field(sa_type=Instant)
    product_id: int | None = number_of(nullable=True)
    location_id: int | None = number_of(nullable=True)


class OutboxRow(Row, table=True):
    """A message that must leave the house once."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "idempotency_key"),
        Index(None, "tenant_id", "status", "due_at"),
    )

    id: int = row_id()
    tenant_id: int = tenant_id()
    idempotency_key: str
    channel: str
    payload: dict[str, Any] = Field(sa_type=Json)
    status: str
    attempts: int
    due_at: datetime = Field(sa_type=Instant)
    sent_at: datetime | None = Field(sa_type=Instant)
    error: str
