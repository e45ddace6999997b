"""`stock report` as a manager gives it: tables, a page, JSON."""

from __future__ import annotations

import re
import sqlite3
import stat
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stockcli.cli.report_html import OPENING
from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops

HOSTILE = "<script>alert(1)</script> \"' onload=x \x1b[2J{{ 7*7 }}"
LOADS = {
    *("src", "href", "srcset", "data", "action", "formaction", "poster", "background"),
    *("xlink:href", "onload", "onclick", "onerror"),
}


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.unclosed: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.unclosed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def rename(stock: Command, name: str) -> None:
    """Call north's lamp and its supplier something, past the program."""
    with closing(sqlite3.connect(stock.home / "stock.db")) as opened:
        opened.execute("UPDATE product SET name = ? WHERE tenant_id = 1", [name])
        opened.execute("UPDATE supplier SET name = ? WHERE tenant_id = 1", [name])
        opened.execute("UPDATE tenant SET name = ? WHERE id = 1", [name])
        opened.commit()


def test_the_terminal_shows_figures_and_tables(stock_after_check: Command, tokens: Shops) -> None:
    ran = stock_after_check("report", "--days", "28", token=tokens.north_manager)
    assert ran.code == 0, ran.err
    for told in ("fill rate, estimated", "lost sales", "turns a year", "forecast WAPE", "28 days"):
        assert told in ran.out
    assert "Excess stock" in ran.out
    assert "North mug" in ran.out
    assert "South" not in ran.said
    assert "\x1b" not in ran.out


def test_the_json_keeps_its_names(stock_after_check: Command, tokens: Shops) -> None:
    found = stock_after_check("report", "--json", token=tokens.north_analyst).json
    assert list(found) == [
        *("tenant", "currency", "business_day", "first_day", "last_day", "service", "stock"),
        *("forecast", "suppliers", "spent", "model", "lost_sales", "excess", "dead", "days"),
    ]
    assert list(found["service"]) == [
        *("fill_rate", "availability", "stock_out_days", "shelf_days"),
        *("sold_units", "sold_value", "lost_units", "lost_value"),
    ]
    assert list(found["stock"]) == [
        *("products", "active", "low", "out_of_stock", "never_counted", "value"),
        *("days_of_cover", "turns", "excess_value", "dead_value", "dead_products"),
    ]
    assert list(found["forecast"]) == [
        *("wape", "bias", "expected_units", "sold_units", "product_weeks", "weeks")
    ]
    assert list(found["excess"][0]) == [
        *("sku", "name", "location", "on_hand", "value", "days_of_cover", "turns", "fill_rate"),
        *("stock_out_days", "sold_units", "lost_units", "lost_value"),
        *("excess_units", "excess_value"),
    ]
    assert list(found["suppliers"][0]) == [
        *("code", "name", "orders", "spent", "orders_due", "orders_on_time", "orders_awaited"),
        *("on_time_share", "received_share", "promised_days", "actual_days"),
    ]
    assert list(found["model"]) == ["calls", "spent_usd", "unsettled_usd", "by"]
    assert list(found["days"][0]) == [
        *("day", "sold_value", "lost_value", "stock_value", "known_shelves", "empty_shelves")
    ]
    assert (found["tenant"], len(found["days"])) == ("north", 90)


def test_two_shops_never_mix(stock_after_check: Command, tokens: Shops) -> None:
    north = stock_after_check("report", "--json", "--top", "99", token=tokens.north_manager)
    south = stock_after_check("report", "--json", "--top", "99", token=tokens.south_manager)
    assert ("South" in north.out, "North" in south.out) == (False, False)
    assert north.json["service"]["sold_units"] != south.json["service"]["sold_units"]


def test_the_page_stands_alone_and_escapes_every_name(
    stock_after_check: Command, tokens: Shops, tmp_path: Path
) -> None:
    rename(stock_after_check, HOSTILE)
    file = tmp_path / "report.html"
    ran = stock_after_check("report", "--html", str(file), token=tokens.north_manager)
    assert (ran.code, ran.out) == (0, "")
    text = file.read_text()
    page = Page(text)
    assert page.unclosed == []
    assert not {"script", "link", "img", "iframe", "object", "form", "a"} & set(page.tags)
    assert page.attributes & LOADS == set()
    assert not re.findall(r"https?://|//[a-z]|url\(|@import", text.replace(OPENING, ""))
    assert "\x1b" not in text
    assert any("<script>alert(1)</script>" in word for word in page.words)
    assert "{{ 7*7 }}" in " ".join(page.words)
    assert page.tags.count("svg") >= 1
    assert "@media print" in text
    assert "prefers-color-scheme: dark" in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_page_of_an_earlier_day_is_replaced_and_nothing_else(
    stock_after_check: Command, tokens: Shops, tmp_path: Path
) -> None:
    file, mine = tmp_path / "report.html", tmp_path / "mine.html"
    mine.write_text("<!doctype html><title>mine</title>")
    for _ in range(2):
        ran = stock_after_check("report", "--html", str(file), token=tokens.north_manager)
        assert ran.code == 0, ran.err
    ran = stock_after_check("report", "--html", str(mine), token=tokens.north_manager)
    assert (ran.code, "is not a report of this program" in ran.err) == (2, True)
    assert mine.read_text() == "<!doctype html><title>mine</title>"
    assert {one.name for one in tmp_path.glob("*.html*")} == {"report.html", "mine.html"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--days", "0"], "--days"),
        (["--days", "many"], "--days"),
        (["--days", "9999"], "--days"),
        (["--top", "0"], "--top"),
        (["--html", "no/such/place.html"], "no file can be made in"),
        (["--html", "."], "is a folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_one_sentence(
    stock_after_check: Command, tokens: Shops, asked: list[str], said: str
) -> None:
    ran = stock_after_check("report", *asked, token=tokens.north_manager)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_it_needs_a_shop(stock_after_check: Command, tokens: Shops) -> None:
    for token in (None, tokens.operator):
        ran = stock_after_check("report", token=token)
        assert ran.code == 1
        assert "stock login" in ran.err


def test_a_new_shop_has_a_report_without_figures(
    stock: Command, tokens: Shops, tmp_path: Path
) -> None:
    stock("tenant", "add", "new", token=tokens.operator)
    asked = ("token", "create", "--role", "manager", "--tenant", "new", "--json")
    token = stock(*asked, token=tokens.operator).json["token"]
    ran = stock("report", token=token)
    assert (ran.code, "stock import sales FILE" in ran.err) == (0, True)
    assert re.search(r"fill rate, estimated +-", ran.out)
    assert stock("report", "--json", token=token).json["service"]["fill_rate"] is None
    assert stock("report", "--html", str(tmp_path / "r.html"), token=token).code == 0
    assert "Nothing was sold or counted yet." in (tmp_path / "r.html").read_text()


def test_it_is_drawn_to_the_terminal_and_without_colour_where_asked(
    stock_after_check: Command, tokens: Shops
) -> None:
    for columns, environ in ((80, {}), (140, {"NO_COLOR": "1"})):
        child = stock_after_check.terminal(
            "report", token=tokens.north_manager, columns=columns, **environ
        )
        said = child.read()
        child.close()
        assert child.exitstatus == 0
        plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", said)
        assert max(len(line.rstrip()) for line in plain.splitlines()) <= columns
        assert ("\x1b[" in said) is (not environ)
