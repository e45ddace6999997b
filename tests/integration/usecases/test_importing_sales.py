from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from stockcli.domain.catalogue import Location
from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.domain.identifiers import LocationId, StockKey, TenantId
from stockcli.domain.ledger import MovementKind
from stockcli.domain.shop import Tenant
from stockcli.persistence.database import Database
from stockcli.usecases.importing import (
    ColumnMapping,
    ImportReport,
    SalesOptions,
    TableOptions,
    bytes_source,
    file_source,
    import_counts,
    import_sales,
)
from stockcli.usecases.ports import UnitOfWork

NOW = datetime(2026, 3, 10, 18, tzinfo=UTC)
PLAIN = SalesOptions()
HEADER = "invoice,sku,name,quantity,date,price\n"
RETAIL_HEADER = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country,status\n"
)


@pytest.fixture
def unit(sqlite_database: Database) -> UnitOfWork:
    return unit_of(sqlite_database, "giftware")


def unit_of(database: Database, slug: str) -> UnitOfWork:
    shop = Tenant(id=TenantId(0), slug=slug, name=slug, timezone="Europe/London")
    return database.unit_of_work(database.directory().add_tenant(shop))


def sales(
    unit: UnitOfWork,
    rows: str | bytes,
    options: SalesOptions = PLAIN,
    *,
    header: str = HEADER,
    dry_run: bool = False,
) -> ImportReport:
    content = rows if isinstance(rows, bytes) else (header + rows).encode()
    source = bytes_source("sales.csv", content)
    return import_sales(unit, source, options, now=NOW, dry_run=dry_run)


def on_hand(unit: UnitOfWork, sku: str) -> Decimal:
    with unit.reading():
        key = StockKey(unit.products.get(sku).id, unit.locations.get(None).id)
        return unit.ledger.levels([key])[key].on_hand


def reasons(report: ImportReport) -> dict[str, int]:
    return {rows.reason: rows.count for rows in report.skipped}


def adds_up(report: ImportReport) -> bool:
    parts = report.taken + report.already_there + report.differing + report.rows_skipped
    return parts == report.rows_read


def test_sales_are_booked_and_their_products_created(unit: UnitOfWork) -> None:
    report = sales(unit, "1,a1,RED MUG,3,2026-03-01 10:00,2.50\n2,A2,BLUE MUG,1,2026-03-02,3\n")
    assert (report.taken, report.movements_booked, report.products_created) == (2, 2, 2)
    assert (report.first_day, report.last_day) == (date(2026, 3, 1), date(2026, 3, 2))
    assert report.units == 4
    assert on_hand(unit, "A1") == -3
    with unit.reading():
        product = unit.products.get("A1")
    assert (product.name, product.unit_price) == ("RED MUG", Decimal("2.5"))


def test_importing_the_same_file_twice_changes_nothing(unit: UnitOfWork) -> None:
    rows = "1,A1,RED MUG,3,2026-03-01 10:00,2.50\n1,A1,RED MUG,2,2026-03-01 10:00,2.50\n"
    sales(unit, rows)
    again = sales(unit, rows)
    assert (again.taken, again.already_there, again.movements_booked) == (0, 2, 0)
    assert again.products_created == 0
    assert on_hand(unit, "A1") == -5


def test_a_dry_run_tells_all_and_writes_nothing(unit: UnitOfWork) -> None:
    rows = "1,A1,RED MUG,3,2026-03-01 10:00,2.50\n"
    tried = sales(unit, rows, dry_run=True)
    with unit.reading():
        assert unit.products.all() == []
        assert unit.imports.latest(1) == []
    assert replace(sales(unit, rows), dry_run=True) == tried


