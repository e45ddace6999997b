"""Low products to decide about."""

from __future__ import annotations

from decimal import Decimal

from stockcli.domain.decisions import Candidate
from stockcli.domain.identifiers import StockKey
from stockcli.usecases.inventory import key_of
from stockcli.usecases.ports import ReviewRequest, UnitOfWork
from tests.fixtures.corner_shop import TODAY


def candidate(unit: UnitOfWork, sku: str, **changes: object) -> Candidate:
    with unit.reading():
        product, place, key = key_of(unit, sku, None)
    named = {"name": product.name, "location": place.code}
    return low(key, product.sku, **{**named, **changes})


def low(key: StockKey, sku: str, **changes: object) -> Candidate:
    facts: dict[str, object] = {
        "name": "Thing",
        "category": "",
        "location": "MAIN",
        "supplier": "Leaf Ltd",
        "lead_time_days": 5.0,
        "on_hand": Decimal(8),
        "on_order": Decimal(0),
        "reserved": Decimal(0),
        "position": Decimal(8),
        "reorder_point": Decimal(80),
        "is_manual": False,
        "order_up_to_level": Decimal(122),
        "mean_per_day": 6.0,
        "days_of_cover": 1.3,
        "suggested_quantity": Decimal(114),
        "largest_quantity": Decimal(228),
        "quantity_steps": ("level 122 - position 8 = 114",),
        "pack_size": Decimal(1),
        "minimum_order_quantity": Decimal(1),
        "unit_cost": Decimal(2),
        "money_at_risk": Decimal(256),
    }
    return Candidate(key=key, sku=sku, **{**facts, **changes})  # type: ignore[arg-type]


def request(unit: UnitOfWork, *candidates: Candidate) -> ReviewRequest:
    return ReviewRequest(shop=unit.tenant, business_day=TODAY, candidates=candidates)
