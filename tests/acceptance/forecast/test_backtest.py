"""`stock backtest`, as a planner and an analyst run it."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from stockcli.domain.shop import Role
from tests.fixtures.demo_home import Stock, copy_home

HEART = "85123A"
METHODS = ["ours", "seasonal naive", "textbook"]
TERMS = ("--lead-time-days", "5", "--review-days", "7")


@pytest.fixture(scope="module")
def facts(loaded_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The whole shop's backtest as JSON, cut twice."""
    home = tmp_path_factory.mktemp("backtest") / "home"
    copy_home(loaded_demo, home)
    ran = Stock(home).process("backtest", "--origins", "2", "--json")
    assert ran.code == 0, ran.err
    return ran.json


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    """Sales of four products over 200 days, and of one over ten."""
    chance = random.Random(4)
    lines = ["product,date,quantity"]
    for product, days in (("A", 200), ("B", 200), ("C", 200), ("D", 200), ("NEW", 10)):
        for day in range(200 - days, 200):
            sold = chance.choice((0, 1, 2, 3, 5))
            lines.append(f"{product},{date(2026, 1, 1) + timedelta(days=day)},{sold}")
    path = tmp_path / "sales.csv"
    path.write_text("\n".join(lines))
    return path


def test_every_class_and_method_has_its_losses_and_its_stock(facts: Any) -> None:
    assert {"smooth", "lumpy"} <= facts["classes"].keys()
    assert list(facts["all"]["methods"]) == METHODS
    for one in [facts["all"], *facts["classes"].values()]:
        for figures in one["methods"].values():
            assert 0 <= figures["coverage"] <= 1
            assert 0 <= figures["cycle_service"] <= 1
            assert figures["mean_stock"] >= 0


def test_classes_add_up_to_all(facts: Any) -> None:
    classes = facts["classes"].values()

    assert sum(one["series"] for one in classes) == facts["all"]["series"] == facts["series"]
    orders = sum(one["methods"]["ours"]["orders"] for one in classes)
    assert orders == facts["all"]["methods"]["ours"]["orders"]


def test_our_quantile_loses_less_than_the_textbook_s(facts: Any) -> None:
    ours, textbook = (facts["all"]["methods"][name] for name in ("ours", "textbook"))

    assert ours["scaled_pinball_loss"] < textbook["scaled_pinball_loss"]
    assert ours["cycle_service"] > textbook["cycle_service"]


def test_page_of_one_product_shows_losses_stock_and_what_they_mean(demo: Stock) -> None:
    page = demo("backtest", "--product", HEART.lower(), "--origins", "3").out

    assert "Total over the protection interval" in page
    assert "What the stock would have done" in page
    assert "Stock on hand at SHOP, as simulated" in page
    assert "mean change from one day to the next" in page
    assert "weighted by how likely each length is" in page
    for figure in ("Bias", "WAPE", "Seasonal naive", "Textbook", "Days of cover", "Class"):
        assert f"\n{figure}:" in page or f" {figure}:" in page
    assert re.search(r"\nOurs: [\d.]+% of cycles served at [\d.,]+ units of mean stock", page)
    assert "\x1b" not in page


def test_page_needs_no_other_characters_than_ascii(demo: Stock) -> None:
    ran = demo.process(
        "backtest", "--product", HEART, "--origins", "2", PYTHONIOENCODING="ascii", NO_COLOR="1"
    )

    assert ran.code == 0, ran.err
    assert ran.out.isascii()
    assert ran.err == ""


def test_csv_on_stdout_is_a_row_per_cut_and_method(demo: Stock) -> None:
    ran = demo("backtest", "--product", HEART, "--origins", "3", "--every", "7", "--csv", "-")

    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [row["method"] for row in rows[:3]] == METHODS
    assert len({row["origin"] for row in rows}) == 3
    assert {row["product"] for row in rows} == {HEART}
    assert {row["service_level"] for row in rows} == {"0.95"}
    assert all(float(row["lead_time_days"]) > float(row["lead_time_sd_days"]) > 0 for row in rows)


def test_a_higher_level_is_tried_without_changing_the_shop(demo: Stock) -> None:
    options = ("--product", HEART, "--origins", "2", "--json")

    usual = demo("backtest", *options, STOCK_TOKEN=demo.analyst()).json
    careful = demo("backtest", *options, "--service-level", "0.99").json

    assert careful["all"]["service_level"] == 0.99
    stock = [one["all"]["methods"]["ours"]["mean_stock"] for one in (usual, careful)]
    assert stock[0] < stock[1]