def test_lines_of_one_invoice_and_product_are_one_movement(unit: UnitOfWork) -> None:
    report = sales(
        unit,
        "1,85123a,X,3,2026-03-01 10:01,2\n2,B,Y,1,2026-03-01 10:00,1\n"
        "1,85123A,X,1,2026-03-01 10:00,4\n",
    )
    assert (report.taken, report.merged, report.movements_booked) == (3, 1, 2)
    with unit.reading():
        key = StockKey(unit.products.get("85123A").id, unit.locations.get(None).id)
        (movement,) = unit.ledger.movements(key, 10)
    assert movement.change == -4
    assert movement.unit_price == Decimal("2.5")
    assert movement.occurred_at == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_a_reference_booked_with_another_quantity_is_kept_and_reported(unit: UnitOfWork) -> None:
    sales(unit, "1,A1,X,3,2026-03-01,2\n")
    report = sales(unit, "1,A1,X,5,2026-03-01,2\n2,A1,X,1,2026-03-01,2\n")
    assert (report.differing, report.taken) == (1, 1)
    assert "the file says -5, -3 was booked" in report.differences[0]
    assert on_hand(unit, "A1") == -4


def test_a_till_that_begins_again_at_one_every_day_loses_no_sale(unit: UnitOfWork) -> None:
    sales(unit, "1,A1,X,3,2026-03-01 10:00,2\n1,A1,X,3,2026-03-02 10:00,2\n")
    assert sales(unit, "1,A1,X,3,2026-03-03 10:00,2\n").taken == 1
    assert on_hand(unit, "A1") == -9


def test_a_negative_quantity_is_a_return(unit: UnitOfWork) -> None:
    sales(unit, "1,A1,X,5,2026-03-01,2\n1,A1,X,-2,2026-03-02,2\n")
    with unit.reading():
        key = StockKey(unit.products.get("A1").id, unit.locations.get(None).id)
        kinds = {movement.kind: movement.change for movement in unit.ledger.movements(key, 10)}
    assert kinds == {MovementKind.SALE: -5, MovementKind.RETURN: 2}


def test_without_invoices_a_days_rows_are_one_sale_and_a_times_are_their_own(
    unit: UnitOfWork,
) -> None:
    header = "date,sku,quantity\n"
    by_day = sales(unit, "2026-03-01,A1,1\n2026-03-01,A1,2\n", header=header)
    by_time = sales(unit, "2026-03-02 09:00,A1,1\n2026-03-02 10:00,A1,2\n", header=header)
    assert (by_day.movements_booked, by_time.movements_booked) == (1, 2)
    assert on_hand(unit, "A1") == -6


def test_bad_rows_are_left_out_with_their_reasons_and_the_rest_is_taken(unit: UnitOfWork) -> None:
    report = sales(
        unit,
        "1,A1,X,1,2026-03-01,2\n"
        "2,,X,1,2026-03-01,2\n"
        "3,A1,X,NaN,2026-03-01,2\n"
        "4,A1,X,1e30,2026-03-01,2\n"
        "5,A1,X,0,2026-03-01,2\n"
        "6,A1,X,1,20110-03-01,2\n"
        "7,A1,X,1,2027-03-01,2\n"
        '8,A1,"open,1,2026-03-01,2\n'
        "9,A1,X,1,2026-03-01,unknown\n",
    )
    assert report.taken == 2
    assert adds_up(report)
    assert reasons(report) == {
        "bad quantity": 2,
        "no SKU": 1,
        "zero quantity": 1,
        "bad date": 1,
        "date in the future": 1,
        "quotes do not match": 1,
    }
    examples = {rows.reason: rows.examples for rows in report.skipped}
    assert examples["bad quantity"] == (
        "line 4: 'NaN' is no quantity",
        "line 5: '1e30' is no quantity",
    )


def test_at_most_five_examples_of_a_reason_are_kept(unit: UnitOfWork) -> None:
    report = sales(unit, "1,A1,X,none,2026-03-01,2\n" * 50)
    assert (report.skipped[0].count, len(report.skipped[0].examples)) == (50, 5)


def test_hostile_names_are_stored_as_harmless_text(unit: UnitOfWork) -> None:
    sales(unit, "1,A1,=cmd|' /C calc'!A0,1,2026-03-01,2\n2,A2,RED\x1b[2J\x07 MUG,1,2026-03-01,2\n")
    with unit.reading():
        names = [product.name for product in unit.products.all()]
    assert names == ["cmd|' /C calc'!A0", "RED [2J MUG"]


