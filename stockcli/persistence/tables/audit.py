"""The audit log: one chain a shop, and one for the house itself."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from stockcli.persistence.tables.base import Row, number_of
from stockcli.persistence.types import Instant


class AuditEntryRow(Row, table=True):
    """One transaction that wrote: a link of the shop's chain.

    Shop 0 is the house: what belongs to no shop. The chain refers to no other table, so that it
    can be read on its own.
    """

    __tablename__ = "audit_entry"

    tenant_id: int = number_of(primary_key=True)
    position: int = number_of(primary_key=True)
    written_at: datetime = Field(sa_type=Instant)
    transaction_id: str
    record: str
    hash: bytes = Field(sa_type=LargeBinary)
