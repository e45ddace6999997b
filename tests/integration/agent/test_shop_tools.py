"""The tools on a real shop: orders, suppliers, key figures, and what a model may pass them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import anthropic
import pytest

from stockcli.agent.providers.base import ToolCall
from stockcli.agent.tools.actions import ShopActions
from stockcli.agent.tools.reading import ShopTools
from stockcli.agent.tools.toolbox import ActionPreview, Toolbox, ToolResult
from stockcli.forecasting.engine import Forecaster
from stockcli.usecases.inventory import stock_of
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import order_rows, receive_order
from stockcli.usecases.restocking import restock_by_hand
from tests.fixtures.corner_shop import NOW, TODAY, SteppingClock, sell

ORDER = "PO-00001"


class Desk:
    """A toolbox with every tool, and a person who says yes."""

    def __init__(self, unit: UnitOfWork, clock: SteppingClock) -> None:
        self.unit = unit
        self.was_asked: list[ActionPreview] = []
        reading = ShopTools(unit, clock, Forecaster).tools()
        writing = ShopActions(unit, clock, "manager:test").tools()
        self.box = Toolbox([*reading, *writing], self._says_yes)

    def _says_yes(self, preview: ActionPreview) -> bool:
        self.was_asked.append(preview)
        return True

    def runs(self, tool: str, **arguments: Any) -> ToolResult:
        return self.box.run(ToolCall(id="1", name=tool, arguments=arguments))

    def on_hand(self, sku: str) -> Decimal:
        return stock_of(self.unit, sku, day=TODAY)[0].level.on_hand


@pytest.fixture
def desk(unit: UnitOfWork, clock: SteppingClock) -> Desk:
    return Desk(unit, clock)


@pytest.fixture
def ordered(desk: Desk) -> Desk:
    """Twelve of SALT are on order."""
    restock_by_hand(desk.unit, "SALT", Decimal(12), location=None, reason="", author="ana", now=NOW)
    return desk


def test_there_are_seventeen_tools(desk: Desk) -> None:
    assert [spec.name for spec in desk.box.specs] == [
        *("find_products", "stock_of", "low_stock", "on_order", "sales_history"),
        *("why_reorder_point", "forecast_of", "manual_minimums", "open_alerts", "suppliers"),
        *("key_figures", "restock", "receive_order", "set_minimum", "clear_minimum", "snooze"),
        "notify_manager",
    ]


def test_every_schema_can_be_made_strict_and_describes_every_argument(desk: Desk) -> None:
    for spec in desk.box.specs:
        strict = anthropic.transform_schema(dict(spec.schema))
        assert strict["additionalProperties"] is False
        assert all(one.get("description") for one in spec.schema["properties"].values())


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("restock", {"sku": "SALT", "quantity": "12"}, "quantity must be a number, without"),
        ("restock", {"sku": "SALT", "quantity": 1e300}, "quantity must be at most 100000000"),
        ("restock", {"sku": "SALT", "quantity": -1}, "quantity must be above 0"),
        ("restock", {"sku": "SALT", "tenant": "other"}, "tenant is no argument of this tool"),
        ("restock", {"sku": "SALT", "price": 1}, "price is no argument of this tool"),
        ("sales_history", {"sku": "SALT", "days": "7"}, "days must be a whole number, without"),
        ("sales_history", {"sku": "SALT", "days": 0}, "days must be at least 1"),
        ("sales_history", {"sku": "SALT", "month": 13}, "month must be at most 12"),
        ("find_products", {"text": "   "}, "text is empty"),
        ("find_products", {"text": "x" * 9_999}, "text must have at most 80 characters"),
        ("snooze", {"sku": "SALT", "until": "tomorrow"}, "until must look like 2026-12-31"),
        ("snooze", {"sku": "SALT", "until": "2026-02-31"}, "2026-02-31 is no day of the calendar"),
        ("snooze", {"sku": "SALT", "until": "2020-01-01"}, "has passed already"),
        ("receive_order", {"order": ORDER, "arrived": []}, "arrived must have at least 1 entries"),
        (
            "receive_order",
            {"order": ORDER, "arrived": [{"sku": "SALT", "quantity": "1"}]},
            "arrived, entry 1, quantity must be a number, without",
        ),
        ("stock_off", {"sku": "SALT"}, "did you mean stock_of?"),
    ],
)
def test_a_call_that_does_not_fit_is_answered_with_what_is_wrong(
    desk: Desk, tool: str, arguments: dict[str, Any], said: str
) -> None:
    result = desk.runs(tool, **arguments)
    assert result.is_error
    assert said in result.text
    assert desk.was_asked == []
    assert order_rows(desk.unit) == []


def test_the_arrival_of_a_whole_order_is_shown_and_booked(ordered: Desk) -> None:
    said = ordered.runs("receive_order", order="po-00001").text
    [preview] = ordered.was_asked
    assert preview.summary == f'Book the arrival of order {ORDER} from "Leaf Ltd" at SHOP'
    assert preview.details[0] == '12 x SALT "Sea salt", 12 still to come'
    assert said == f"done: goods of order {ORDER} booked: 12 x SALT; status received"
    assert ordered.on_hand("SALT") == 412


def test_a_part_of_an_order_arrives_and_the_rest_is_still_to_come(ordered: Desk) -> None:
    arrived = [{"sku": "salt", "quantity": 5}]
    said = ordered.runs("receive_order", order=ORDER, arrived=arrived).text
    assert "status partly received" in said
    assert ordered.on_hand("SALT") == 405
    assert "| 7 | SHOP |" in ordered.runs("on_order").text


@pytest.mark.parametrize("arrived", [None, [{"sku": "SALT", "quantity": 5}]])
def test_one_arrival_is_booked_once_however_often_it_is_told(
    ordered: Desk, arrived: list[dict[str, Any]] | None
) -> None:
    lines = {} if arrived is None else {"arrived": arrived}
    ordered.runs("receive_order", order=ORDER, **lines)
    once = ordered.on_hand("SALT")
    ordered.box.begin_question()
    again = ordered.runs("receive_order", order=ORDER, **lines)
    assert again.is_error
    assert "before" in again.text
    assert len(ordered.was_asked) == 1
    assert ordered.on_hand("SALT") == once


def test_another_delivery_note_books_another_delivery(ordered: Desk) -> None:
    for note in ("DN-1", "DN-2"):
        arrived = [{"sku": "SALT", "quantity": 5}]
        ordered.runs("receive_order", order=ORDER, arrived=arrived, delivery_note=note)
    assert ordered.on_hand("SALT") == 410


def test_an_order_that_moved_while_the_person_thought_is_not_booked(
    ordered: Desk, clock: SteppingClock
) -> None:
    def received_meanwhile(_: ActionPreview) -> bool:
        receive_order(ordered.unit, ORDER, receipt="DN-9", now=NOW, arrived={"SALT": Decimal(2)})
        return True

    tools = ShopActions(ordered.unit, clock, "manager:test").tools()
    box = Toolbox(tools, received_meanwhile)
    result = box.run(ToolCall(id="1", name="receive_order", arguments={"order": ORDER}))
    assert "changed meanwhile; nothing was booked" in result.text
    assert ordered.on_hand("SALT") == 402


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"order": "PO-99999"}, "there is no order"),
        ({"order": ORDER, "arrived": [{"sku": "MILK", "quantity": 1}]}, "nothing of this is on"),
        ({"order": ORDER, "arrived": [{"sku": "GOLD", "quantity": 1}]}, "there is no product"),
        ({"order": ORDER, "arrived": [{"sku": "SALT", "quantity": 1}] * 2}, "SALT is there twice"),
    ],
)
def test_an_impossible_arrival_is_not_even_asked_about(
    ordered: Desk, arguments: dict[str, Any], said: str
) -> None:
    assert said in ordered.runs("receive_order", **arguments).text
    assert ordered.was_asked == []


def test_orders_tell_their_dates_and_how_late_they_are(ordered: Desk, clock: SteppingClock) -> None:
    text = ordered.runs("on_order").text
    assert "| ordered on | expected on | days late |" in text
    assert "| 2024-04-30 | 2024-05-05 | - |" in text
    clock.advance(days=8)
    sell(ordered.unit, "MILK", 1, reference="till-8", at=clock.now())
    assert "| 2024-04-30 | 2024-05-05 | 3 |" in ordered.runs("on_order").text


@pytest.mark.parametrize("name", ["leaf", "LEAF", "Leaf Ltd", "leef ltd"])
def test_a_supplier_is_told_with_its_lead_time_and_open_orders(ordered: Desk, name: str) -> None:
    text = ordered.runs("suppliers", supplier=name).text
    assert '| LEAF | "Leaf Ltd" | 5 | 1 | 5 | 1 | 24.00 | - |' in text
    assert f"{ORDER}: approved, 24.00 to come, expected on 2024-05-05" in text


def test_an_unknown_supplier_is_answered_with_those_there_are(desk: Desk) -> None:
    assert 'nearest: "LEAF Leaf Ltd"' in desk.runs("suppliers", supplier="Zebra").text


def test_key_figures_tell_stock_service_orders_and_limits(
    unit_with: Callable[..., UnitOfWork], clock: SteppingClock
) -> None:
    unit = unit_with(monthly_spending_limit=Decimal(900), daily_spending_limit=None)
    restock_by_hand(unit, "SALT", Decimal(12), location=None, reason="", author="ana", now=NOW)
    text = Desk(unit, clock).runs("key_figures", days=7).text
    for row in (
        "| stock value at cost | 982.00 |",
        "| products | 5 |",
        "| products to order | 2 |",
        "| products out of stock | 0 |",
        "| open orders at cost | 24.00 |",
        "| ordered today | 24.00 |",
        "| ordered this month | 24.00 of 900 |",
        "| late orders | 0 |",
        "| units sold, last 7 days | 98 |",
    ):
        assert row in text, row
    assert text.startswith("as of 2024-04-30 06:00 (database)")