@pytest.mark.parametrize("content", [b"\0\1\2binary", b"", b"sku;quantity\n"])
def test_a_file_that_cannot_be_sales_is_refused_and_nothing_is_booked(
    unit: UnitOfWork, content: bytes
) -> None:
    with pytest.raises(InvalidInputError):
        sales(unit, content)
    with unit.reading():
        assert unit.products.all() == []


def test_names_of_known_products_are_left_as_they_are(unit: UnitOfWork) -> None:
    sales(unit, "1,A1,RED MUG,1,2026-03-01,2\n")
    sales(unit, "2,A1,ANOTHER NAME,1,2026-03-01,9\n" * 3)
    with unit.reading():
        assert unit.products.get("A1").name == "RED MUG"


def test_unknown_products_can_be_left_out(unit: UnitOfWork) -> None:
    sales(unit, "1,A1,X,1,2026-03-01,2\n")
    report = sales(
        unit,
        "2,A1,X,1,2026-03-01,2\n2,A9,X,1,2026-03-01,2\n",
        SalesOptions(create_products=False),
    )
    assert (report.taken, reasons(report)) == (1, {"unknown SKU": 1})


def test_skus_that_match_the_pattern_are_no_products(unit: UnitOfWork) -> None:
    report = sales(
        unit, "1,FEE1,X,1,2026-03-01,2\n1,COFFEE1,X,1,2026-03-01,2\n", SalesOptions(skip_sku="fee.")
    )
    assert reasons(report) == {"charge or voucher, not a product": 1}


def test_a_pattern_that_is_none_is_refused(unit: UnitOfWork) -> None:
    with pytest.raises(InvalidInputError, match="no regular expression"):
        sales(unit, "1,A1,X,1,2026-03-01,2\n", SalesOptions(skip_sku="("))


def test_a_portuguese_file_with_semicolons_and_commas_is_read(unit: UnitOfWork) -> None:
    content = (
        "Nota;Código;Descrição;Qtd;Data;Preço\n1;P1;Café moído;1,5;28/02/2026 18:30;R$ 12,90\n"
    )
    report = sales(unit, content.encode("latin-1"))
    assert report.units == Decimal("1.5")
    with unit.reading():
        product = unit.products.get("P1")
    assert (product.name, product.unit_price) == ("Café moído", Decimal("12.9"))


def test_rows_name_their_location_which_must_be_known(unit: UnitOfWork) -> None:
    header = "store,sku,quantity,date\n"
    rows = "back room,A1,1,2026-03-01\n"
    assert reasons(sales(unit, rows, header=header)) == {"unknown location": 1}
    options = SalesOptions(create_locations=True)
    assert sales(unit, rows, options, header=header).locations_created == 1
    with unit.reading():
        assert "BACK ROOM" in {location.code for location in unit.locations.all()}


def test_rows_without_a_location_belong_to_the_one_that_was_said(unit: UnitOfWork) -> None:
    with unit:
        unit.locations.put([Location(id=LocationId(0), code="YARD", name="Yard")])
        unit.commit()
    sales(unit, "1,A1,X,1,2026-03-01,2\n", SalesOptions(location="yard"))
    with unit.reading():
        key = StockKey(unit.products.get("A1").id, unit.locations.get("YARD").id)
        assert unit.ledger.levels([key])[key].on_hand == -1
    with pytest.raises(NotFoundError):
        sales(unit, "1,A1,X,1,2026-03-01,2\n", SalesOptions(location="MOON"))


def test_a_saved_profile_reads_the_next_file(unit: UnitOfWork) -> None:
    header = "a,b,c\n"
    mapping = ColumnMapping(sku="a", quantity="b", date="c")
    options = SalesOptions(
        mapping=mapping, date_format="%d%m%Y", skip_sku="FEE", save_profile="till"
    )
    sales(unit, "A1,1,01032026\n", options, header=header)
    report = sales(
        unit, "A1,2,02032026\nFEE,1,02032026\n", SalesOptions(profile="till"), header=header
    )
    assert (report.taken, report.rows_skipped, report.profile) == (1, 1, "till")


