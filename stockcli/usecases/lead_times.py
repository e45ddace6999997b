"""How long suppliers take: as they state it, or as their deliveries taught."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from stockcli.domain.catalogue import Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import SupplierId
from stockcli.domain.lead_times import Delivery, LeadTimeRecord, learnt_lead_time
from stockcli.usecases.ports import UnitOfWork

LEARN_FROM = timedelta(days=730)
"""How far back orders are heard."""


def lead_time_records(unit: UnitOfWork, day: date) -> dict[SupplierId, LeadTimeRecord]:
    """Return what each supplier states and what it did, in three reads, inside an open unit.

    Whatever the shop's policy: what is used is another matter, see `suppliers_as_learnt`.

    Args:
        day: the shop's business day; orders of the two years before it are heard.
    """
    heard: defaultdict[SupplierId, list[Delivery]] = defaultdict(list)
    for delivery in unit.deliveries.since(day - LEARN_FROM):
        heard[delivery.supplier_id].append(delivery)
    return {
        supplier.id: learnt_lead_time(supplier.lead_time, heard[supplier.id])
        for supplier in unit.suppliers.all()
    }


def suppliers_as_learnt(unit: UnitOfWork, day: date) -> list[Supplier]:
    """Return every supplier by code with the lead time to count on, inside an open unit of work.

    What its deliveries taught; what is stated where the shop's policy does not want to learn.
    Never to be stored: the stated lead time would be lost.
    """
    suppliers = unit.suppliers.all()
    if not unit.tenant.policy.learn_lead_times:
        return suppliers
    records = lead_time_records(unit, day)
    return [replace(one, lead_time=records[one.id].learnt) for one in suppliers]


def lead_time_in_use(record: LeadTimeRecord, *, learns: bool) -> LeadTime:
    """Return the lead time to count on of a supplier with this record."""
    return record.learnt if learns else record.stated


def lead_times_by_supplier(unit: UnitOfWork, day: date) -> Mapping[SupplierId | None, LeadTime]:
    """Return the lead times to count on, inside an open unit; None: where no supplier is known."""
    policy = unit.tenant.policy
    unknown = LeadTime(
        mean_days=policy.default_lead_time_days,
        standard_deviation_days=policy.default_lead_time_sd_days,
    )
    return {None: unknown, **{one.id: one.lead_time for one in suppliers_as_learnt(unit, day)}}
