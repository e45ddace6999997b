"""`stock forecast`, as an analyst runs it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from stockcli.domain.shop import Role
from tests.fixtures.demo_home import Stock, copy_home

HEART = "85123A"


@pytest.fixture(scope="module")
def facts(loaded_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A product's forecast as JSON."""
    home = tmp_path_factory.mktemp("forecast") / "home"
    copy_home(loaded_demo, home)
    return Stock(home).process("forecast", "--product", HEART, "--horizon", "14", "--json").json


def test_json_holds_history_forecast_and_thresholds(facts: Any) -> None:
    assert (facts["sku"], facts["location"]) == (HEART, "SHOP")
    assert facts["history"][0].keys() == {"date", "units", "stocked_out", "closed"}
    assert facts["history"][-1]["date"] == "2011-05-31"
    assert facts["forecast"][0].keys() == {"date", "mean", "lower", "upper", "event"}
    assert [day["date"] for day in facts["forecast"]][::13] == ["2011-06-01", "2011-06-14"]
    assert all(day["lower"] <= day["mean"] <= day["upper"] for day in facts["forecast"])
    assert 0 < facts["reorder_point"] < facts["order_up_to_level"]
    assert facts["breakdown"]["model"] == facts["model"]
    assert facts["breakdown"]["lead_time_sd_days"] > 0


def test_page_shows_the_plot_the_days_and_how_the_reorder_point_comes_about(demo: Stock) -> None:
    page = demo("forecast", "--product", HEART.lower(), "--horizon", "3").out

    assert "WHITE HANGING HEART" in page
    assert "80 % interval" in page
    assert "Wed 2011-06-01" in page
    assert "Fri 2011-06-03" in page
    assert re.search(r"\d ± \d+ of lead time, 7 until the next check", page)
    assert "not the sum of so many days above" in page
    assert "95.0% of the time" in page
    assert "Order up to" in page
    assert "\x1b" not in page


def test_page_needs_no_other_characters_than_ascii(demo: Stock) -> None:
    ran = demo.process("forecast", "--product", HEART, PYTHONIOENCODING="ascii")

    assert ran.code == 0, ran.err
    assert ran.out.isascii()


def test_unknown_sku_is_told_the_nearest_ones(demo: Stock) -> None:
    ran = demo("forecast", "--product", "85123", "--json")

    assert ran.code == 1
    assert HEART in ran.err
    assert ran.json["error"]["code"] == "not_found"


def test_analyst_may_ask_for_a_higher_service_level_and_a_higher_reorder_point(
    demo: Stock, facts: Any
) -> None:
    options = ("--service-level", "0.99", "--json")

    careful = demo("forecast", "--product", HEART, *options, STOCK_TOKEN=demo.analyst()).json

    assert careful["service_level"] == 0.99
    assert careful["reorder_point"] > facts["reorder_point"]


def test_service_level_must_be_a_probability(demo: Stock) -> None:
    ran = demo("forecast", "--product", HEART, "--service-level", "95")

    assert ran.code == 2
    assert "give a probability" in ran.err


def test_picture_is_a_png_and_csv_on_stdout_is_all_that_stands_there(
    demo: Stock, tmp_path: Path
) -> None:
    picture = tmp_path / "heart.png"
    files = ("--png", str(picture), "--csv", "-")

    ran = demo.process("forecast", "--product", HEART, "--horizon", "5", *files)

    assert picture.read_bytes().startswith(b"\x89PNG\r\n")
    assert str(picture) in ran.err
    days = list(csv.DictReader(io.StringIO(ran.out)))
    assert days[-1]["date"] == "2011-06-05"
    assert [day["mean"] != "" for day in days[-6:]] == [False, True, True, True, True, True]


def test_file_that_cannot_be_written_is_one_sentence(demo: Stock, tmp_path: Path) -> None:
    ran = demo("forecast", "--product", HEART, "--csv", str(tmp_path / "none" / "days.csv"))

    assert ran.code == 2
    assert "cannot be written" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("option", ["--csv", "--png"])
def test_file_that_holds_something_else_stays_as_it_is(demo: Stock, option: str) -> None:
    database = demo.home / "stock.db"
    before = database.read_bytes()

    ran = demo("forecast", "--product", HEART, option, str(database))

    assert ran.code == 2
    assert "exists and is not a" in ran.err
    assert database.read_bytes() == before


def test_files_of_an_earlier_forecast_are_replaced(demo: Stock, tmp_path: Path) -> None:
    days, picture = tmp_path / "days.csv", tmp_path / "heart.png"
    files = ("--png", str(picture), "--csv", str(days))
    for horizon in ("2", "3"):
        assert demo("forecast", "--product", HEART, "--horizon", horizon, *files).code == 0

    assert days.read_text().splitlines()[-1].startswith("2011-06-03")


def test_minimum_in_force_is_told_beside_the_computed_reorder_point(demo: Stock) -> None:
    assert demo("minimum", "set", HEART, "77", "--reason", "window display").code == 0

    facts = demo("forecast", "--product", HEART, "--json").json

    assert facts["effective_reorder_point"] == 77
    assert facts["reorder_point"] != 77
    assert facts["manual_minimum"]["reason"] == "window display"


def test_location_that_sells_most_is_shown_and_the_other_is_named(demo: Stock) -> None:
    token = demo.app().directory.create_token(
        role=Role.MANAGER, tenant_slug="mercearia", label="test", expires_at=None
    )
    sku = _sku_of_two_places(demo)

    both = demo("forecast", "--product", sku, "--json", STOCK_TOKEN=token).json
    other = both["other_locations"][0]["location"]
    alone = demo(
        "forecast", "--product", sku, "--location", other, "--json", STOCK_TOKEN=token
    ).json

    assert {both["location"], other} == {"SHOP", "WAREHOUSE"}
    assert (alone["location"], alone["other_locations"]) == (other, [])


def _sku_of_two_places(demo: Stock) -> str:
    app = demo.app()
    unit = app.database.unit_of_work(app.directory.tenant("mercearia"))
    with unit.reading():
        places = Counter(key.product_id for key in unit.ledger.levels())
        return next(one.sku for one in unit.products.all() if places[one.id] == 2)