def test_an_unknown_profile_is_refused_with_those_there_are(unit: UnitOfWork) -> None:
    with pytest.raises(NotFoundError) as refused:
        sales(unit, "1,A1,X,1,2026-03-01,2\n", SalesOptions(profile="till"))
    assert "online-retail" in refused.value.hint


def test_the_online_retail_file_is_recognised_and_its_charges_are_no_products(
    unit: UnitOfWork,
) -> None:
    report = sales(
        unit,
        "1,85123a,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom,sale\n"
        "1,POST,POSTAGE,1,2010-12-01 08:26:00,18,17850,France,sale\n"
        "1,gift_0001_30,Voucher,1,2010-12-01 08:26:00,30,,UK,sale\n"
        "2,85123A,WHITE HANGING HEART,9,2010-12-01 08:28:00,2.55,17850,UK,sale_cancelled\n"
        "C3,85123A,WHITE HANGING HEART,-9,2010-12-01 09:28:00,2.55,17850,UK,cancel_or_adjust\n"
        "4,85123A,damaged,-3,2010-12-01 09:28:00,0,,UK,cancel_or_adjust\n"
        "5,85123A,found,40,2010-12-01 09:28:00,0,,UK,zero_price\n"
        "A6,B,Adjust bad debt,1,2010-12-01 09:28:00,-11062.06,,UK,zero_price\n",
        header=RETAIL_HEADER,
    )
    assert (report.profile, report.taken, report.units) == ("online-retail", 1, Decimal(6))
    assert reasons(report) == {
        "charge or voucher, not a product": 3,
        "sale cancelled later by a credit note": 1,
        "credit note": 1,
        "stock write-off, not a sale": 1,
        "no price: a free item or stock found, not demand": 1,
    }
    with unit.reading():
        assert [(p.sku, p.name) for p in unit.products.all()] == [("85123A", "WHITE HANGING HEART")]


def test_sales_older_than_a_count_do_not_change_what_was_counted(unit: UnitOfWork) -> None:
    sales(unit, "1,A1,X,1,2026-03-01,2\n")
    counts = bytes_source("counts.csv", b"sku,quantity,date\nA1,10,2026-03-05\n")
    import_counts(unit, counts, TableOptions(), now=NOW)
    late = "2,A1,X,3,2026-03-02,2\n3,A1,X,4,2026-03-03,2\n4,A1,X,2,2026-03-06,2\n"
    report = sales(unit, late)
    assert (report.movements_booked, report.recounts_booked) == (3, 1)
    assert on_hand(unit, "A1") == 8
    again = sales(unit, late)
    assert (again.movements_booked, again.recounts_booked) == (0, 0)
    assert on_hand(unit, "A1") == 8


class BrokenOffError(Exception):
    """The process was killed."""


def test_an_import_broken_off_is_completed_by_repeating_it(
    unit: UnitOfWork, tmp_path: Path
) -> None:
    file = tmp_path / "sales.csv.gz"
    rows = "".join(f"{i},S{i % 7},X,1,2026-03-01 10:00,2\n" for i in range(25_000))
    file.write_bytes(gzip.compress((HEADER + rows).encode()))
    size = file.stat().st_size

    def killed_after_the_first_chunk(done: int) -> None:
        if done > size * 0.5:
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        import_sales(
            unit, file_source(file), PLAIN, now=NOW, on_progress=killed_after_the_first_chunk
        )
    report = import_sales(unit, file_source(file), PLAIN, now=NOW)
    assert (report.already_there, report.taken) == (10_000, 15_000)
    assert sum(on_hand(unit, f"S{i}") for i in range(7)) == -25_000


