"""The audit log of the street: who writes there, and what was written down."""

from __future__ import annotations

from stockcli.domain.audit import Actor, AuditEntry
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork
from tests.integration.persistence.street import Shop

MARIA = Actor(who="manager:maria", via="stock count")
OPERATOR = Actor(who="operator:house", via="stock token create")
ALL = 100_000


def maria(database: Database, shop: Shop) -> UnitOfWork:
    """Return a unit of work that Maria writes through."""
    return database.unit_of_work(shop.tenant, MARIA)


def entries(unit: UnitOfWork) -> list[AuditEntry]:
    """Return a shop's chain, oldest first."""
    with unit.reading():
        return unit.audit_log.after(None, ALL)


def house_entries(database: Database) -> list[AuditEntry]:
    """Return the house's chain, oldest first."""
    return database.directory().audit_log.after(None, ALL)


def new_since(before: list[AuditEntry], after: list[AuditEntry]) -> list[AuditEntry]:
    """Return what a chain grew by."""
    assert after[: len(before)] == before
    return after[len(before) :]
