"""Transfers and returns from a file: both legs in one transaction, once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from stockcli.domain.catalogue import Location
from stockcli.domain.identifiers import LocationId, StockKey
from stockcli.domain.ledger import MovementKind
from stockcli.usecases.importing import ImportReport, TableOptions, bytes_source, import_movements
from stockcli.usecases.importing.booking import whole_chunks
from stockcli.usecases.importing.dates import date_cells
from stockcli.usecases.importing.tally import MergedRows
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import NOW

FILE = """sku,kind,quantity,date,location,to,reference
TEA,transfer,8,2024-04-30,SHOP,BACK,T-1
SOAP,transfer,5,2024-04-30,,BACK,T-1
TEA,return,1,2024-04-30,,,R-1
TEA,sale,2,2024-04-30,,BACK,S-1
"""


@pytest.fixture
def shop(corner_shop: UnitOfWork) -> UnitOfWork:
    with corner_shop:
        corner_shop.locations.put([Location(id=LocationId(0), code="BACK", name="Back room")])
        corner_shop.commit()
    return corner_shop


def take(unit: UnitOfWork, text: str, *, dry_run: bool = False) -> ImportReport:
    source = bytes_source("m.csv", text.encode())
    return import_movements(unit, source, TableOptions(), now=NOW, dry_run=dry_run)


def on_hand(unit: UnitOfWork, sku: str, place: str) -> Decimal:
    with unit.reading():
        key = StockKey(unit.products.get(sku).id, unit.locations.get(place).id)
        return unit.ledger.levels([key])[key].on_hand


def shelves(unit: UnitOfWork) -> list[Decimal]:
    return [on_hand(unit, sku, place) for sku in ("TEA", "SOAP") for place in ("SHOP", "BACK")]


def test_a_transfer_leaves_one_place_and_arrives_at_the_other(shop: UnitOfWork) -> None:
    report = take(shop, FILE)
    assert (report.rows_read, report.taken, report.rows_skipped) == (4, 4, 0)
    assert report.movements_booked == 6
    assert shelves(shop) == [20 - 8 + 1 - 2, 8, 900 - 5, 5]


def test_a_dry_run_tells_the_same_and_moves_nothing(shop: UnitOfWork) -> None:
    before = shelves(shop)
    said = take(shop, FILE, dry_run=True)
    assert shelves(shop) == before
    assert (said.taken, said.movements_booked) == (4, 6)


def test_the_same_transfers_again_are_known(shop: UnitOfWork) -> None:
    take(shop, FILE)
    before = shelves(shop)
    report = take(shop, FILE)
    assert (report.taken, report.already_there, report.differing) == (0, 4, 0)
    assert shelves(shop) == before


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("TEA,transfer,8,2024-04-30,SHOP,SHOP,T-1", "bad location"),
        ("TEA,transfer,8,2024-04-30,SHOP,ATTIC,T-1", "unknown location"),
        ("TEA,transfer,-8,2024-04-30,SHOP,BACK,T-1", "bad quantity"),
    ],
)
def test_a_transfer_that_goes_nowhere_is_left_out(row: str, reason: str, shop: UnitOfWork) -> None:
    before = shelves(shop)
    report = take(shop, f"{FILE.splitlines()[0]}\n{row}\n")
    assert [skipped.reason for skipped in report.skipped] == [reason]
    assert shelves(shop) == before


def test_a_transfer_without_a_destination_is_one_signed_leg(shop: UnitOfWork) -> None:
    header = FILE.splitlines()[0]
    take(
        shop,
        f"{header}\nTEA,transfer,-3,2024-04-30,SHOP,,T-9\nTEA,transfer,3,2024-04-30,BACK,,T-9\n",
    )
    assert on_hand(shop, "TEA", "BACK") == 3


def test_no_chunk_tears_the_legs_of_a_transfer_apart(shop: UnitOfWork) -> None:
    moment = date_cells(shop.tenant, NOW).moment("2024-04-30")

    def row(kind: MovementKind, place: str, units: int) -> MergedRows:
        return MergedRows(kind=kind, sku="TEA", location=place, units=Decimal(units), moment=moment)

    rows = [
        (f"transfer:T-{number}:TEA:{place}", row(MovementKind.TRANSFER, place, units))
        for place, units in (("SHOP", -1), ("BACK", 1))
        for number in range(10)
    ]
    rows += [(f"sale:{number}", row(MovementKind.SALE, "SHOP", 1)) for number in range(5)]
    chunks = list(whole_chunks(rows, 3))
    assert sorted(reference for chunk in chunks for reference, _ in chunk) == sorted(
        reference for reference, _ in rows
    )
    assert max(len(chunk) for chunk in chunks) == 3
    for chunk in chunks:
        moved = [one.units for _, one in chunk if one.kind is MovementKind.TRANSFER]
        assert sum(moved) == 0
