"""The chat's tools that order goods and take them in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from stockcli.agent.quoting import code, quoted, reason_text, unquoted
from stockcli.agent.tools.action_desk import (
    ASKED,
    ActionDesk,
    OptionalUnits,
    Place,
    Reason,
    Sku,
    Units,
    as_place,
    as_sku,
    as_units,
)
from stockcli.agent.tools.toolbox import CHECKED, ActionPreview
from stockcli.domain.errors import ConflictError, InvalidInputError, LimitExceededError
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.quantity import ZERO, plain
from stockcli.domain.shop import local_day
from stockcli.usecases import purchasing, restocking
from stockcli.usecases.ports import Clock, UnitOfWork
from stockcli.usecases.purchasing import ReceiptPreview

OrderNumber = Annotated[str, Field(min_length=1, max_length=40)]
DeliveryNote = Annotated[str | None, Field(min_length=1, max_length=40)]


class Arrived(BaseModel):
    """How many units of a product came."""

    model_config = CHECKED

    sku: Sku = Field(description="the product's SKU")
    quantity: Units = Field(description="units that came")


ArrivedLines = Annotated[list[Arrived] | None, Field(min_length=1, max_length=50)]


class OrderActions(ActionDesk):
    """Orders, and their arrival."""

    def __init__(self, unit: UnitOfWork, clock: Clock, author: str) -> None:
        """Promise nothing yet."""
        super().__init__(unit, clock, author)
        # What was said yes to is what is done, even if stock moved meanwhile.
        self._promised: dict[tuple[str, float | None, str | None], Decimal] = {}
        self._shown: dict[str, Mapping[str, Decimal]] = {}

    def restock(
        self,
        sku: Sku,
        quantity: OptionalUnits = None,
        location: Place = None,
        reason: Reason = ASKED,
    ) -> str:
        """Order a product from its supplier, after the person's yes.

        Args:
            sku: the product's SKU
            quantity: units; leave out to take what the policy suggests
            location: where to; left out: the first location
            reason: why, one short sentence
        """
        units = self._promised.pop((sku, quantity, location), _optional_units(quantity))
        done = restocking.restock_by_hand(
            self._unit,
            as_sku(sku),
            units,
            location=as_place(location),
            reason=reason_text(reason) or ASKED,
            author=self._author,
            now=self._clock.now(),
        )
        return (
            f"done: order {done.order_number}, {plain(done.quantity)} units, total "
            f"{done.total} {self._unit.tenant.currency}, status {done.status.replace('_', ' ')}, "
            f"expected on {done.expected_on}; {quoted(done.remark, 200)}"
        )

    def _preview_restock(
        self,
        sku: str,
        quantity: float | None = None,
        location: str | None = None,
        reason: str = ASKED,
    ) -> ActionPreview:
        units, place, now = _optional_units(quantity), as_place(location), self._clock.now()
        would = restocking.preview_restock(self._unit, as_sku(sku), units, location=place, now=now)
        self._promised[sku, quantity, location] = would.quantity
        currency = self._unit.tenant.currency
        waits = would.needs_approval_because
        order = (plain(would.quantity), code(would.sku), quoted(would.name), code(would.location))
        return self._preview(
            "restock",
            self._label("restock", *order, quoted(would.supplier), would.total, currency),
            self._label("unit_cost", plain(would.unit_cost), currency),
            *would.steps,
            *((self._label("waits", waits),) if waits else ()),
            self._reason(reason),
        )

    def receive_order(
        self, order: OrderNumber, arrived: ArrivedLines = None, delivery_note: DeliveryNote = None
    ) -> str:
        """Book the arrival of a purchase order's goods, after the person's yes.

        Args:
            order: the order's number, such as PO-00012
            arrived: what came of each product; left out: all that is still to come
            delivery_note: its number, booked once; left out: today's date
        """
        number, note = _number(order), self._note(delivery_note)
        units, shown = _units_of(arrived), self._shown.pop(_number(order), None)
        before = purchasing.preview_receipt(self._unit, number, receipt=note, arrived=units)
        _refuse_surplus(before)
        if shown is not None and before.units != shown:
            message = f"order {before.before.order.number} changed meanwhile; nothing was booked"
            raise ConflictError(message, "look at it and ask again")
        after = purchasing.receive_order(
            self._unit, number, receipt=note, now=self._clock.now(), arrived=units
        )
        booked = ", ".join(f"{plain(count)} x {code(sku)}" for sku, count in before.units.items())
        return (
            f"done: goods of order {after.number} booked: {booked}; "
            f"status {after.status.replace('_', ' ')}"
        )

    def _preview_receive_order(
        self,
        order: str,
        arrived: list[Arrived] | None = None,
        delivery_note: str | None = None,
    ) -> ActionPreview:
        note = self._note(delivery_note)
        would = purchasing.preview_receipt(
            self._unit, _number(order), receipt=note, arrived=_units_of(arrived)
        )
        _refuse_surplus(would)
        self._shown[_number(order)] = would.units
        row = would.before
        opening = row.order.number, quoted(row.supplier), code(row.location)
        ends = "whole" if would.after is OrderStatus.RECEIVED else "in_part"
        return self._preview(
            "receive_order",
            self._label("receive_order", *opening),
            *self._arrivals(would),
            self._label(ends),
            self._label("delivery_note", quoted(note)),
        )

    def _arrivals(self, would: ReceiptPreview) -> list[str]:
        """Return a line for each product that came, beside what was still to come of it."""
        lines = {sku: (name, ordered - got) for sku, name, ordered, got, _ in would.before.lines}
        return [
            self._label(
                "arrival", plain(count), code(sku), quoted(lines[sku][0]), plain(lines[sku][1])
            )
            for sku, count in would.units.items()
        ]

    def _note(self, delivery_note: str | None) -> str:
        """Return the delivery note's number; a day has one delivery unless it has a note."""
        told = unquoted(delivery_note or "")
        return told or local_day(self._unit.tenant, self._clock.now()).isoformat()


def _optional_units(quantity: float | None) -> Decimal | None:
    return None if quantity is None else as_units(quantity)


def _refuse_surplus(would: ReceiptPreview) -> None:
    """Pass if no more would be booked than is still to come; a surplus is a person's to book.

    Raises:
        LimitExceededError: more.
    """
    for sku, _, ordered, got, _ in would.before.lines:
        count, to_come = would.units.get(sku, ZERO), ordered - got
        if count > to_come:
            number = would.before.order.number
            message = f"{plain(count)} x {code(sku)}: only {plain(to_come)} are to come of {number}"
            hint = f"book what came beyond that with `stock orders receive {number}`"
            raise LimitExceededError(message, hint)


def _number(order: str) -> str:
    return unquoted(order).upper()


def _units_of(arrived: list[Arrived] | None) -> dict[str, Decimal] | None:
    if arrived is None:
        return None
    units: dict[str, Decimal] = {}
    for one in arrived:
        sku = as_sku(one.sku)
        if sku in units:
            raise InvalidInputError(f"{code(sku)} is there twice: give its units together")
        units[sku] = as_units(one.quantity)
    return units
