from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from stockcli.domain.errors import InvalidInputError
from stockcli.usecases.importing import cells
from stockcli.usecases.importing.dates import DateCells
from stockcli.usecases.importing.naming import NameVotes, RecentPrices, is_sensible
from stockcli.usecases.importing.report import SkippedRowError

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


def dates_of(**options: str) -> DateCells:
    return DateCells(zone=ZoneInfo("Europe/London"), now=NOW, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        (" -3 ", "-3"),
        ("2.5", "2.5"),
        ("2,5", "2.5"),
        ("1,234", "1234"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("0.125", "0.125"),
        ("R$ 1.234,50", "1234.50"),
        ("£2.95", "2.95"),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, number: str) -> None:
    assert cells.decimal_number(text) == Decimal(number)


def test_a_lone_comma_is_decimal_where_the_file_says_so() -> None:
    style = cells.NumberStyle(comma_is_decimal=True, dot_groups=True)
    assert cells.units("1,250", style) == Decimal("1.25")
    assert cells.units("1.250", style) == Decimal(1250)


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "1e30", "-1e30", "1" * 500, "1;2"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(SkippedRowError) as refused:
        cells.units(text)
    assert refused.value.reason == "bad quantity"


@pytest.mark.parametrize("text", [" 85123a ", "85123A", '="85123a"'])
def test_spellings_of_a_sku_are_one(text: str) -> None:
    assert cells.sku(text) == "85123A"


@pytest.mark.parametrize("text", ["", "  ", "nan", "NULL"])
def test_an_empty_sku_is_none(text: str) -> None:
    with pytest.raises(SkippedRowError, match="SKU is empty"):
        cells.sku(text)


@pytest.mark.parametrize("text", ["A\x00B", "A\x1b[31mB", "A\u202eB", "x" * 65])
def test_a_sku_with_control_characters_or_without_end_is_refused(text: str) -> None:
    with pytest.raises(SkippedRowError) as refused:
        cells.sku(text)
    assert refused.value.reason == "bad SKU"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("RED  MUG\t", "RED MUG"),
        ("RED\x1b[31m MUG\x07", "RED [31m MUG"),
        ("=HYPERLINK(1)", "HYPERLINK(1)"),
        ("@SUM(A1)", "SUM(A1)"),
        ("-+=cmd", "cmd"),
    ],
)
def test_a_name_keeps_no_control_characters_and_no_formula(text: str, name: str) -> None:
    assert cells.readable(text) == name


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-31 08:26:00", datetime(2026, 1, 31, 8, 26, tzinfo=UTC)),
        ("2025-07-31T08:26", datetime(2025, 7, 31, 7, 26, tzinfo=UTC)),
        ("2026-01-31T08:26:00-03:00", datetime(2026, 1, 31, 11, 26, tzinfo=UTC)),
        ("31/01/2026 08:26", datetime(2026, 1, 31, 8, 26, tzinfo=UTC)),
        ("31.1.26", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31", datetime(2026, 1, 31, 12, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_on_the_shops_clock(text: str, instant: datetime) -> None:
    assert dates_of().moment(text).at == instant


def test_the_day_is_the_shops_own() -> None:
    assert dates_of().moment("2025-07-31T23:30:00Z").day == date(2025, 8, 1)


@pytest.mark.parametrize("text", ["", "20110-01-01", "31/31/2025", "1/1/0001", "soon", "Total"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(SkippedRowError) as refused:
        dates_of().moment(text)
    assert refused.value.reason == "bad date"


def test_a_day_to_come_is_refused_and_today_is_not() -> None:
    assert dates_of().moment("2026-03-10").at == NOW
    with pytest.raises(SkippedRowError, match="still to come"):
        dates_of().moment("2026-03-11")


def test_a_date_format_is_followed() -> None:
    moment = dates_of(date_format="%m/%d/%Y %H:%M").moment("12/01/2010 08:26")
    assert moment.at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


def test_dates_that_put_the_month_first_stop_the_import_with_what_to_do() -> None:
    dates = dates_of()
    for text in ("12/13/2010", "12/14/2010"):
        with pytest.raises(SkippedRowError):
            dates.moment(text)
    with pytest.raises(InvalidInputError, match="month before the day") as refused:
        dates.check_order()
    assert "--date-format" in refused.value.hint


def test_one_odd_date_among_good_ones_does_not_stop_the_import() -> None:
    dates = dates_of()
    dates.moment("25/12/2010")
    with pytest.raises(SkippedRowError):
        dates.moment("12/13/2010")
    dates.check_order()


@pytest.mark.parametrize(
    ("text", "yes"), [("1", True), ("Não", False), ("sim", True), ("0", False)]
)
def test_yes_and_no_are_read_in_both_languages(text: str, yes: bool) -> None:
    assert cells.yes_or_no(text) is yes


def test_a_product_is_named_by_its_most_frequent_catalogue_text() -> None:
    votes = NameVotes()
    for text in ["damaged"] * 9 + ["RED  MUG"] * 3 + ["RED MUG, SMALL", "?", "wet"]:
        votes.add("1", text)
    assert votes.name("1") == "RED MUG"


def test_a_shop_that_writes_names_in_lower_case_keeps_them() -> None:
    votes = NameVotes()
    for text in ["Leite integral 1L"] * 20 + ["LEITE"]:
        votes.add("1", text)
    assert votes.name("1") == "Leite integral 1L"


def test_a_product_without_a_sensible_description_is_named_by_its_sku() -> None:
    votes = NameVotes()
    votes.add("1", "?")
    assert votes.name("1") == "1"
    assert votes.name("2") == "2"


@pytest.mark.parametrize("text", ["damaged", "?", "wet", "found", "", "...", "?? missing"])
def test_notes_are_no_names(text: str) -> None:
    assert not is_sensible(text)


def test_one_wrong_price_does_not_become_the_products() -> None:
    prices = RecentPrices()
    for day, price in enumerate(["0.42", "1157.15", "0.42"], start=1):
        prices.add("1", datetime(2026, 1, day, tzinfo=UTC), Decimal(price))
    assert prices.median("1") == Decimal("0.42")
