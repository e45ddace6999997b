"""What other locations can spare of a low product, so that less of it need be bought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from stockcli.domain.catalogue import Product
from stockcli.domain.decisions import Candidate
from stockcli.domain.identifiers import ProductId, StockKey
from stockcli.domain.quantity import ZERO
from stockcli.domain.replenishment import order_quantity
from stockcli.domain.sourcing import Policies, TransferStatus
from stockcli.domain.transfers import TransferOffer, excess, offers
from stockcli.usecases.inventory import StockLine
from stockcli.usecases.ports import UnitOfWork

Spare = dict[StockKey, TransferOffer]


def with_transfers(
    unit: UnitOfWork, found: Sequence[Candidate], lines: Sequence[StockLine], policies: Policies
) -> list[Candidate]:
    """Return the candidates with what other locations can spare, in an open unit of work.

    Those with the most money at risk are served first, and what one takes is gone for the next.

    Args:
        found: in that order.
        lines: of every location that may hold the products.
    """
    spare = _spare(found, lines)
    if not spare:
        return list(found)
    products = {line.product.id: line.product for line in lines}
    under_way = {(one.origin, one.destination) for one in unit.transfers.all([TransferStatus.OPEN])}
    by_product: defaultdict[ProductId, list[StockKey]] = defaultdict(list)
    for key in spare:
        by_product[key.product_id].append(key)
    offered = []
    for one in found:
        # A second transfer of the same goods on the same way would be the first one again.
        origins = [key for key in by_product[one.key.product_id] if (key, one.key) not in under_way]
        least = Decimal(one.mean_per_day * policies.of(one.category).review_period_days)
        chosen = offers(
            one.order_up_to_level - one.position, [spare[key] for key in origins], least=least
        )
        _take(spare, one.key.product_id, chosen)
        offered.append(_offered(one, chosen, products[one.key.product_id]) if chosen else one)
    return offered


def _spare(found: Iterable[Candidate], lines: Iterable[StockLine]) -> Spare:
    """Return what each location has of the low products beyond its own need."""
    wanted = {one.key.product_id for one in found}
    spare = {}
    for line in lines:
        level = line.level
        if level.key.product_id in wanted and level.is_known:
            units = excess(
                on_hand=level.on_hand,
                reserved=level.reserved,
                order_up_to_level=line.order_up_to_level,
            )
            if units > 0:
                spare[level.key] = TransferOffer(
                    origin_id=line.location.id, origin=line.location.code, quantity=units
                )
    return spare


def _take(spare: Spare, product_id: ProductId, chosen: Iterable[TransferOffer]) -> None:
    for one in chosen:
        key = StockKey(product_id, one.origin_id)
        spare[key] = replace(spare[key], quantity=spare[key].quantity - one.quantity)


def _offered(one: Candidate, chosen: tuple[TransferOffer, ...], product: Product) -> Candidate:
    """Return the candidate with the offers, and what is still to be bought after them.

    Nothing, once they lift its position above the reorder point: the policy orders at or below.
    """
    position = one.position + sum((each.quantity for each in chosen), ZERO)
    left = order_quantity(
        position=position,
        reorder_point=one.reorder_point,
        level=one.order_up_to_level,
        minimum_order_quantity=product.minimum_order_quantity,
        pack_size=product.pack_size,
        maximum_stock=product.maximum_stock,
    )
    is_enough = position > one.reorder_point
    return replace(
        one, transfers=chosen, quantity_after_transfer=ZERO if is_enough else left.quantity
    )
