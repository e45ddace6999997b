"""Categories, successors, the calendar and the ranking, as a manager types them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops


@pytest.fixture
def token(tokens: Shops) -> str:
    return tokens.north_manager


@pytest.fixture
def categorised(stock: Command) -> Command:
    """North with its lamps and mugs in a category each."""
    with closing(sqlite3.connect(stock.home / "stock.db")) as opened:
        for sku, category in (("LAMP", "Lighting"), ("MUG", "Kitchen [red]ware[/red]")):
            opened.execute(
                "UPDATE product SET category = ? WHERE tenant_id = 1 AND sku = ?", [category, sku]
            )
        opened.commit()
    return stock


def test_a_category_is_set_listed_and_cleared(categorised: Command, token: str) -> None:
    stock = categorised
    done = stock(
        *("category", "set", "lighting", "--service-level", "0.99", "--autonomy", "propose"),
        token=token,
    )
    assert done.out == (
        "Lighting: service level 0.99, a review every 7 days, checks propose orders that wait "
        "for approval\n"
    )
    listed = stock("category", "list", token=token)
    assert "0.99*" in listed.out
    assert "propose*" in listed.out
    assert "Kitchen [red]ware[/red]" in listed.out
    assert listed.err == "2 categories\n"
    (order,) = (
        one
        for one in stock("run-check", "--json", token=token).json["tenants"][0]["orders"]
        if one["status"] == "draft"
    )
    shown = stock("orders", "show", order["number"], token=token).out
    assert "orders in category Lighting are only proposed" in shown
    assert stock("category", "clear", "LIGHTING", token=token).code == 0
    rows = stock("category", "list", "--json", token=token).json
    assert {row["autonomy"] for row in rows} == {"order"}
    assert stock("category", "clear", "LIGHTING", token=token).err.startswith("nothing was set")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("set", "Lightning", "--autonomy", "order"), "no product is of category 'Lightning'"),
        (("set", "Lighting"), "nothing was said of category 'Lighting'"),
        (("set", "Lighting", "--autonomy", "yes"), "'yes' is no --autonomy"),
        (("set", "Lighting", "--service-level", "95"), "a service level of 95 is none"),
        (("set", "Lighting", "--review-period-days", "0"), "a review period of 0 days"),
    ],
)
def test_a_category_set_wrongly_is_told_why(
    categorised: Command, token: str, line: tuple[str, ...], said: str
) -> None:
    ran = categorised("category", *line, token=token)
    assert ran.code != 0
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_one_product_replaces_another(stock: Command, token: str) -> None:
    done = stock("product", "replace", "rope", "mug", token=token)
    assert done.out == "MUG replaces ROPE, which is run out\n"
    rope = stock("product", "show", "ROPE", "--json", token=token).json
    mug = stock("product", "show", "MUG", "--json", token=token).json
    assert (rope["status"], rope["replaced_by"], mug["replaces"]) == ("run_out", "MUG", ["ROPE"])
    (shop,) = stock("run-check", "--json", token=token).json["tenants"]
    assert "ROPE" not in [one["sku"] for one in shop["decisions"]]
    forecast = stock("forecast", "--product", "MUG", "--json", token=token).json
    assert sum(day["units"] for day in forecast["history"]) == pytest.approx(9 * 120, rel=0.01)
    undone = stock("product", "replace", "ROPE", "--undo", token=token)
    assert undone.out == "ROPE is active again, and nothing replaces it\n"
    for line in (("ROPE",), ("ROPE", "MUG", "--undo"), ("ROPE", "ROPE"), ("ROPE", "MOON")):
        assert stock("product", "replace", *line, token=token).code != 0
    assert stock("product", "status", "ROPE", "new", token=token).out == "ROPE is new\n"


def test_a_promotion_is_put_down_listed_and_taken_back(stock: Command, token: str) -> None:
    line = ("2024-05-02", "--until", "2024-05-05", "--event", "May fair", "--uplift", "1.5")
    done = stock("calendar", "add", *line, token=token)
    assert done.out == '2024-05-02 to 2024-05-05: "May fair x1.5"\n'
    assert stock("calendar", "add", "2024-05-05", "--closed", token=token).code == 0
    rows = stock("calendar", "list", "--since", "2024-05-01", "--json", token=token).json
    assert [(one["first_day"], one["is_open"], one["uplift"]) for one in rows] == [
        ("2024-05-02", None, 1.5),
        ("2024-05-05", False, 1.5),
    ]
    told = stock("forecast", "--product", "LAMP", token=token)
    assert "May fair x1.5" in told.said
    listed = stock("calendar", "list", "--since", "2024-05-01", token=token)
    assert "closed" in listed.out
    taken = stock("calendar", "remove", "2024-05-02", "--until", "2024-05-05", token=token)
    assert taken.out == "taken back: what was said of 4 days\n"
    assert stock("calendar", "list", "--since", "2024-05-01", token=token).said == "0 entries\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("add", "2024-05-02"), "nothing was said of these days"),
        (("add", "soon", "--event", "fair"), "'soon' is no day"),
        (("add", "2024-05-02", "--until", "2024-05-01", "--event", "fair"), "is before"),
        (("add", "9999-12-31", "--event", "fair"), "too far off"),
        (("add", "2024-05-02", "--uplift", "2"), "an uplift belongs to an event"),
        (("add", "2024-05-02", "--event", "fair", "--uplift", "nan"), "an uplift of nan is none"),
        (("remove", "9999-12-31"), "nothing was said of 9999-12-31"),
    ],
)
def test_a_day_that_makes_no_sense_is_told_why(
    stock: Command, token: str, line: tuple[str, ...], said: str
) -> None:
    ran = stock("calendar", *line, token=token)
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_the_ranking_shows_classes_and_the_matrix(stock_after_check: Command, token: str) -> None:
    stock = stock_after_check
    ranking = stock("rank", "--json", token=token).json
    assert [one["sku"] for one in ranking["products"]] == ["LAMP", "MUG", "ROPE"]
    assert {one["xyz"] for one in ranking["products"]} == {"X"}
    assert sum(
        cell["products"] for row in ranking["matrix"].values() for cell in row.values()
    ) == len(ranking["products"])
    shown = stock("rank", token=token)
    assert "AX" in shown.out
    assert "North rope [bold]knot[/bold]" in shown.out
    assert "A: the first 80% of all sales, B: up to 95%" in shown.err
    assert stock("rank", "--by", "luck", token=token).err.startswith("error: 'luck' is no --by")
