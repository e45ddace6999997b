"""Sales read from files as analysts have them, and files that cannot be read."""

from __future__ import annotations

import gzip
import json
import math
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.integration.persistence.sales_tables import (
    HEADER,
    daily,
    opened,
    records,
    refusal,
    table,
    units,
    write_parquet,
)


def test_codes_stay_as_they_are_written(tmp_path: Path) -> None:
    hostile = [
        "00123",
        "'; DROP TABLE rows; --",
        "=SUM(A1)",
        'x "y", z',
        "a\nb",
        "pão",
        "\u202eab",
        "NULL",
    ]
    quoted = ['"{}",2026-01-01,1'.format(one.replace('"', '""')) for one in hostile]

    assert units(table(tmp_path, *quoted)).keys() == set(hostile)


@pytest.mark.parametrize(
    "written",
    ["2026-01-02", "2026-1-2", "2026/01/02", "20260102", "2026-01-02T23:30:00-03:00"],
)
def test_dates_may_be_written_in_usual_ways(tmp_path: Path, written: str) -> None:
    assert records(table(tmp_path, f"A,{written},1"))[0].history.first_day == date(2026, 1, 2)


def test_blanks_around_product_and_location_are_no_part_of_them(tmp_path: Path) -> None:
    lines = ("A,2026-01-01,1,N", " A ,2026-01-02,2,N ", "A\t,2026-01-03,3,\u00a0N")

    (record,) = records(table(tmp_path, *lines, header=f"{HEADER},location"))

    assert (record.product, record.location, list(record.history.units)) == ("A", "N", [1, 2, 3])


def test_one_date_settles_whether_all_put_the_day_first(tmp_path: Path) -> None:
    day_first = table(tmp_path, "A,02/01/2026,1", "A,13/01/2026,1", name="a.csv")
    month_first = table(tmp_path, "A,01/02/2026,1", "A,01/13/2026,1", name="b.csv")
    neither = table(tmp_path, "A,01/02/2026,1", name="c.csv")

    assert records(day_first)[0].history.first_day == date(2026, 1, 2)
    assert records(month_first)[0].history.first_day == date(2026, 1, 2)
    assert "year-month-day" in refusal(neither)


def test_columns_are_found_in_any_order_and_capitals(tmp_path: Path) -> None:
    path = table(tmp_path, "1,note,2026-01-01,A", header="\ufeffQuantity,Remark,DATE, Product")

    assert units(path) == {"A": [1]}


def test_semicolons_tabs_commas_in_decimals_and_old_encodings_are_read(tmp_path: Path) -> None:
    semicolons = tmp_path / "br.csv"
    semicolons.write_bytes("product;date;quantity\npão;2026-01-01;1.234,5\n".encode("latin-1"))
    tabs = tmp_path / "a.tsv"
    tabs.write_text("product\tdate\tquantity\nA,B\t2026-01-01\t2\n")

    assert units(semicolons) == {"pão": [1234.5]}
    assert units(tabs) == {"A,B": [2]}


def written(folder: Path, *quantities: str, delimiter: str = ";") -> list[float]:
    """What quantities of the first days of a year are read as."""
    rows = [
        f'A{delimiter}2026-01-{day:02}{delimiter}"{said}"' for day, said in enumerate(quantities, 1)
    ]
    path = table(folder, *rows, header=HEADER.replace(",", delimiter))
    return units(path)["A"]


def test_a_file_that_shows_its_decimal_sign_settles_numbers_that_could_be_two(
    tmp_path: Path,
) -> None:
    assert written(tmp_path, "1.234", "5,5", "1.234.567") == [1234, 5.5, 1234567]
    assert written(tmp_path, "1.234", "5.5", "1,234") == [1.234, 5.5, 1234]
    assert written(tmp_path, "1,234", "7", delimiter=",") == [1234, 7]
    assert written(tmp_path, "1.234", "7", delimiter=",") == [1.234, 7]
    assert written(tmp_path, "1,234", "7") == [1.234, 7]


def test_a_dot_between_semicolons_that_could_be_two_things_is_no_figure(tmp_path: Path) -> None:
    doubtful, clear = written(tmp_path, "1.234", "7")

    assert (math.isnan(doubtful), clear) == (True, 7)
    assert "'1.234' may be 1234 or 1.234" in opened(tmp_path / "sales.csv").remarks[0]


def test_a_file_that_shows_both_signs_settles_nothing(tmp_path: Path) -> None:
    found = written(tmp_path, "1.234", "1,5", "1.5", "1,234")

    assert [math.isnan(one) for one in found] == [True, False, False, True]


@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
def test_what_excel_calls_unicode_text_is_read(tmp_path: Path, ending: str) -> None:
    text = "product\tdate\tquantity\r\npão\t2026-01-01\t1,5\r\n".encode("utf-16")
    path = tmp_path / f"unicode.{ending}"
    path.write_bytes(gzip.compress(text) if ending.endswith("gz") else text)

    assert units(path) == {"pão": [1.5]}


