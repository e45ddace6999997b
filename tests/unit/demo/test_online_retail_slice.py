"""The real invoice lines that are shipped with the demo."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator

import pytest

from stockcli.demo.giftware import LINES_PATH, closed_days
from stockcli.demo.giftware_sales import PRODUCT_CODE

Lines = list[dict[str, str]]


@pytest.fixture(scope="module")
def lines() -> Iterator[Lines]:
    with gzip.open(LINES_PATH, "rt", encoding="utf-8", newline="") as file:
        yield list(csv.DictReader(file))


def test_the_slice_takes_three_megabytes_at_most() -> None:
    assert LINES_PATH.stat().st_size <= 3_000_000


def test_the_slice_carries_no_time_of_packing() -> None:
    assert LINES_PATH.read_bytes()[4:8] == bytes(4)


def test_the_slice_holds_at_least_150_products_that_sold(lines: Lines) -> None:
    sold = {line["StockCode"].upper() for line in lines if line["status"] == "sale"}
    assert sum(PRODUCT_CODE.fullmatch(code) is not None for code in sold) >= 150


def test_the_slice_spans_the_whole_period(lines: Lines) -> None:
    days = {line["InvoiceDate"][:10] for line in lines}
    assert (min(days), max(days)) == ("2009-12-01", "2011-05-31")
    assert len(days) >= 365


def test_the_slice_holds_every_status(lines: Lines) -> None:
    statuses = Counter(line["status"] for line in lines)
    assert set(statuses) == {"sale", "sale_cancelled", "cancel_or_adjust", "zero_price"}


def test_the_slice_holds_codes_in_both_cases(lines: Lines) -> None:
    assert {"85123A", "85123a"} <= {line["StockCode"] for line in lines}


def test_the_slice_holds_charges_that_are_no_products(lines: Lines) -> None:
    assert {"POST", "BANK CHARGES", "M"} <= {line["StockCode"] for line in lines}


def test_the_slice_holds_descriptions_that_are_notes(lines: Lines) -> None:
    assert any("damage" in line["Description"].lower() for line in lines)


def test_no_line_falls_on_a_closed_day(lines: Lines) -> None:
    closed = {day.isoformat() for day in closed_days()}
    assert not closed & {line["InvoiceDate"][:10] for line in lines}
