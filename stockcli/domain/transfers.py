"""Transfer before purchase: what another location can spare, and what of it is worth moving."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from stockcli.domain.identifiers import LocationId
from stockcli.domain.quantity import ZERO


@dataclass(frozen=True, kw_only=True)
class TransferOffer:
    """What one location could send to another that is low on the same product.

    Attributes:
        origin: the sending location's code.
        quantity: whole units.
    """

    origin_id: LocationId
    origin: str
    quantity: Decimal


def excess(*, on_hand: Decimal, reserved: Decimal, order_up_to_level: Decimal | None) -> Decimal:
    """Return what a location has of a product beyond its own need, in whole units.

    Beyond its own order-up-to level: up to there the policy itself would fill the shelf, so that
    whatever is taken from below would only have to be bought again, for the other place. What is
    left stays above the location's reorder point, which is never higher than that level. Only
    what lies on the shelf counts, and nobody else was promised: a delivery on its way fills no
    box today. Where no level is known, nothing can be said to be too much.

    >>> excess(on_hand=Decimal(100), reserved=Decimal(10), order_up_to_level=Decimal(60))
    Decimal('30')
    """
    if order_up_to_level is None:
        return ZERO
    return max(ZERO, _whole(on_hand - reserved - order_up_to_level))


def offers(
    missing: Decimal, spare: Iterable[TransferOffer], *, least: Decimal
) -> tuple[TransferOffer, ...]:
    """Return what to fetch from where: from few places, those with most to spare first.

    Args:
        missing: units up to the receiving location's own order-up-to level.
        spare: what each other location can spare.
        least: with less than this, or all that is missing if that is less, nobody walks.

    >>> depot = TransferOffer(origin_id=LocationId(2), origin="DEPOT", quantity=Decimal(30))
    >>> [one.quantity for one in offers(Decimal("24.5"), [depot], least=Decimal(7))]
    [Decimal('24')]
    >>> offers(Decimal(500), [depot], least=Decimal(70))
    ()
    """
    wanted, found = _whole(missing), []
    for one in sorted(spare, key=lambda one: (-one.quantity, one.origin)):
        units = min(one.quantity, wanted)
        if units <= 0:
            break
        found.append(TransferOffer(origin_id=one.origin_id, origin=one.origin, quantity=units))
        wanted -= units
    total = sum((one.quantity for one in found), ZERO)
    return tuple(found) if total >= min(_whole(missing), least) else ()


def _whole(units: Decimal) -> Decimal:
    return units.to_integral_value(ROUND_FLOOR)
