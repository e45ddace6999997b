"""Computed thresholds, and minimums set by hand, kept apart."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Field

from stockcli.persistence.tables.base import Row, number_of, within_tenant
from stockcli.persistence.types import Instant, Json, Quantity


class ThresholdRow(Row, table=True):
    """A computed reorder point, and how it came about."""

    __tablename__ = "threshold"
    __table_args__ = (
        within_tenant("product_id", "product"),
        within_tenant("location_id", "location"),
    )

    tenant_id: int = number_of(primary_key=True)
    product_id: int = number_of(primary_key=True)
    location_id: int = number_of(primary_key=True)
    reorder_point: Decimal = Field(sa_type=Quantity)
    order_up_to_level: Decimal = Field(sa_type=Quantity)
    mean_per_day: float
    model: str
    computed_for: date
    breakdown: dict[str, Any] = Field(sa_type=Json)
    parameters: dict[str, Any] = Field(sa_type=Json)


class ManualMinimumRow(Row, table=True):
    """A reorder point set by hand."""

    __tablename__ = "manual_minimum"
    __table_args__ = (
        within_tenant("product_id", "product"),
        within_tenant("location_id", "location"),
    )

    tenant_id: int = number_of(primary_key=True)
    product_id: int = number_of(primary_key=True)
    location_id: int = number_of(primary_key=True)
    quantity: Decimal = Field(sa_type=Quantity)
    author: str
    reason: str
    set_at: datetime = Field(sa_type=Instant)
    expires_on: date | None
    cleared_at: datetime | None = Field(sa_type=Instant)
