"""Suppliers' particulars: how they are reached, when they take orders, how long they need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from stockcli.domain.catalogue import OrderChannel, Supplier
from stockcli.domain.contacts import why_no_order_can_leave
from stockcli.domain.demand import LeadTime
from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.domain.identifiers import SupplierId, supplier_code
from stockcli.domain.shop import ShopPolicy
from stockcli.usecases.ports import UnitOfWork

NEAREST = 5


@dataclass(frozen=True, kw_only=True)
class SupplierChanges:
    """What is to be different about a supplier; None leaves it as it is."""

    name: str | None = None
    email: str | None = None
    order_channel: OrderChannel | None = None
    webhook_url: str | None = field(default=None, repr=False)
    minimum_order_value: Decimal | None = None
    order_days: frozenset[int] | None = None
    lead_time_days: float | None = None
    lead_time_sd_days: float | None = None

    def of(self, supplier: Supplier) -> Supplier:
        """Return a supplier with these changes."""
        facts = {
            "name": self.name,
            "email": self.email,
            "order_channel": self.order_channel,
            "webhook_url": self.webhook_url,
            "minimum_order_value": self.minimum_order_value,
            "order_days": self.order_days,
            "lead_time": self._lead_time(supplier.lead_time),
        }
        said = {name: fact for name, fact in facts.items() if fact is not None}
        return replace(supplier, **said)  # type: ignore[arg-type]  # each is of its field's type

    def _lead_time(self, known: LeadTime) -> LeadTime:
        mean, deviation = self.lead_time_days, self.lead_time_sd_days
        return LeadTime(
            mean_days=known.mean_days if mean is None else mean,
            standard_deviation_days=known.standard_deviation_days
            if deviation is None
            else deviation,
        )


def set_supplier(
    unit: UnitOfWork, code: str, changes: SupplierChanges, *, is_new: bool = False
) -> Supplier:
    """Change a supplier's particulars, or add a supplier, and return it as it is stored.

    Raises:
        NotFoundError: there is none of this code, and none is to be added.
        InvalidInputError: there is one, and a new one was to be added; or its orders could not
            leave the way they are to take.
    """
    wanted = supplier_code(code)
    with unit:
        known = {supplier.code: supplier for supplier in unit.suppliers.all()}
        if is_new and wanted in known:
            message = f"there is a supplier {wanted} already"
            raise InvalidInputError(message, "leave --new out to change it")
        fresh = new_supplier(wanted, unit.tenant.policy)
        before = fresh if is_new else named(known, wanted, otherwise="; --new adds one")
        after = changes.of(before)
        if reason := why_no_order_can_leave(after):
            raise InvalidInputError(reason, "give it one, or another --order-channel")
        unit.suppliers.put([after])
        unit.commit()
    return after


def new_supplier(code: str, policy: ShopPolicy) -> Supplier:
    """Return a supplier of whom nothing is known yet but the shop's usual lead time."""
    lead_time = LeadTime(
        mean_days=policy.default_lead_time_days,
        standard_deviation_days=policy.default_lead_time_sd_days,
    )
    return Supplier(id=SupplierId(0), code=code, name=code, lead_time=lead_time)


def named(known: dict[str, Supplier], code: str, *, otherwise: str = "") -> Supplier:
    """Return the supplier of a code.

    Args:
        otherwise: what can be done where there is none.

    Raises:
        NotFoundError: there is none; with those of a code or name that begins alike.
    """
    if code in known:
        return known[code]
    message = f"there is no supplier {code[:40]!r}{otherwise}"
    if not known:
        raise NotFoundError(message, "add it with `stock supplier set CODE --new`")
    raise NotFoundError(message, nearest=_alike(code, known.values()))


def _alike(code: str, suppliers: Iterable[Supplier]) -> tuple[str, ...]:
    """Return a few suppliers, those that begin as the code does before the others."""
    ranked = sorted(
        suppliers,
        key=lambda one: not one.code.startswith(code[:2]) and not one.name.upper().startswith(code),
    )
    return tuple(f"{one.code} {one.name}".strip() for one in ranked[:NEAREST])
