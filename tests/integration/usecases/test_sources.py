"""Whom a product is bought from: ranks and prices, and the next one where the first is late."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from stockcli.domain.catalogue import Supplier
from stockcli.domain.demand import LeadTime
from stockcli.domain.errors import ConflictError, NotFoundError
from stockcli.domain.identifiers import RunId, SupplierId
from stockcli.domain.source_ranks import price_breaks
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.candidate_records import candidate_from_json
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.importing import TableOptions, bytes_source, import_sources
from stockcli.usecases.importing.report import ImportReport
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.product_sources import (
    SourceFacts,
    remove_source,
    set_source,
    source_rows,
)
from stockcli.usecases.restocking import preview_restock, restock_by_hand
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from tests.fixtures.corner_shop import NOW, Shelf, SteppingClock, add_shop, stock_up

STEPS = price_breaks([(Decimal(50), Decimal("2.20")), (Decimal(10), Decimal("2.30"))])


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    """A shop with tea for two days, whose supplier takes five, and a faster one."""
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(
        made,
        {"TEA": Shelf(per_day=10, on_hand=20), "SOAP": Shelf(per_day=10, on_hand=900)},
    )
    with made:
        made.suppliers.put(
            [
                Supplier(
                    id=SupplierId(0),
                    code=code,
                    name=name,
                    lead_time=LeadTime(mean_days=days, standard_deviation_days=0),
                )
                for code, name, days in (("BARK", "Bark Ltd", 1.0), ("ROOT", "Root & Co", 3.0))
            ]
        )
        made.commit()
    return made


def codes(unit: UnitOfWork, sku: str = "TEA") -> list[str]:
    return [row.code for row in source_rows(unit, now=NOW, sku=sku)]


def own_supplier(unit: UnitOfWork, sku: str = "TEA") -> str | None:
    with unit.reading():
        by_id = {one.id: one.code for one in unit.suppliers.all()}
        own = unit.products.get(sku).supplier_id
    return by_id[own] if own else None


def put(unit: UnitOfWork, supplier: str, **facts: object) -> None:
    set_source(unit, "TEA", supplier, SourceFacts(**facts), now=NOW)  # type: ignore[arg-type]


def check(unit: UnitOfWork, clock: SteppingClock) -> CheckReport:
    crew = Crew(forecaster=Forecaster(), reviewer=RuleReviewer(), clock=clock)
    return check_shop(unit, crew, RunId("run-1"))


def take_in(unit: UnitOfWork, text: str, *, dry_run: bool = False) -> ImportReport:
    source = bytes_source("sources.csv", text.encode())
    return import_sources(unit, source, TableOptions(), now=NOW, dry_run=dry_run)


def test_a_source_is_added_behind_the_products_own_supplier(unit: UnitOfWork) -> None:
    put(unit, " bark", unit_cost=Decimal("2.40"), price_breaks=STEPS)
    rows = source_rows(unit, now=NOW)
    assert [(row.rank, row.code, row.unit_cost) for row in rows] == [
        (0, "LEAF", Decimal(2)),
        (1, "BARK", Decimal("2.40")),
    ]
    assert rows[1].price_breaks == STEPS
    put(unit, "BARK", unit_cost=Decimal("2.50"))
    assert source_rows(unit, now=NOW)[1].price_breaks == STEPS
    put(unit, "BARK", price_breaks=())
    assert source_rows(unit, now=NOW)[1].price_breaks == ()


def test_the_first_source_is_the_products_supplier(unit: UnitOfWork) -> None:
    put(unit, "BARK", rank=0)
    assert (codes(unit), own_supplier(unit)) == (["BARK", "LEAF"], "BARK")
    remove_source(unit, "TEA", "BARK", now=NOW)
    assert (codes(unit), own_supplier(unit)) == (["LEAF"], "LEAF")
    assert remove_source(unit, "TEA", "leaf", now=NOW) == []
    assert own_supplier(unit) is None
    put(unit, "BARK")
    assert own_supplier(unit) == "BARK"


def test_what_is_no_supplier_or_no_source_is_named(unit: UnitOfWork) -> None:
    with pytest.raises(NotFoundError, match="no supplier 'MOSS'"):
        put(unit, "MOSS")
    with pytest.raises(NotFoundError, match="TEA is not bought from BARK"):
        remove_source(unit, "TEA", "BARK", now=NOW)


def test_the_next_supplier_is_asked_where_the_first_comes_after_the_shelf_is_empty(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    put(unit, "BARK", unit_cost=Decimal("2.40"), price_breaks=STEPS)
    report = check(unit, clock)
    (order,), (decision,) = report.outcome.orders, report.outcome.decisions
    assert report.suppliers[int(order.supplier_id)] == "Bark Ltd"
    assert order.lines[0].unit_cost == Decimal("2.20")
    assert "Leaf Ltd takes 5 days, the shelf lasts 2 days" in decision.reason
    seen = candidate_from_json(decision.inputs)
    assert [one.supplier for one in seen.offers] == ["Leaf Ltd", "Bark Ltd"]
    assert (seen.supplier, seen.lead_time_days) == ("Bark Ltd", 1.0)
    assert seen.unit_cost == Decimal("2.20")


def test_a_fallback_that_costs_more_than_it_saves_is_left_alone(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    put(unit, "BARK", unit_cost=Decimal(9))
    report = check(unit, clock)
    (order,) = report.outcome.orders
    assert report.suppliers[int(order.supplier_id)] == "Leaf Ltd"
    assert "would save sales of" in report.outcome.decisions[0].reason


def test_without_other_sources_everything_is_as_it_was(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    report = check(unit, clock)
    (order,), (decision,) = report.outcome.orders, report.outcome.decisions
    assert report.suppliers[int(order.supplier_id)] == "Leaf Ltd"
    assert order.lines[0].unit_cost == Decimal(2)
    assert decision.reason.endswith("a delivery takes 5 days")


def test_a_person_chooses_among_a_products_sources(unit: UnitOfWork) -> None:
    put(unit, "BARK", unit_cost=Decimal("2.40"), price_breaks=STEPS)

    def cost(units: int, supplier: str | None) -> tuple[str, Decimal]:
        seen = preview_restock(
            unit, "TEA", Decimal(units), location=None, now=NOW, supplier=supplier
        )
        return seen.supplier, seen.unit_cost

    assert cost(9, None) == ("Leaf Ltd", Decimal(2))
    assert cost(9, "bark") == ("Bark Ltd", Decimal("2.40"))
    assert cost(10, "BARK") == ("Bark Ltd", Decimal("2.30"))
    with pytest.raises(ConflictError, match="not bought from 'ROOT'") as refused:
        cost(9, "ROOT")
    assert "LEAF, BARK" in refused.value.hint
    done = restock_by_hand(
        unit,
        "TEA",
        Decimal(60),
        location=None,
        reason="fair",
        author="ana",
        now=NOW,
        supplier="BARK",
    )
    with unit.reading():
        order = unit.orders.get(done.order_number)
        by_id = {one.id: one.code for one in unit.suppliers.all()}
    assert by_id[order.supplier_id] == "BARK"
    assert order.lines[0].unit_cost == Decimal("2.20")


FILE = """sku,supplier,rank,unit_cost,breaks
TEA,ROOT,1,2.10,
TEA,Bark Ltd,0,2.40,"50=2.20 10=2.30"
SOAP,BARK,,,10:1.5;20:1.25|30:1
"""


def test_a_file_of_sources_is_taken_by_rank_and_once(unit: UnitOfWork) -> None:
    tried = take_in(unit, FILE, dry_run=True)
    assert (tried.taken, codes(unit)) == (3, ["LEAF"])
    first = take_in(unit, FILE)
    assert (first.kind, first.rows_read, first.taken, first.skipped) == ("sources", 3, 3, ())
    assert (codes(unit), own_supplier(unit)) == (["BARK", "ROOT", "LEAF"], "BARK")
    assert codes(unit, "SOAP") == ["LEAF", "BARK"]
    rows = source_rows(unit, now=NOW, sku="TEA")
    assert rows[0].price_breaks == STEPS
    assert [len(row.price_breaks) for row in source_rows(unit, now=NOW, sku="SOAP")] == [0, 3]
    again = take_in(unit, FILE)
    assert (again.taken, again.already_there) == (0, 3)
    assert codes(unit) == ["BARK", "ROOT", "LEAF"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("PIE,LEAF,0,1,", "unknown product"),
        ("TEA,MOSS,0,1,", "unknown supplier"),
        ("TEA,,0,1,", "no supplier"),
        ("TEA,LEAF,first,1,", "bad rank"),
        ("TEA,LEAF,100,1,", "bad rank"),
        ("TEA,LEAF,0,dear,", "bad price"),
        ("TEA,LEAF,0,1,cheap", "bad price breaks"),
        ("TEA,LEAF,0,1,10=x", "bad price breaks"),
        ("TEA,LEAF,0,1,10=1 10=2", "bad price breaks"),
        ("TEA,LEAF,0,1,0=1", "bad price breaks"),
    ],
)
def test_a_row_that_cannot_be_taken_is_left_out_with_its_reason(
    unit: UnitOfWork, row: str, reason: str
) -> None:
    report = take_in(unit, f"sku,supplier,rank,unit_cost,breaks\n{row}\nTEA,ROOT,,,\n")
    assert [(one.reason, one.count) for one in report.skipped] == [(reason, 1)]
    assert codes(unit) == ["LEAF", "ROOT"]


def test_a_product_that_changes_its_supplier_keeps_its_other_sources(unit: UnitOfWork) -> None:
    put(unit, "BARK")
    with unit:
        root = next(one.id for one in unit.suppliers.all() if one.code == "ROOT")
        unit.products.put([replace(unit.products.get("TEA"), supplier_id=root)])
        unit.commit()
    assert codes(unit) == ["ROOT", "LEAF", "BARK"]
