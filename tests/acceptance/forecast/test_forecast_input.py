"""`stock forecast --input`, as an analyst without a shop runs it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.fixtures.demo_home import Ran, Stock

COLUMNS = [
    "product",
    "location",
    "periods",
    "demand_class",
    "model",
    "mean_demand",
    "demand_quantile",
    "reorder_point",
    "order_up_to_level",
    "service_level",
    "interval_periods",
    "note",
]
TERMS = ("--lead-time-days", "3", "--review-days", "7", "--service-level", "0.95")
HEADER = "product,date,quantity"


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    """The command in a home that holds nothing."""
    home = tmp_path / "home"
    home.mkdir()
    return Stock(home)


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    """A year of two products at two places."""
    return write_sales(tmp_path / "sales.csv", products=2, days=365)


def write_sales(path: Path, *, products: int, days: int) -> Path:
    chance = random.Random(11)
    lines = [
        f"{product:05},{date(2025, 1, 1) + timedelta(days=day)},{chance.randrange(6)},{place},1"
        for product in range(products)
        for place in ("N", "S")
        for day in range(days)
    ]
    path.write_text("\n".join((f"{HEADER},location,in_stock", *lines)) + "\n")
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def ask(stock: Stock, path: Path, *more: str) -> Ran:
    return stock("forecast", "--input", str(path), *TERMS, *more)


def test_a_row_per_product_and_location_stands_on_stdout(stock: Stock, sales: Path) -> None:
    ran = stock.process("forecast", "--input", str(sales), *TERMS)

    table = rows(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert list(table[0]) == COLUMNS
    assert [(row["product"], row["location"]) for row in table] == [
        ("00000", "N"),
        ("00000", "S"),
        ("00001", "N"),
        ("00001", "S"),
    ]
    assert all(row["periods"] == "365" and row["interval_periods"] == "10.0" for row in table)
    assert all(
        float(row["mean_demand"])
        < float(row["demand_quantile"])
        <= int(row["reorder_point"])
        < int(row["order_up_to_level"])
        for row in table
    )


def test_no_database_is_made_and_no_token_asked_for(stock: Stock, sales: Path) -> None:
    ran = ask(stock, sales)

    assert ran.code == 0
    assert list(stock.home.iterdir()) == []


def test_json_says_the_same_as_csv(stock: Stock, sales: Path) -> None:
    said = ask(stock, sales, "--json").json

    assert [list(row) for row in said] == [COLUMNS] * 4
    assert [str(row["demand_quantile"]) for row in said] == [
        row["demand_quantile"] for row in rows(ask(stock, sales).out)
    ]


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "tsv", "parquet"])
def test_the_table_is_written_by_its_ending_and_replaced(
    stock: Stock, sales: Path, tmp_path: Path, ending: str
) -> None:
    output = tmp_path / f"thresholds.{ending}"

    first = ask(stock, sales, "--output", str(output))
    again = ask(stock, sales, "--output", str(output))

    assert (first.code, first.out, again.code) == (0, "", 0), again.err
    table = (
        duckdb.read_parquet(str(output)) if ending == "parquet" else duckdb.read_csv(str(output))
    )
    assert table.columns == COLUMNS
    assert [str(row[2]) for row in table.fetchall()] == ["365"] * 4
    assert not list(tmp_path.glob(".stock-*"))


def test_parquet_in_and_out_agrees_with_csv(stock: Stock, sales: Path, tmp_path: Path) -> None:
    source, output = tmp_path / "sales.parquet", tmp_path / "out.parquet"
    duckdb.read_csv(str(sales), dtype={"product": "VARCHAR"}).write_parquet(str(source))

    ran = ask(stock, source, "--output", str(output))

    assert ran.code == 0, ran.err
    written = duckdb.read_parquet(str(output)).project("product, location, demand_quantile")
    assert [tuple(map(str, row)) for row in written.fetchall()] == [
        (row["product"], row["location"], row["demand_quantile"])
        for row in rows(ask(stock, sales).out)
    ]


def test_a_file_name_is_no_pattern_and_no_statement(
    stock: Stock, sales: Path, tmp_path: Path
) -> None:
    output = tmp_path / "'a*[b]? ; DROP.parquet"

    first = ask(stock, sales, "--output", str(output))
    again = ask(stock, sales, "--output", str(output))

    assert (first.code, again.code) == (0, 0), again.err
    assert output.read_bytes()[:4] == b"PAR1"


def test_hostile_names_come_out_as_they_went_in(stock: Stock, tmp_path: Path) -> None:
    names = sorted(["00123", "'; DROP TABLE x; --", 'x "y", z', "a\nb", "=1+1", "\\N", "[b]pão"])
    source, output = tmp_path / "hostile.csv", tmp_path / "out.parquet"
    with source.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(HEADER.split(","))
        table.writerows((name, "2026-01-01", 1) for name in names)

    assert [row["product"] for row in rows(ask(stock, source).out)] == names
    assert ask(stock, source, "--output", str(output)).code == 0
    assert [row[0] for row in duckdb.read_parquet(str(output)).fetchall()] == names


def test_as_many_workers_as_you_like_find_the_same(stock: Stock, tmp_path: Path) -> None:
    source = write_sales(tmp_path / "many.csv", products=210, days=40)

    one, two = (ask(stock, source, "--workers", count) for count in ("1", "2"))

    assert (one.code, two.code) == (0, 0), two.err
    assert len(rows(one.out)) == 420
    assert one.out == two.out


def test_weeks_and_months_are_counted_in_periods(stock: Stock, sales: Path) -> None:
    weekly = ask(stock, sales, "--frequency", "week")
    monthly = ask(stock, sales, "--frequency", "month")

    assert {row["periods"] for row in rows(weekly.out)} == {"52"}
    assert "the week of 2025-12-29 is left out" in weekly.err
    assert {row["periods"] for row in rows(monthly.out)} == {"12"}
    assert monthly.err == ""


def test_days_out_of_stock_are_not_read_as_days_without_demand(
    stock: Stock, tmp_path: Path
) -> None:
    lines = [
        f"A,{date(2025, 1, 1) + timedelta(days=day)},{0 if day % 3 else 6},{int(day % 3 == 0)}"
        for day in range(300)
    ]
    path = tmp_path / "empty.csv"
    path.write_text("\n".join((f"{HEADER},in_stock", *lines)))
    known = rows(ask(stock, path).out)[0]
    path.write_text("\n".join((f"{HEADER},unknown", *lines)))
    unknown = rows(ask(stock, path).out)[0]

    assert float(known["mean_demand"]) == pytest.approx(60, rel=0.05)
    assert float(unknown["mean_demand"]) < 40


def test_bad_rows_are_counted_on_stderr_and_the_rest_is_forecast(
    stock: Stock, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    path.write_text(f"{HEADER}\nA,2026-01-01,1\nA,soon,1\nA,2026-01-02,many\nA,2026-01-03,2\n")

    ran = ask(stock, path)

    assert [row["product"] for row in rows(ran.out)] == ["A"]
    assert ran.err.startswith("note: 1 of 4 rows left out: line 3: 'soon' is no date")
    assert "1 of 4 rows without a figure that can be read" in ran.err


def test_a_table_that_is_mostly_unreadable_leaves_no_output(stock: Stock, tmp_path: Path) -> None:
    path, output = tmp_path / "some.csv", tmp_path / "out.csv"
    path.write_text(f"{HEADER}\nA,2026-01-01,1\nA,soon,1\nA,2026-01-02,many\n")

    ran, on_stdout = ask(stock, path, "--output", str(output)), ask(stock, path)

    assert (ran.code, output.exists(), on_stdout.code, on_stdout.out) == (2, False, 2, "")
    assert "2 of its 3 rows cannot be read" in ran.err
    assert "'soon' is no date" in ran.err


def test_monthly_dates_are_not_forecast_as_days(stock: Stock, tmp_path: Path) -> None:
    path = tmp_path / "months.csv"
    path.write_text("\n".join((HEADER, *(f"A,2025-{month:02}-01,9" for month in range(1, 13)))))

    by_day = ask(stock, path)
    backtest = stock(
        "backtest", "--input", str(path), "--lead-time-days", "1", "--review-days", "1"
    )

    assert (by_day.code, by_day.out, backtest.code) == (2, "", 2)
    assert "these dates are a month apart: give --frequency month" in by_day.err
    assert "these dates are a month apart: give --frequency month" in backtest.err
    assert ask(stock, path, "--frequency", "month").code == 0


def test_a_service_level_left_out_is_095(stock: Stock, sales: Path) -> None:
    ran = stock("forecast", "--input", str(sales), *TERMS[:4])

    assert ran.out == ask(stock, sales).out


def test_files_that_cannot_be_used_end_with_two_and_a_sentence(
    stock: Stock, sales: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1")
    other = tmp_path / "letter.csv"
    other.write_text("dear analyst")
    said = {
        "there is no file": ask(stock, tmp_path / "none.csv"),
        "is a folder": ask(stock, tmp_path),
        "is broken": ask(stock, broken),
        "has no columns product, date, quantity": ask(stock, other),
        "is the file that is read": ask(stock, sales, "--output", str(sales)),
        "is no table of thresholds": ask(stock, sales, "--output", str(other)),
        "there is no folder": ask(stock, sales, "--output", str(tmp_path / "no" / "out.csv")),
        "neither CSV nor Parquet": ask(stock, sales, "--output", str(tmp_path / "out.xlsx")),
    }

    assert {ran.code for ran in said.values()} == {2}
    assert all(sentence in ran.err for sentence, ran in said.items()), said
    assert other.read_text() == "dear analyst"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), "nothing was named"),
        (("--product", "A", "--lead-time-days", "3"), "goes with --input"),
        (("--product", "A", "--input", "x.csv", *TERMS), "does not go with --input"),
        (("--horizon", "9", "--input", "x.csv", *TERMS), "does not go with --input"),
        (("--input", "x.csv", "--review-days", "7"), "--lead-time-days is missing"),
        (("--input", "x.csv", *TERMS[:5], "95"), "a service level of 95"),
        (("--input", "x.csv", *TERMS, "--lead-time-days", "-1"), "--lead-time-days -1 is out"),
        (("--input", "x.csv", *TERMS, "--lead-time-days", "nan"), "--lead-time-days nan is out"),
        (("--input", "x.csv", *TERMS, "--frequency", "year"), "use day, week or month"),
        (("--input", "x.csv", *TERMS, "--holding-cost", "1"), "go together"),
        (
            ("--input", "x.csv", *TERMS[:4], "--holding-cost", "1", "--shortage-cost", "0"),
            "--shortage-cost 0 is out of bounds: a cost is above zero",
        ),
        (
            ("--input", "x.csv", *TERMS, "--holding-cost", "1", "--shortage-cost", "9"),
            "costs settle the service level",
        ),
        (("--input", "x.csv", *TERMS, "--lead-time-sd-days", "6.5"), "more than twice"),
    ],
)
def test_options_that_do_not_fit_are_told(
    stock: Stock, options: tuple[str, ...], sentence: str
) -> None:
    ran = stock("forecast", *options, "--json")

    assert ran.code == 2
    assert sentence in ran.err
    assert sentence in json.loads(ran.out)["error"]["message"]


def test_costs_may_stand_in_for_a_service_level(stock: Stock, sales: Path) -> None:
    costs = ("--holding-cost", "0.2", "--shortage-cost", "1")

    ran = stock("forecast", "--input", str(sales), *TERMS[:4], *costs)

    assert ran.code == 0, ran.err
    assert all(0 < float(row["service_level"]) < 1 for row in rows(ran.out))


def test_a_compressed_table_is_read(stock: Stock, sales: Path) -> None:
    packed = sales.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(sales.read_bytes()))

    assert ask(stock, packed).out == ask(stock, sales).out
