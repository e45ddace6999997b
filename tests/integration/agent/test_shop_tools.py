"""The tools on a real shop: orders, suppliers, key figures, and what a model may pass them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import anthropic
import pytest

from stockcli.agent.providers.base import ToolCall
from stockcli.agent.tools.actions import ShopActions
from stockcli.agent.tools.reading import ShopTools
from stockcli.agent.tools.toolbox import ActionPreview, Toolbox, ToolResult
from stockcli.domain.identifiers import StockKey
from stockcli.forecasting.engine import Forecaster
from stockcli.usecases.alerting import clear_old_messages
from stockcli.usecases.inventory import stock_of
from stockcli.usecases.ordering import OrderDraft, place_orders
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import order_rows, receive_order
from stockcli.usecases.restocking import restock_by_hand
from tests.fixtures.corner_shop import NOW, TODAY, SteppingClock, sell

ORDER = "PO-00001"


class Desk:
    """A toolbox with every tool, and a person who says yes."""

    def __init__(self, unit: UnitOfWork, clock: SteppingClock, language: str = "en") -> None:
        self.unit = unit
        self.was_asked: list[ActionPreview] = []
        reading = ShopTools(unit, clock, Forecaster).tools()
        actions = ShopActions(unit, clock, "manager:test")
        actions.language = language
        self.box = Toolbox([*reading, *actions.tools()], self._says_yes)

    def _says_yes(self, preview: ActionPreview) -> bool:
        self.was_asked.append(preview)
        return True

    def runs(self, tool: str, **arguments: Any) -> ToolResult:
        return self.box.run(ToolCall(id="1", name=tool, arguments=arguments))

    def key(self, sku: str) -> StockKey:
        return stock_of(self.unit, sku, day=TODAY)[0].level.key

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


def test_there_are_eighteen_tools(desk: Desk) -> None:
    assert [spec.name for spec in desk.box.specs] == [
        *("find_products", "stock_of", "low_stock", "on_order", "sales_history"),
        *("why_reorder_point", "forecast_of", "manual_minimums", "open_alerts", "suppliers"),
        *("key_figures", "restock", "receive_order", "change_order", "set_minimum"),
        *("clear_minimum", "snooze", "notify_manager"),
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


def test_an_order_is_shown_with_what_a_person_decides_by(desk: Desk) -> None:
    desk.runs("restock", sku="MILK", quantity=100)
    [preview] = desk.was_asked
    now, policy = preview.details[1:3]
    assert now == "now 8 on hand, 0 on order; that lasts 1 days; with this order 18 days"
    assert re.fullmatch(r"the policy would order \d+ now", policy)
    assert "careful" not in " ".join(preview.details)


@pytest.mark.parametrize(
    ("sku", "said"),
    [
        ("MILK", r"careful: 5000 is \d\d times what the policy would order"),
        ("SALT", r"careful: 5400 on hand and on order then, \d+ times the most the policy keeps"),
    ],
)
def test_a_quantity_far_above_the_policys_is_pointed_out(desk: Desk, sku: str, said: str) -> None:
    desk.runs("restock", sku=sku, quantity=5000)
    assert any(re.fullmatch(said, line) for line in desk.was_asked[0].details)


def test_a_preview_in_portuguese_has_no_english_in_it(
    unit_with: Callable[..., UnitOfWork], clock: SteppingClock
) -> None:
    unit = unit_with(order_approval_limit=Decimal(100))
    with unit:
        milk = replace(unit.products.get("MILK"), pack_size=Decimal(6))
        unit.products.put([milk])
        unit.commit()
    desk = Desk(unit, clock, language="pt")
    desk.runs("restock", sku="MILK", quantity=5000)
    [shown] = desk.was_asked
    assert "10008,00" in shown.summary
    assert "arredondado para embalagens de 6: 5004" in shown.details
    assert "o total 10008,00 passa do limite de aprovação 100" in " ".join(shown.details)
    english = re.compile(r"\b(?:asked|rounded|total \d+\.|limit|on hand|days|policy|waits?)\b")
    assert not english.search("\n".join(shown.details))


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
def test_one_arrival_is_booked_once_in_a_question_however_often_it_is_told(
    ordered: Desk, arrived: list[dict[str, Any]] | None
) -> None:
    lines = {} if arrived is None else {"arrived": arrived}
    ordered.runs("receive_order", order=ORDER, **lines)
    once = ordered.on_hand("SALT")
    assert "already done; not repeated" in ordered.runs("receive_order", order=ORDER, **lines).text
    assert len(ordered.was_asked) == 1
    assert ordered.on_hand("SALT") == once


def test_a_second_delivery_of_the_day_is_booked_beside_the_first_that_is_shown(
    ordered: Desk,
) -> None:
    for units in (5, 4):
        ordered.box.begin_question()
        arrived = [{"sku": "SALT", "quantity": units}]
        assert not ordered.runs("receive_order", order=ORDER, arrived=arrived).is_error
    assert "booked today already" not in " ".join(ordered.was_asked[0].details)
    assert "booked today already: 5 x SALT" in ordered.was_asked[1].details
    assert ordered.on_hand("SALT") == 409


def test_after_a_surplus_of_one_product_another_may_come_in_part(desk: Desk) -> None:
    drafts = [
        OrderDraft(key=desk.key(sku), quantity=Decimal(10), unit_cost=Decimal(2))
        for sku in ("SALT", "MUG-W")
    ]
    with desk.unit as unit:
        place_orders(unit, drafts, by="ana", day=TODAY, now=NOW, note="")
        unit.commit()
    came = {"SALT": Decimal(50)}
    receive_order(desk.unit, ORDER, receipt="DN-1", now=NOW, arrived=came)
    said = desk.runs("receive_order", order=ORDER, arrived=[{"sku": "MUG-W", "quantity": 3}])
    assert "booked: 3 x MUG-W" in said.text
    again = desk.runs("receive_order", order=ORDER, arrived=[{"sku": "SALT", "quantity": 1}])
    assert "only 0 are to come" in again.text


def test_a_surplus_is_answered_with_the_command_that_books_just_that(ordered: Desk) -> None:
    arrived = [{"sku": "SALT", "quantity": 999}]
    said = ordered.runs("receive_order", order=ORDER, arrived=arrived).text
    assert f"`stock orders receive {ORDER} --line SALT=999`" in said
    said = ordered.runs("receive_order", order=ORDER, arrived=arrived, delivery_note="DN 7").text
    assert f"`stock orders receive {ORDER} --line SALT=999 --receipt 'DN 7'`" in said
    assert ordered.was_asked == []


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


@pytest.mark.parametrize(
    ("approval_limit", "said"),
    [
        (None, "short, on order: PO-00001 expected 2024-05-05; runs out before the delivery"),
        (Decimal(0), "short, waits for your approval: PO-00001; runs out before the delivery"),
    ],
)
def test_a_shelf_that_is_short_is_never_called_ok_because_of_an_order(
    unit_with: Callable[..., UnitOfWork],
    clock: SteppingClock,
    approval_limit: Decimal | None,
    said: str,
) -> None:
    desk = Desk(unit_with(order_approval_limit=approval_limit), clock)
    desk.runs("restock", sku="MILK", quantity=200)
    for text in (desk.runs("stock_of", sku="MILK").text, desk.runs("low_stock").text):
        assert f"| {said} |" in text


def test_a_short_shelf_says_that_its_order_is_late(desk: Desk, clock: SteppingClock) -> None:
    desk.runs("restock", sku="MILK", quantity=200)
    clock.advance(days=8)
    sell(desk.unit, "MILK", 8, reference="till-8", at=clock.now())
    assert "| empty, late: PO-00001 expected 2024-05-05 |" in desk.runs("low_stock").text


def test_enough_on_the_shelf_is_ok_whatever_is_on_order(ordered: Desk) -> None:
    assert "| ok |" in ordered.runs("stock_of", sku="SALT").text


def test_low_stock_tells_what_to_order_what_to_approve_and_what_comes(
    unit_with: Callable[..., UnitOfWork], clock: SteppingClock
) -> None:
    desk = Desk(unit_with(order_approval_limit=Decimal(300)), clock)
    desk.runs("restock", sku="BREAD", quantity=100)
    said = desk.runs("low_stock").text.splitlines()
    assert said[1] == "to order now: 1; on their way: 1"
    # What waits is not joined to what left; a later need would join what waits.
    desk.runs("restock", sku="MILK", quantity=200)
    said = desk.runs("low_stock").text.splitlines()
    assert said[1] == (
        "nothing to order now; waiting for your approval: 1 (PO-00002); on their way: 1"
    )
    assert [row.split(" | ")[0] for row in said if row.startswith("| ")][2:] == [
        "| BREAD",
        "| MILK",
    ]


def test_only_the_order_or_the_supplier_that_is_asked_for_is_told(ordered: Desk) -> None:
    ordered.runs("restock", sku="MUG-W", quantity=6)
    text = ordered.runs("on_order", order="po-00001").text
    assert "PO-00001" in text
    assert "PO-00002" not in text
    assert "PO-00002" in ordered.runs("on_order", supplier="leaf").text
    assert "there is no order" in ordered.runs("on_order", order="PO-00099").text
    assert "there is no supplier like" in ordered.runs("on_order", supplier="Zebra").text


def test_nothing_is_still_to_come_of_an_order_that_came(ordered: Desk) -> None:
    ordered.runs("receive_order", order=ORDER)
    said = ordered.runs("on_order", order=ORDER).text
    assert f'nothing is still to come of order "{ORDER}"' in said


def test_what_is_late_is_said_before_the_table(ordered: Desk, clock: SteppingClock) -> None:
    assert ordered.runs("on_order").text.splitlines()[1] == "nothing is late"
    clock.advance(days=8)
    sell(ordered.unit, "MILK", 1, reference="till-8", at=clock.now())
    assert ordered.runs("on_order").text.splitlines()[1] == f"late: {ORDER}, 3 days"


def test_the_supplier_a_product_comes_from_is_told(desk: Desk) -> None:
    assert '| LEAF | "Leaf Ltd" |' in desk.runs("suppliers", sku="SALT").text
    assert "there is no product" in desk.runs("suppliers", sku="GOLD").text


def test_a_forecast_tells_its_total_first(desk: Desk) -> None:
    first = desk.runs("forecast_of", sku="MILK", days=14).text.splitlines()[1]
    assert first.startswith("about 84 units in 14 days at SHOP, by ")


def test_a_message_to_the_manager_is_among_the_open_alerts_for_a_week(
    desk: Desk, clock: SteppingClock
) -> None:
    said = desk.runs("notify_manager", subject="Fridge", text="the fridge is broken").text
    assert "`stock alerts` shows it for a week" in said
    assert "the fridge is broken" in desk.runs("open_alerts").text
    for days, is_shown in ((6, True), (2, False)):
        clock.advance(days=days)
        with desk.unit as unit:
            clear_old_messages(unit, clock.now())
            unit.commit()
        assert ("the fridge is broken" in desk.runs("open_alerts").text) is is_shown


def test_no_message_is_offered_about_a_snoozed_product(desk: Desk) -> None:
    desk.runs("snooze", sku="MILK", until="2024-05-04")
    desk.was_asked.clear()
    said = desk.runs("notify_manager", subject="Milk", text="it is low", sku="MILK")
    assert "it is left alone until 2024-05-04" in said.text
    assert desk.was_asked == []
    assert "it is low" not in desk.runs("open_alerts").text


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
        "| stock value at cost | 982.00 GBP |",
        "| products | 5 |",
        "| products to order | 2 |",
        "| products out of stock | 0 |",
        "| open orders at cost | 24.00 GBP |",
        "| ordered today | 24.00 GBP |",
        "| ordered this month | 24.00 of 900 GBP |",
        "| late orders | 0 |",
        "| units sold, last 7 days | 98 |",
        "| days with known stock, last 7 days | 1 of 7 |",
        "| product-days without stock, last 7 days | 0 of 5 |",
    ):
        assert row in text, row
    assert text.startswith("as of 2024-04-30 06:00 (database)")
