from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest

from stockcli.domain.decisions import OpenOrder
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import LocationId, ProductId, StockKey, SupplierId
from stockcli.domain.offers import SourceOffer
from stockcli.domain.sourcing import Autonomy, PriceBreak
from stockcli.domain.transfers import TransferOffer
from stockcli.usecases.candidate_records import candidate_from_json
from stockcli.usecases.records import to_json
from tests.integration.agent.candidates import low

KEY = StockKey(ProductId(7), LocationId(3))
FULL = low(
    KEY,
    "MILK",
    name='Milk "fresh" | ção',
    on_hand=Decimal("8.125"),
    unit_cost=Decimal("0.3333"),
    days_of_cover=1.0,
    mean_per_day=1 / 3,
    quantity_steps=("one", "two"),
    open_orders=(
        OpenOrder(
            number="PO-1", quantity=Decimal("2.5"), expected_on=date(2024, 5, 1), status="sent"
        ),
    ),
    stock_version=12,
    supplier_id=4,
    model="ARIMA(1,0,1)",
    computed_reorder_point=Decimal(70),
    lately_days=7,
    sold_lately=Decimal("41.5"),
    spread_lately=6.25,
    usual_quantity=Decimal("100.333333333333"),
    late_order="supplier 4 days late",
    over_limit="order over the daily limit 50",
    transfers=(TransferOffer(origin_id=LocationId(4), origin="DEPOT", quantity=Decimal(30)),),
    quantity_after_transfer=Decimal(84),
    autonomy=Autonomy.PROPOSE,
    offers=(
        SourceOffer(
            supplier_id=SupplierId(4),
            code="LEAF",
            supplier="Leaf Ltd",
            lead_time_days=5.5,
            unit_cost=Decimal("0.3333"),
            price_breaks=(PriceBreak(from_quantity=Decimal(10), unit_cost=Decimal("0.3")),),
        ),
    ),
    source_reason="Leaf Ltd takes 9 days",
)
BARE = replace(low(KEY, "MILK", days_of_cover=None, quantity_steps=()), computed_reorder_point=None)


@pytest.mark.parametrize("candidate", [FULL, BARE])
def test_a_candidate_comes_back_from_its_json_exactly(candidate: object) -> None:
    kept = json.loads(json.dumps(to_json(candidate)))
    back = candidate_from_json(kept)
    assert back == candidate
    kinds = [(type(getattr(back, f.name)), type(getattr(candidate, f.name))) for f in fields(back)]
    assert [one for one in kinds if one[0] is not one[1]] == []
    assert to_json(back) == kept


def test_the_example_leaves_no_fact_at_its_default() -> None:
    same = [
        one.name
        for one in fields(FULL)
        if one.default == getattr(FULL, one.name) or one.default_factory is tuple
    ]
    assert same == []


def test_what_an_earlier_version_did_not_know_takes_its_default() -> None:
    old = {name: value for name, value in to_json(FULL).items() if "late" not in name}
    back = candidate_from_json(old)
    assert (back.lately_days, back.late_order, back.sku) == (0, "", "MILK")


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ({}, "a stored Candidate lacks "),
        (to_json(FULL) | {"position": "much"}, "cannot be read"),
        (to_json(FULL) | {"key": [1]}, "cannot be read"),
        (to_json(FULL) | {"open_orders": [{}]}, "a stored OpenOrder lacks "),
    ],
)
def test_what_is_no_candidate_is_refused_with_the_reason(
    stored: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidInputError, match=said):
        candidate_from_json(stored)
