"""What the assistant knows, what was said to it, and what it cost."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from stockcli.persistence.tables.base import Row, added_later, number_of, row_id, tenant_id
from stockcli.persistence.types import Instant, Json, ModelPrice, RowId


class SnapshotRow(Row, table=True):
    """Facts as they were at an instant."""

    __tablename__ = "snapshot"

    tenant_id: int = tenant_id(primary_key=True)
    topic: str = Field(primary_key=True)
    payload: dict[str, Any] = Field(sa_type=Json)
    as_of: datetime = Field(sa_type=Instant)
    version: int = Field(sa_type=RowId)


class ConversationRow(Row, table=True):
    """A conversation, its messages as they were sent."""

    __tablename__ = "conversation"
    __table_args__ = (Index(None, "tenant_id", "updated_at"),)

    tenant_id: int = tenant_id(primary_key=True)
    id: str = Field(primary_key=True)
    title: str
    author: str = added_later("")
    messages: list[dict[str, Any]] = Field(sa_type=Json)
    updated_at: datetime = Field(sa_type=Instant)


class ModelCallRow(Row, table=True):
    """A call of the language model: reserved, then settled."""

    __tablename__ = "model_call"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), Index(None, "tenant_id", "called_at"))

    id: int = row_id()
    tenant_id: int = tenant_id()
    purpose: str
    model: str
    called_at: datetime = Field(sa_type=Instant)
    estimate_usd: Decimal = Field(sa_type=ModelPrice)
    price_usd: Decimal | None = Field(sa_type=ModelPrice)
    input_tokens: int
    output_tokens: int
    cache_write_tokens: int
    cache_read_tokens: int
    run_id: str = added_later("")


class ModelGateRow(Row, table=True):
    """What all shops' calls of the model pass: places, rests and limits; it belongs to no shop.

    A "slot" is one place, numbered from 1, with whose it is and until when. A rest is called as
    the service is, and numbered as the shop it binds, 0 for all. The limits "at_once", "day" and
    "month" have the number 0 and an amount: calls, or billionths of a US dollar.
    """

    __tablename__ = "model_gate"

    kind: str = Field(primary_key=True)
    number: int = number_of(primary_key=True)
    shop: int | None = number_of(nullable=True)
    holder: str
    until: datetime = Field(sa_type=Instant)
    amount: int | None = number_of(nullable=True)


class ReviewBatchRow(Row, table=True):
    """A review that was sent in a batch, and what it was asked about."""

    __tablename__ = "review_batch"
    __table_args__ = (Index(None, "tenant_id", "status"),)

    tenant_id: int = tenant_id(primary_key=True)
    run_id: str = Field(primary_key=True)
    model: str
    status: str
    batch_id: str
    custom_id: str
    remark: str
    business_day: date
    asked: list[dict[str, Any]] = Field(sa_type=Json)
    reservation_id: int | None = Field(sa_type=RowId)
    submitted_at: datetime = Field(sa_type=Instant)
    collected_at: datetime | None = Field(sa_type=Instant)