def test_an_operator_names_the_shop(demo: Stock) -> None:
    token = demo.app().directory.create_token(
        role=Role.OPERATOR, tenant_slug=None, label="test", expires_at=None
    )

    ran = demo(
        *("backtest", "--tenant", "giftware", "--product", HEART, "--origins", "1", "--json"),
        STOCK_TOKEN=token,
    )

    assert ran.json["subject"] == "giftware"


def test_a_file_needs_no_shop_and_no_token(stock: Stock, sales: Path) -> None:
    ran = stock("backtest", "--input", str(sales), *TERMS, "--json")

    assert ran.code == 0, ran.err
    assert (ran.json["subject"], ran.json["series"], ran.json["too_short"]) == ("sales.csv", 4, 1)
    assert not (stock.home / "stock.db").exists()


def test_a_fixed_lead_time_is_not_said_to_vary_and_its_table_may_be_written_anew(
    stock: Stock, sales: Path, tmp_path: Path
) -> None:
    table = tmp_path / "windows.csv"
    options = ("--input", str(sales), *TERMS, "--origins", "1", "--csv", str(table))

    pages = [stock("backtest", *options) for _ in range(2)]

    assert [page.code for page in pages] == [0, 0]
    assert "lead time varies" not in pages[0].out
    (terms,) = {row[-2:] for row in map(tuple, csv.reader(table.read_text().splitlines()[1:]))}
    assert terms == ("5.0", "0.0")


def test_a_file_of_weeks_counts_periods(stock: Stock, sales: Path) -> None:
    options = ("--frequency", "week", "--lead-time-days", "2", "--review-days", "1", "--json")

    facts = stock("backtest", "--input", str(sales), *options).json

    assert (facts["frequency"], facts["plan"]["every_periods"]) == ("week", 2)


def test_costs_are_added_up_beside_the_stock(stock: Stock, sales: Path) -> None:
    costs = ("--holding-cost", "0.1", "--shortage-cost", "2")

    ran = stock("backtest", "--input", str(sales), *TERMS, *costs, "--origins", "2")

    assert "cost" in ran.out
    facts = stock(
        "backtest", "--input", str(sales), *TERMS, *costs, "--origins", "2", "--json"
    ).json
    assert all(figures["cost"] > 0 for figures in facts["all"]["methods"].values())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--product", "NEW"), "the history is too short"),
        (("--product", "nothing of ours"), "no series to test"),
        (("--service-level", "95"), "give a probability"),
        (("--holding-cost", "1"), "one cost alone"),
        (("--holding-cost", "1", "--shortage-cost", "nan"), "out of range"),
        (("--frequency", "year"), "use day, week, month"),
        (("--rule", "guess"), "use order-up-to, reorder-point"),
        (("--tenant", "giftware"), "exclude each other"),
        (("--review-days", "0"), "out of range"),
        (("--lead-time-sd-days", "11"), "more than twice --lead-time-days"),
        (("--json", "--csv", "-"), "both stand on stdout"),
    ],
)
def test_what_cannot_be_tested_is_one_sentence(
    stock: Stock, sales: Path, options: tuple[str, ...], said: str
) -> None:
    ran = stock("backtest", "--input", str(sales), *TERMS, *options)

    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_file_without_terms_is_told_which_to_give(stock: Stock, sales: Path) -> None:
    ran = stock("backtest", "--input", str(sales))

    assert ran.code == 2
    assert "give --lead-time-days and --review-days" in ran.err


def test_neither_a_shop_nor_a_file_is_refused(stock: Stock) -> None:
    ran = stock("backtest")

    assert ran.code == 1
    assert "--input FILE" in ran.err


def test_file_that_holds_something_else_stays_as_it_is(stock: Stock, sales: Path) -> None:
    before = sales.read_bytes()

    ran = stock("backtest", "--input", str(sales), *TERMS, "--csv", str(sales))

    assert ran.code == 2
    assert "exists and is not a backtest" in ran.err
    assert sales.read_bytes() == before


def test_a_shortage_cost_of_the_shop_sets_its_products_levels(demo: Stock) -> None:
    set_ = demo("tenant", "set", "--shortage-cost-rate", "0.5", "--json")
    assert set_.json["policy"]["shortage_cost_rate"] == 0.5

    facts = demo("backtest", "--product", HEART, "--origins", "2", "--json").json

    assert facts["all"]["methods"]["ours"]["cost"] > 0
    cleared = demo("tenant", "set", "--shortage-cost-rate", "none", "--json")
    assert cleared.json["policy"]["shortage_cost_rate"] is None
    refused = demo("tenant", "set", "--shortage-cost-rate", "dear")
    assert (refused.code, "give a share" in refused.err) == (2, True)
