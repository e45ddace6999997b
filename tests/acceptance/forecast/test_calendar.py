"""A calendar beside the sales: of a table, and of a shop."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.fixtures.demo_home import Stock

HEART = "85123A"
TERMS = ("--lead-time-days", "3", "--review-days", "7")
FIRST_DAY = date(2025, 1, 1)
NEXT_DAY = FIRST_DAY + timedelta(days=364)
FAIRS = [FIRST_DAY + timedelta(days=day) for day in range(20, 364, 24)]
MONDAYS = [FIRST_DAY + timedelta(days=day) for day in range(5, 364, 7)]


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    """A year of a product that sells three times as much on the day of a fair."""
    chance = random.Random(5)
    lines = ["product,date,quantity"]
    for number in range(364):
        day = FIRST_DAY + timedelta(days=number)
        lines.append(f"A,{day},{chance.randint(7, 13) * (3 if day in FAIRS else 1)}")
    path = tmp_path / "sales.csv"
    path.write_text("\n".join(lines))
    return path


def write_calendar(path: Path, fairs: Iterable[date]) -> str:
    path.write_text("\n".join(("date,event", *(f"{day},fair" for day in fairs))))
    return str(path)


def mean_demand(stock: Stock, sales: Path, *options: str) -> float:
    ran = stock("forecast", "--input", str(sales), *TERMS, "--service-level", "0.95", *options)
    assert ran.code == 0, ran.err
    (row,) = csv.DictReader(io.StringIO(ran.out))
    return float(row["mean_demand"])


def test_a_fair_ahead_raises_what_may_be_sold(stock: Stock, sales: Path, tmp_path: Path) -> None:
    coming = NEXT_DAY + timedelta(days=4)
    past = write_calendar(tmp_path / "past.csv", FAIRS)
    ahead = write_calendar(tmp_path / "ahead.csv", [*FAIRS, coming])

    without, one_fair = (mean_demand(stock, sales, "--calendar", file) for file in (past, ahead))

    # Ten days of ten units each, and twenty more on the day of the fair.
    assert without == pytest.approx(100, rel=0.1)
    assert one_fair - without == pytest.approx(20, rel=0.4)


def test_a_day_said_to_be_closed_ahead_sells_nothing(
    stock: Stock, sales: Path, tmp_path: Path
) -> None:
    closed = tmp_path / "closed.csv"
    days = [NEXT_DAY + timedelta(days=step) for step in range(5)]
    closed.write_text("\n".join(("date,open", *(f"{day},0" for day in days))))

    usual, half = mean_demand(stock, sales), mean_demand(stock, sales, "--calendar", str(closed))

    assert half == pytest.approx(usual / 2, rel=0.15)


def test_a_day_said_to_be_open_is_a_day_of_no_demand(stock: Stock, tmp_path: Path) -> None:
    sales, opened = tmp_path / "weekdays.csv", tmp_path / "open.csv"
    days = [FIRST_DAY + timedelta(days=day) for day in range(364)]
    sold = [day for day in days if day not in MONDAYS]
    sales.write_text("\n".join(("product,date,quantity", *(f"A,{day},10" for day in sold))))
    opened.write_text("\n".join(("date,open", *(f"{day},1" for day in days))))

    ran = stock("backtest", "--input", str(sales), *TERMS, "--calendar", str(opened), "--json")

    assert ran.code == 0, ran.err
    assert mean_demand(stock, sales, "--calendar", str(opened)) < 95


def test_known_fairs_make_a_backtest_lose_less(stock: Stock, sales: Path, tmp_path: Path) -> None:
    fairs = write_calendar(tmp_path / "fairs.csv", FAIRS)
    options = ("backtest", "--input", str(sales), *TERMS, "--json")

    without, known = stock(*options).json, stock(*options, "--calendar", fairs).json

    losses = [facts["all"]["methods"]["ours"]["scaled_pinball_loss"] for facts in (without, known)]
    assert losses[1] < losses[0]


def test_bad_rows_of_a_calendar_are_told(stock: Stock, sales: Path, tmp_path: Path) -> None:
    calendar = tmp_path / "days.csv"
    calendar.write_text("date,event\nsoon,fair\n2025-12-31,fair\n")

    ran = stock(
        *("forecast", "--input", str(sales), *TERMS, "--service-level", "0.95"),
        *("--calendar", str(calendar)),
    )

    assert ran.code == 0
    assert "note: days.csv: 1 row left out: bad date (line 2: 'soon' is no date)" in ran.err


@pytest.mark.parametrize("command", ["forecast", "backtest"])
def test_a_calendar_that_cannot_be_used_is_one_sentence(
    stock: Stock, sales: Path, tmp_path: Path, command: str
) -> None:
    days = tmp_path / "days.csv"
    days.write_text("date,weather\n2025-12-31,rain\n")
    asked = (command, "--input", str(sales), *TERMS, "--service-level", "0.95")

    said = {
        "looks like the open or the event": stock(*asked, "--calendar", str(days)),
        "there is no file": stock(*asked, "--calendar", str(tmp_path / "none.csv")),
        "the table counts weeks": stock(*asked, "--calendar", str(days), "--frequency", "week"),
        "--input": stock(command, "--product", HEART, "--calendar", str(days)),
    }

    assert {ran.code for ran in said.values()} == {2}, said
    assert all(sentence in ran.err for sentence, ran in said.items()), said


def test_a_shop_s_coming_event_stands_beside_its_day(demo: Stock) -> None:
    days = demo("forecast", "--product", HEART, "--json").json["forecast"]
    assert {day["event"] for day in days} == {None}
    assert "event" not in demo("forecast", "--product", HEART).out

    demo("import", "calendar", "-", stdin=f"data,evento\n{days[2]['date']},Village fair\n")

    later = demo("forecast", "--product", HEART, "--json").json["forecast"]
    assert [day["event"] for day in later[:4]] == [None, None, "Village fair", None]
    (line,) = (
        line
        for line in demo("forecast", "--product", HEART).out.splitlines()
        if "Village fair" in line
    )
    assert days[2]["date"] in line