def test_progress_grows_to_the_size_of_the_file(unit: UnitOfWork) -> None:
    content = (HEADER + "1,A1,X,1,2026-03-01,2\n" * 20_000).encode()
    told: list[int] = []
    source = bytes_source("sales.csv", content)
    import_sales(unit, source, PLAIN, now=NOW, on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == len(content)


def test_an_import_is_recorded_with_its_report(unit: UnitOfWork) -> None:
    report = sales(unit, "1,A1,X,1,2026-03-01,2\n2,,X,1,2026-03-01,2\n")
    with unit.reading():
        (record,) = unit.imports.latest(5)
    assert (record.kind, record.file_name, len(record.checksum)) == ("sales", "sales.csv", 64)
    assert record.report == report.to_json()


def test_two_shops_import_the_same_file_each_into_its_own_books(database: Database) -> None:
    one, other = unit_of(database, "one"), unit_of(database, "other")
    rows = "1,A1,X,3,2026-03-01,2\n"
    sales(one, rows)
    assert sales(other, rows).taken == 1
    assert sales(other, rows).already_there == 1
    assert on_hand(one, "A1") == on_hand(other, "A1") == -3


def test_columns_that_were_not_understood_and_new_products_are_named(unit: UnitOfWork) -> None:
    report = sales(unit, "A1,1,2026-03-01,blue\n", header="sku,quantity,date,Cor\n")
    assert report.columns_left_aside == ("Cor",)
    assert report.new_skus == ("A1",)
    assert report.to_json()["columns_left_aside"] == ["Cor"]
    assert report.to_json()["new_skus"] == ["A1"]


def test_of_many_new_products_the_first_ten_are_named(unit: UnitOfWork) -> None:
    report = sales(unit, "".join(f"1,A{n:02},X,1,2026-03-01,2\n" for n in range(12)))
    assert (report.products_created, len(report.new_skus)) == (12, 10)


def test_a_thousand_written_with_a_dot_is_one_where_prices_have_commas(unit: UnitOfWork) -> None:
    header = "nota;sku;nome;qtd;data;preco\n"
    rows = "1;A1;X;1.200;01/03/2026;18,90\n"
    assert sales(unit, rows, header=header).units == 1200


def test_a_number_that_could_be_two_is_left_out_of_sales(unit: UnitOfWork) -> None:
    rows = "1;A1;X;1.200;01/03/2026;18\n2;A1;X;3;01/03/2026;18\n"
    report = sales(unit, rows, header="nota;sku;nome;qtd;data;preco\n")
    assert (report.units, reasons(report)) == (Decimal(3), {"a number that could be two": 1})
    assert "--decimal-comma" in report.skipped[0].examples[0]


DAYS = "sku,quantity,date\n"


def test_days_sold_with_invoices_and_then_without_are_told(unit: UnitOfWork) -> None:
    sales(unit, "1,A1,X,3,2026-03-01,2\n2,A1,X,4,2026-03-02,2\n")
    report = sales(unit, "A1,3,2026-03-01\nA2,1,2026-03-01\nA1,4,2026-03-03\n", header=DAYS)
    assert report.days_sold_twice == 1


def test_days_sold_without_invoices_and_then_with_are_told(unit: UnitOfWork) -> None:
    sales(unit, "A1,3,2026-03-01\nA1,4,2026-03-02\n", header=DAYS)
    rows = "1,A1,X,2,2026-03-01,2\n2,A1,X,1,2026-03-01,2\n3,A2,X,1,2026-03-02,2\n"
    assert sales(unit, rows, dry_run=True).days_sold_twice == 1
    assert sales(unit, rows).days_sold_twice == 1


def test_files_of_one_kind_are_not_said_to_count_twice(unit: UnitOfWork) -> None:
    mixed = "1,A1,X,2,2026-03-01,2\n,A1,X,0.1,2026-03-01,2\n,A2,X,0.1,2026-03-01,2\n"
    assert sales(unit, mixed).days_sold_twice == 0
    assert sales(unit, mixed).days_sold_twice == 0
    assert sales(unit, "9,A1,X,2,2026-03-05,2\n").days_sold_twice == 0