def test_line_ends_of_all_kinds_are_read(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    found = []
    for ends in ("\r\n", "\n\n", "\n\r\n"):
        lines = (HEADER, "A,2026-01-01,1", "B,2026-01-02,2", "C,2026-01-02,3", "")
        path.write_bytes((lines[0] + "\n" + ends.join(lines[1:])).encode())
        found.append(units(path))

    assert found == [{"A": [1, 0], "B": [2], "C": [3]}] * 3


def test_rows_that_do_not_fit_the_header_are_told_apart(tmp_path: Path) -> None:
    path = table(tmp_path, "A,2026-01-01,1,5", "B,2026-01-01,2", "B,2026-01-02,2")
    path.write_bytes(path.read_bytes() + b'"C,2026-01-02,3\n')

    (remark,) = opened(path).remarks

    assert "line 2: it has not as many columns as the header" in remark
    assert "line 5: a quotation mark is not closed" in remark


def test_compressed_files_and_parquet_say_the_same_as_csv(tmp_path: Path) -> None:
    lines = ["00123,2026-01-01,1.5,1", "00123,2026-01-02,,0", "B,2026-01-02,2,1"]
    plain = table(tmp_path, *lines, header=f"{HEADER},in_stock")
    (tmp_path / "sales.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    write_parquet(
        tmp_path / "sales.parquet",
        "SELECT '00123' AS product, DATE '2026-01-01' AS date, 1.5 AS quantity, true AS in_stock "
        "UNION ALL SELECT '00123', DATE '2026-01-02', NULL, false "
        "UNION ALL SELECT 'B', DATE '2026-01-02', 2, true",
    )

    said = [str(records(tmp_path / f"sales.{kind}")) for kind in ("csv", "csv.gz", "parquet")]

    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMP_NS", "VARCHAR"])
def test_parquet_may_hold_dates_as_instants_or_text(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "sales.parquet"
    write_parquet(
        path, f"SELECT 17 AS product, CAST('2026-01-02 00:00' AS {kind}) AS date, 3 AS quantity"
    )

    (record,) = records(path)

    assert (record.product, record.history.first_day) == ("17", date(2026, 1, 2))


def write_instants(path: Path, *instants: str, zone: str | None = None) -> Path:
    """Write one unit per instant; pandas tells the zone of a column as it does here."""
    rows = ", ".join(f"('A', TIMESTAMPTZ '{one}', 1)" for one in instants)
    told = {"columns": [{"name": "date", "metadata": {"timezone": zone}}]}
    more = f", KV_METADATA {{pandas: '{json.dumps(told)}'}}" if zone else ""
    with duckdb.connect() as connection:
        select = f"FROM (VALUES {rows}) AS t(product, date, quantity)"
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet{more})")
    return path


def test_instants_at_midnight_of_utc_are_dates(tmp_path: Path) -> None:
    path = write_instants(tmp_path / "utc.parquet", "2026-01-02 00:00+00", "2026-01-03 00:00+00")

    (record,) = records(path)

    assert (record.history.first_day, list(record.history.units)) == (date(2026, 1, 2), [1, 1])


@pytest.mark.parametrize("zone", [None, "UTC", "No/Where'; --"])
def test_instants_of_a_zone_that_is_not_told_are_refused(tmp_path: Path, zone: str | None) -> None:
    late = "2026-01-02 23:30-03"
    if zone and "'" in zone:
        zone = zone.replace("'", "''")

    said = refusal(write_instants(tmp_path / "late.parquet", late, zone=zone))

    assert "write them as plain dates" in said


def test_instants_fall_on_the_day_of_the_zone_that_is_told(tmp_path: Path) -> None:
    late = write_instants(
        tmp_path / "late.parquet",
        "2026-01-02 23:30-03",
        "2026-01-03 00:00-03",
        zone="America/Sao_Paulo",
    )

    (record,) = records(late)

    assert (record.history.first_day, list(record.history.units)) == (date(2026, 1, 2), [1, 1])


def test_a_file_name_is_no_pattern(tmp_path: Path) -> None:
    table(tmp_path, "OTHER,2026-01-01,1", name="a.csv")

    assert units(table(tmp_path, "A,2026-01-01,1", name="'[a]*?.csv")) == {"A": [1]}


def test_missing_columns_are_told_with_those_found_and_meant(tmp_path: Path) -> None:
    said = refusal(table(tmp_path, "A,2026-01-01,1", header="sku,date,quantitty"))

    assert "no columns product, quantity; its columns are sku, date, quantitty" in said
    assert "rename sku to product and quantitty to quantity" in said


def test_files_that_are_none_are_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "empty.csv").touch()

    assert "there is no file" in refusal(tmp_path / "none.csv")
    assert "is a folder" in refusal(tmp_path / "folder.csv")
    assert "is empty" in refusal(tmp_path / "empty.csv")
    assert "neither CSV nor Parquet" in refusal(table(tmp_path, name="sales.xlsx"))


def test_broken_files_are_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "broken.csv.gz").write_bytes(b"\x1f\x8b and no more")
    half = gzip.compress("\n".join((HEADER, *daily(date(2020, 1, 1), 2000))).encode())
    (tmp_path / "half.csv.gz").write_bytes(half[: len(half) // 2])
    (tmp_path / "wide.csv").write_text(f"{HEADER}\nA,2026-01-01,1\n", encoding="utf-16-be")

    assert "is broken" in refusal(tmp_path / "broken.parquet")
    assert "is broken" in refusal(tmp_path / "broken.csv.gz")
    assert "is broken" in refusal(tmp_path / "half.csv.gz")
    assert "UTF-8" in refusal(tmp_path / "wide.csv")


def test_a_table_without_a_usable_row_is_refused_with_the_reason(tmp_path: Path) -> None:
    assert "no usable row" in refusal(table(tmp_path))
    assert "'soon' is no date" in refusal(table(tmp_path, "A,soon,1"))
    assert "two columns called date" in refusal(
        table(tmp_path, header="product,date,Date,quantity")
    )
