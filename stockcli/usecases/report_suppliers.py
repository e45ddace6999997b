"""The suppliers of a report: what they promised and kept, and what was spent with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stockcli.domain.catalogue import Supplier
from stockcli.domain.identifiers import SupplierId
from stockcli.domain.reliability import OrderRecord, Reliability, reliability

NOTHING = Decimal("0.00")


@dataclass(frozen=True, kw_only=True)
class SupplierReport:
    """One supplier.

    Attributes:
        orders: placed in the days reported, drafts not counted.
        spent: what these come to, at cost, in the tenant's currency; of a cancelled one, what
            was received.
        reliability: of the orders that were due in the days reported.
    """

    code: str
    name: str
    orders: int
    spent: Decimal
    reliability: Reliability


def supplier_reports(
    suppliers: Iterable[Supplier], orders: Iterable[OrderRecord], first: date, last: date
) -> tuple[SupplierReport, ...]:
    """Return every supplier with an order placed or due, by spending, most first.

    Args:
        orders: those placed from first on, whenever due, count as spending.
        last: the last complete day; what is due later is not late.
    """
    of_supplier: defaultdict[SupplierId, list[OrderRecord]] = defaultdict(list)
    for one in orders:
        of_supplier[one.supplier_id].append(one)
    reports = [
        _report(supplier, of_supplier[supplier.id], first, last)
        for supplier in suppliers
        if supplier.id in of_supplier
    ]
    told = [one for one in reports if one.orders or one.reliability.due]
    return tuple(sorted(told, key=lambda one: (-one.spent, one.code)))


def _report(
    supplier: Supplier, orders: list[OrderRecord], first: date, last: date
) -> SupplierReport:
    placed = [one for one in orders if one.ordered_on >= first and one.is_placed]
    return SupplierReport(
        code=supplier.code,
        name=supplier.name,
        orders=len(placed),
        spent=sum((one.spent for one in placed), NOTHING),
        reliability=reliability(orders, first, last),
    )
