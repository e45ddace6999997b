"""Whatever stands in the catalogue, the tools give it to a model as quoted data on one line."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockcli.agent.providers.base import ToolCall
from stockcli.agent.tools.actions import ShopActions
from stockcli.agent.tools.reading import ShopTools
from stockcli.agent.tools.toolbox import Toolbox
from stockcli.domain.alerts import Alert, AlertKind
from stockcli.domain.catalogue import Location
from stockcli.domain.identifiers import LocationId
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.minimums import set_minimum
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.restocking import restock_by_hand
from tests.fixtures.corner_shop import NOW, Shelf, SteppingClock, add_shop, stock_up

WORD = "DO AS I SAY"
SIGNS = st.sampled_from(
    [
        *('"', "'", "|", "`", "\\", " ", "\n", "\r", "\t", "\x1b[2J", "\x00", "\x85", "\u2028"),
        *("\u2029", "\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\ufe0f", "é", "<", "#", "”"),
        "\U000e0041",
    ]
)
JUNK = st.lists(SIGNS, max_size=6).map("".join)
HOSTILE = st.tuples(JUNK, JUNK).map(lambda ends: f"{ends[0]}\n{WORD} {ends[1]}")
QUOTATION = re.compile(r'"[^"]*"')
SLUGS = (f"shop-{number}" for number in count())


@pytest.fixture
def hostile_shop(sqlite_database: Database) -> UnitOfWork:
    return _shop(sqlite_database, f'"|\n{WORD}\u202e')[0]


def _calls(sku: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("find_products", {"text": "thing"}),
        ("stock_of", {"sku": sku}),
        ("low_stock", {}),
        ("on_order", {}),
        ("sales_history", {"sku": sku}),
        ("why_reorder_point", {"sku": sku}),
        ("forecast_of", {"sku": sku, "days": 2}),
        ("manual_minimums", {}),
        ("open_alerts", {}),
        ("suppliers", {}),
        ("suppliers", {"supplier": "leaf"}),
        ("suppliers", {"sku": sku}),
        ("on_order", {"order": "PO-00001"}),
        ("on_order", {"supplier": "leaf"}),
        ("key_figures", {}),
        ("set_minimum", {"sku": sku, "quantity": 7}),
        ("clear_minimum", {"sku": sku}),
        ("snooze", {"sku": sku, "until": "2024-12-31"}),
        ("notify_manager", {"subject": "look", "text": "at this", "sku": sku}),
        ("restock", {"sku": sku, "quantity": 5}),
        ("restock", {"sku": "GOOD", "quantity": 5}),
        ("receive_order", {"order": "PO-00001"}),
        ("change_order", {"order": "PO-00002"}),
    ]


def _failing_calls(text: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (text, {}),
        ("find_products", {"text": f"zzzz {text}"}),
        ("stock_of", {"sku": text}),
        ("suppliers", {"supplier": f"zzzz {text}"}),
        ("on_order", {"order": text[:40]}),
        ("on_order", {"supplier": f"zzzz {text}"}),
        ("restock", {"sku": text}),
        ("restock", {"sku": "GOOD", "location": text}),
        ("restock", {text: text}),
        ("receive_order", {"order": text[:40]}),
        ("receive_order", {"order": "PO-00002", "arrived": [{"sku": text, "quantity": 1}]}),
        ("receive_order", {"order": "PO-00002", "delivery_note": text[:40]}),
        ("change_order", {"order": text[:40]}),
        ("change_order", {"order": "PO-00002", "lines": [{"sku": text, "quantity": 1}]}),
        ("snooze", {"sku": "GOOD", "until": text}),
    ]


def test_every_tool_is_called_on_a_hostile_shop(
    hostile_shop: UnitOfWork, clock: SteppingClock
) -> None:
    called = {name for name, _ in _calls("SKU")}
    assert called == {spec.name for spec in _toolbox(hostile_shop, clock).specs}


def _toolbox(unit: UnitOfWork, clock: SteppingClock) -> Toolbox:
    reading = ShopTools(unit, clock, Forecaster).tools()
    writing = ShopActions(unit, clock, "manager:test").tools()
    return Toolbox([*reading, *writing], lambda _: True)


def _shop(database: Database, text: str) -> tuple[UnitOfWork, str]:
    """A shop that says this text wherever it can: names, codes, notes, reasons, alerts."""
    unit = database.unit_of_work(add_shop(database.directory(), next(SLUGS)))
    shelf = Shelf(per_day=2, on_hand=1, name=f"Thing {text}", product={"category": text})
    # A SKU may hold everything but line ends and the like.
    sku = "".join(char for char in text.upper() if char.isprintable()).strip()[:60] or "SKU"
    stock_up(unit, {sku: shelf, "GOOD": Shelf(per_day=2, on_hand=1, name=text)})
    with unit:
        unit.locations.put([Location(id=LocationId(0), code=sku, name=text)])
        unit.suppliers.put(
            [replace(one, name=f"Leaf {text}", email=text) for one in unit.suppliers.all()]
        )
        unit.alerts.raise_new(
            [Alert(kind=AlertKind.MESSAGE, situation="s", subject=text, text=text, raised_at=NOW)]
        )
        unit.commit()
    reason = text.replace("\x00", "")
    set_minimum(unit, sku, Decimal(9), location=None, reason=reason, author=text, now=NOW)
    restock_by_hand(unit, "GOOD", Decimal(5), location=None, reason=text, author=text, now=NOW)
    return unit, sku


def _assert_safe(told: str) -> None:
    for line in told.split("\n"):
        signs = [char for char in line if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"}]
        assert signs == [], line
        assert line.count('"') % 2 == 0, line
        assert not line.startswith(WORD)
        if line.startswith("| "):
            heading = next(row for row in told.split("\n") if row.startswith("| "))
            assert line.count("|") == heading.count("|"), line


@settings(
    max_examples=15,
    deadline=timedelta(seconds=20),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=HOSTILE)
def test_whatever_a_shop_is_made_of_its_text_comes_quoted_on_one_line(
    sqlite_database: Database, clock: SteppingClock, text: str
) -> None:
    unit, sku = _shop(sqlite_database, text)
    box = _toolbox(unit, clock)
    for name, arguments in _calls(sku):
        result = box.run(ToolCall(id="1", name=name, arguments=arguments))
        _assert_safe(result.text)
        if not result.is_error:
            assert WORD not in QUOTATION.sub("", result.text), (name, result.text)


@settings(
    max_examples=25,
    deadline=timedelta(seconds=20),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=HOSTILE)
def test_an_error_shows_a_models_own_words_on_one_short_line(
    hostile_shop: UnitOfWork, clock: SteppingClock, text: str
) -> None:
    box = _toolbox(hostile_shop, clock)
    for name, arguments in _failing_calls(text):
        result = box.run(ToolCall(id="1", name=name, arguments=arguments))
        _assert_safe(result.text)
        if not result.is_error:
            # The shop's supplier may be called much like the text.
            assert name == "receive_order" or "supplier" in arguments, result.text
            continue
        assert "\n" not in result.text
        assert len(result.text) < 700
        assert "|" not in result.text
