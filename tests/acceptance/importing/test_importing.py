"""`stock import`, on files as shops have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.demo_home import Stock

SALES = """\
Nota;Codigo;Qtd;Data;Preco
1;85123A;3;02/06/2011;2,95
1;85123A;1;02/06/2011;2,95
2;22423;two;02/06/2011;12,75
3;NEW-1;5;03/06/2011;1,50
"""


@pytest.fixture
def sales(tmp_path: Path) -> str:
    """A file of sales with one bad row."""
    file = tmp_path / "vendas.csv"
    file.write_text(SALES)
    return str(file)


def test_bad_row_is_left_out_with_its_reason_and_the_rest_is_taken(demo: Stock, sales: str) -> None:
    report = demo("import", "sales", sales, "--json").json

    assert (report["rows_read"], report["taken"], report["merged"]) == (4, 3, 1)
    assert [(one["reason"], one["count"]) for one in report["skipped"]] == [("bad quantity", 1)]
    assert "'two'" in report["skipped"][0]["examples"][0]
    assert report["products_created"] == 1


def test_same_file_twice_changes_nothing(demo: Stock, sales: str) -> None:
    demo("import", "sales", sales)

    again = demo.process("import", "sales", sales)

    assert again.code == 0, again.err
    assert "everything was there already, nothing was changed" in again.out
    listed = demo("import", "list", "--json").json
    assert [one["report"]["taken"] for one in listed[:2]] == [0, 3]


def test_dry_run_writes_nothing(demo: Stock, sales: str) -> None:
    dry = demo("import", "sales", sales, "--dry-run", "--json").json
    real = demo("import", "sales", sales, "--json").json

    assert (dry["dry_run"], dry["taken"]) == (True, 3)
    assert real["taken"] == 3


def test_report_says_what_was_read_as_what(demo: Stock, sales: str) -> None:
    page = demo("import", "sales", sales, "--no-create-products").out

    assert "sku=Codigo" in page
    assert "unknown SKU" in page
    assert "there is no product 'NEW-1'" in page


def test_saved_profile_reads_the_next_file(demo: Stock, tmp_path: Path) -> None:
    odd = tmp_path / "till.csv"
    odd.write_text("a,b,c\n85123A,2,2011-06-04\n")
    named = ("--sku", "a", "--map", "quantity=b", "--date", "c")

    demo("import", "sales", str(odd), *named, "--save-profile", "till")
    odd.write_text("a,b,c\n85123A,2,2011-06-05\n")
    report = demo("import", "sales", str(odd), "--profile", "till", "--json").json

    assert (report["profile"], report["taken"]) == ("till", 1)


def test_mapping_of_no_field_names_the_fields_there_are(demo: Stock, sales: str) -> None:
    ran = demo("import", "sales", sales, "--map", "colour=Cor")

    assert ran.code == 2
    assert "the fields are sku, quantity, date" in ran.err


@pytest.mark.parametrize(
    ("kind", "rows", "taken"),
    [
        ("products", "sku,name,category\n85123A,White heart,lights\n", 1),
        ("suppliers", "code,name,lead_time_days\nACME,Acme,4\n", 1),
        ("counts", "sku,quantity\n85123A,40\n22423,12\n", 2),
        ("movements", "sku,kind,quantity,date\n85123A,receipt,12,2011-06-01\n", 1),
        ("calendar", "date,open\n2011-12-25,0\n", 1),
        ("calendar", "date,event\n2011-12-24,Christmas Eve\n", 1),
    ],
)
def test_other_files_are_taken_from_a_pipe(demo: Stock, kind: str, rows: str, taken: int) -> None:
    report = demo("import", kind, "-", "--json", stdin=rows).json

    assert (report["kind"], report["taken"], report["skipped"]) == (kind, taken, [])


def test_count_is_what_the_shelf_holds_from_then_on(demo: Stock) -> None:
    demo("import", "counts", "-", stdin="sku,quantity\n85123A,40\n")

    app = demo.app()
    unit = app.unit()
    with unit.reading():
        key_of = {one.sku: one.id for one in unit.products.all()}
        levels = unit.ledger.levels()
    on_hand = [one.on_hand for key, one in levels.items() if key.product_id == key_of["85123A"]]
    assert on_hand == [40]


def test_analyst_may_not_import(demo: Stock, sales: str) -> None:
    ran = demo("import", "sales", sales, "--json", STOCK_TOKEN=demo.analyst())

    assert (ran.code, ran.json["error"]["code"]) == (1, "not_allowed")


def test_missing_file_is_one_sentence(demo: Stock) -> None:
    ran = demo("import", "sales", "nowhere.csv")

    assert ran.code == 2
    assert ran.err.startswith("error: there is no file nowhere.csv")


def test_report_names_new_products_columns_left_aside_and_days_counted_twice(demo: Stock) -> None:
    demo("import", "sales", "-", stdin="sku,quantity,date,nota\nNEW-2,3,2011-06-02,1\n")

    page = demo("import", "sales", "-", stdin="sku,quantity,date,Cor\nNEW-2,3,2011-06-02,x\n").out
    new = demo("import", "products", "-", stdin="sku\n" + "".join(f"N{n}\n" for n in range(12)))

    assert "columns left aside: Cor" in page
    assert "may be counted twice" in " ".join(page.split())
    assert "new products: N0, N1" in new.out
    assert "and 2 more" in " ".join(new.out.split())
