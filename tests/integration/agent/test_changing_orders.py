from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from stockcli.agent.providers.base import ToolCall
from stockcli.agent.tools.actions import ShopActions
from stockcli.agent.tools.toolbox import ActionPreview, Toolbox, ToolResult
from stockcli.domain.purchasing import OrderStatus
from stockcli.usecases.order_plans import Wish, place_planned
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import mark_sent, order_row
from tests.fixtures.corner_shop import NOW, SteppingClock

NUMBER = "PO-00001"


class Desk:
    """A manager who looks at each preview, and says yes."""

    def __init__(self, unit: UnitOfWork, clock: SteppingClock, language: str = "en") -> None:
        self.unit = unit
        self.shown: list[ActionPreview] = []
        self.meanwhile: Callable[[], None] = lambda: None
        actions = ShopActions(unit, clock, "manager:ana")
        actions.language = language
        self._box = Toolbox(actions.tools(), self._agrees)

    def _agrees(self, preview: ActionPreview) -> bool:
        self.shown.append(preview)
        self.meanwhile()
        return True

    def change(self, **lines: int) -> ToolResult:
        wanted = [{"sku": sku, "quantity": float(units)} for sku, units in lines.items()]
        arguments = {"order": NUMBER} | ({"lines": wanted} if wanted else {})
        return self._box.run(ToolCall(id="1", name="change_order", arguments=arguments))


@pytest.fixture
def desk(unit: UnitOfWork, clock: SteppingClock) -> Desk:
    """Twelve of SALT and ten of MILK are on an order that has not left."""
    wish = Wish(quantities={"SALT": Decimal(12), "MILK": Decimal(10)})
    place_planned(unit, wish, author="ana", now=NOW)
    return Desk(unit, clock)


def wanted(unit: UnitOfWork) -> dict[str, Decimal]:
    return {sku: units for sku, _, units, _, _ in order_row(unit, NUMBER).lines}


def test_a_quantity_is_changed_after_exactly_that_was_shown(desk: Desk) -> None:
    result = desk.change(SALT=20)
    assert result.text.startswith("done: order PO-00001: 20 x ")
    [shown] = desk.shown
    assert shown.summary.startswith("Change order PO-00001 to ")
    assert shown.details[0].startswith("20 instead of 12 x ")
    assert wanted(desk.unit) == {"SALT": 20, "MILK": 10}


def test_none_of_a_product_takes_it_off(desk: Desk) -> None:
    desk.change(MILK=0)
    assert wanted(desk.unit) == {"SALT": 12, "MILK": 0}


def test_an_order_is_cancelled_as_a_whole(desk: Desk) -> None:
    result = desk.change()
    assert "status cancelled" in result.text
    assert desk.shown[0].summary.startswith("Cancel what is still to come of order PO-00001")
    assert order_row(desk.unit, NUMBER).order.status is OrderStatus.CANCELLED


def test_a_preview_leaves_nothing_behind(desk: Desk) -> None:
    before = order_row(desk.unit, NUMBER).order
    desk.meanwhile = lambda: looked.append(order_row(desk.unit, NUMBER).order)
    looked: list[object] = []
    desk.change(SALT=20)
    assert looked == [before]


def test_an_order_that_left_is_not_changed_but_its_rest_is_cancelled(desk: Desk) -> None:
    with desk.unit:
        mark_sent(desk.unit, NUMBER, NOW)
        desk.unit.commit()
    refused = desk.change(SALT=20)
    assert refused.is_error
    assert "has left for its supplier" in refused.text
    assert not desk.change(SALT=0).is_error
    assert wanted(desk.unit) == {"SALT": 0, "MILK": 10}


def test_an_order_that_changed_while_a_person_thought_about_it_is_left_alone(desk: Desk) -> None:
    def meanwhile() -> None:
        with desk.unit:
            order = desk.unit.orders.get(NUMBER)
            desk.unit.orders.save(replace(order, revision=order.revision + 1))
            desk.unit.commit()

    desk.meanwhile = meanwhile
    refused = desk.change(SALT=20)
    assert refused.is_error
    assert "changed meanwhile" in refused.text
    assert wanted(desk.unit) == {"SALT": 12, "MILK": 10}


def test_what_is_shown_in_portuguese_has_no_english_in_it(desk: Desk, clock: SteppingClock) -> None:
    asked = Desk(desk.unit, clock, language="pt")
    asked.change(SALT=20, MILK=0)
    [shown] = asked.shown
    assert shown.summary.startswith("Alterar o pedido PO-00001 a ")
    assert shown.details[0].startswith("20 em vez de 12 x ")
    assert shown.details[-1].startswith("total então ")
