"""Shops, who may open them, and what is kept once per shop."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from stockcli.domain.calendar import LONGEST_EVENT
from stockcli.persistence.tables.base import (
    Row,
    added_later,
    number_of,
    row_id,
    tenant_id,
    within_tenant,
)
from stockcli.persistence.types import Instant, Json, RowId


class TenantRow(Row, table=True):
    """A shop."""

    __tablename__ = "tenant"
    __table_args__ = (UniqueConstraint("slug"),)

    id: int = row_id()
    slug: str
    name: str
    currency: str
    timezone: str
    active: bool
    policy: dict[str, Any] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=Instant)


class TenantStateRow(Row, table=True):
    """Counters of a shop; whoever writes for the shop holds this row."""

    __tablename__ = "tenant_state"

    tenant_id: int = tenant_id(primary_key=True)
    version: int = Field(sa_type=RowId)
    orders_numbered: int = Field(sa_type=RowId)
    transfers_numbered: int = added_later("0")


class ApiTokenRow(Row, table=True):
    """A token's hash; an operator's belongs to no shop."""

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("secret_sha256"),
        CheckConstraint("role IN ('manager', 'analyst', 'operator')", name="role"),
        CheckConstraint("(tenant_id IS NULL) = (role = 'operator')", name="operator_has_no_tenant"),
        Index("uq_api_token_tenant_id_id", "tenant_id", "id", unique=True),
    )

    id: int = row_id()
    tenant_id: int | None = Field(sa_type=RowId, foreign_key="tenant.id", nullable=True)
    role: str
    label: str
    prefix: str
    secret_sha256: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(sa_type=Instant)
    last_used_at: datetime | None = Field(sa_type=Instant)
    writes_per_minute: int | None
    model_calls_per_hour: int | None


class TokenRateRow(Row, table=True):
    """How much of a token's allowance is used up: when it will be whole again."""

    __tablename__ = "token_rate"
    __table_args__ = (within_tenant("token_id", "api_token"),)

    tenant_id: int = number_of(primary_key=True)
    token_id: int = number_of(primary_key=True)
    kind: str = Field(primary_key=True)
    full_at: datetime = Field(sa_type=Instant)


class SignInFailureRow(Row, table=True):
    """How often a place offered a token that is none; it belongs to no shop."""

    __tablename__ = "sign_in_failure"

    source: str = Field(primary_key=True)
    failures: int
    since: datetime = Field(sa_type=Instant)


class ShopDayRow(Row, table=True):
    """A day the shop was or will be open or closed, or on which something happens."""

    __tablename__ = "shop_day"
    __table_args__ = ({"sqlite_with_rowid": False},)

    tenant_id: int = tenant_id(primary_key=True)
    day: date = Field(primary_key=True)
    is_open: bool | None
    event: str | None = Field(max_length=LONGEST_EVENT)


class ImportRecordRow(Row, table=True):
    """A file taken in."""

    __tablename__ = "import_record"
    __table_args__ = (UniqueConstraint("tenant_id", "id"),)

    id: int = row_id()
    tenant_id: int = tenant_id()
    kind: str
    file_name: str
    checksum: str
    imported_at: datetime = Field(sa_type=Instant)
    report: dict[str, Any] = Field(sa_type=Json)


class ImportProfileRow(Row, table=True):
    """A saved column mapping."""

    __tablename__ = "import_profile"

    tenant_id: int = tenant_id(primary_key=True)
    name: str = Field(primary_key=True)
    mapping: dict[str, Any] = Field(sa_type=Json)
