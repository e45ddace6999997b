"""The chat's tools that order goods and take them in."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import date
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
from stockcli.agent.wording.grounds import restock_grounds
from stockcli.agent.wording.previews import number_said, reason_said
from stockcli.domain.errors import ConflictError, InvalidInputError, LimitExceededError
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.quantity import ZERO, plain
from stockcli.domain.shop import local_day
from stockcli.usecases import deliveries, purchasing, restocking
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
        self._shown: dict[str, tuple[Mapping[str, Decimal], str]] = {}

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
        currency, waits = self._unit.tenant.currency, would.needs_approval_because
        order = (plain(would.quantity), code(would.sku), quoted(would.name), code(would.location))
        total = number_said(would.total, self.language)
        unit_cost = number_said(plain(would.unit_cost), self.language)
        return self._preview(
            "restock",
            self._label("restock", *order, quoted(would.supplier), total, currency),
            self._label("unit_cost", unit_cost, currency),
            *restock_grounds(would, self.language),
            *(reason_said(step, self.language) for step in would.steps),
            *((self._label("waits", reason_said(waits, self.language)),) if waits else ()),
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
        number, units = _number(order), _units_of(arrived)
        shown, note = self._shown.pop(number, (None, ""))
        note = note or self._note(number, delivery_note)
        before = purchasing.preview_receipt(self._unit, number, receipt=note, arrived=units)
        if shown is not None and before.units != shown:
            message = f"order {before.before.order.number} changed meanwhile; nothing was booked"
            raise ConflictError(message, "look at it and ask again")
        after = purchasing.receive_order(
            self._unit, number, receipt=note, now=self._clock.now(), arrived=units
        )
        return (
            f"done: goods of order {after.number} booked: {_told(before.units)}; "
            f"status {after.status.replace('_', ' ')}"
        )

    def _preview_receive_order(
        self,
        order: str,
        arrived: list[Arrived] | None = None,
        delivery_note: str | None = None,
    ) -> ActionPreview:
        number = _number(order)
        note = self._note(number, delivery_note)
        would = purchasing.preview_receipt(
            self._unit, number, receipt=note, arrived=_units_of(arrived)
        )
        _refuse_surplus(would, "" if note == self._today().isoformat() else note)
        self._shown[number] = would.units, note
        row = would.before
        opening = row.order.number, quoted(row.supplier), code(row.location)
        ends = "whole" if would.after is OrderStatus.RECEIVED else "in_part"
        return self._preview(
            "receive_order",
            self._label("receive_order", *opening),
            *self._arrivals(would),
            *self._booked_today(number),
            self._label(ends),
            self._label("delivery_note", quoted(note)),
        )

    def _arrivals(self, would: ReceiptPreview) -> list[str]:
        """Return a line for each product that came, beside what was still to come of it."""
        lines = {
            sku: (quoted(name), plain(_to_come(ordered, got)))
            for sku, name, ordered, got, _ in would.before.lines
        }
        return [
            self._label("arrival", plain(count), code(sku), *lines[sku])
            for sku, count in would.units.items()
        ]

    def _booked_today(self, number: str) -> list[str]:
        """Return a line for each delivery of today: whoever tells one twice must see it."""
        booked = deliveries.deliveries_of_day(self._unit, number, self._today())
        return [self._label("booked_today", _told(units)) for units in booked]

    def _note(self, number: str, delivery_note: str | None) -> str:
        """Return the delivery note's number, or the day and which delivery of the day it is.

        It is fixed when the preview is made, so that what is said yes to is booked once.
        """
        if told := unquoted(delivery_note or ""):
            return told
        before = deliveries.deliveries_of_day(self._unit, number, self._today())
        return deliveries.day_note(self._today(), len(before))

    def _today(self) -> date:
        return local_day(self._unit.tenant, self._clock.now())


def _optional_units(quantity: float | None) -> Decimal | None:
    return None if quantity is None else as_units(quantity)


def _refuse_surplus(would: ReceiptPreview, note: str) -> None:
    """Pass if no more would be booked than is still to come; a surplus is a person's to book.

    Args:
        note: the delivery note's number; empty for the day's first delivery without one.

    Raises:
        LimitExceededError: more; with the command that books just what was told.
    """
    for sku, _, ordered, got, _ in would.before.lines:
        count, to_come = would.units.get(sku, ZERO), _to_come(ordered, got)
        if count > to_come:
            number = would.before.order.number
            message = f"{plain(count)} x {code(sku)}: only {plain(to_come)} are to come of {number}"
            hint = f"if so much came, book it with `{_booking(number, would.units, note)}`"
            raise LimitExceededError(message, hint)


def _to_come(ordered: Decimal, received: Decimal) -> Decimal:
    return max(ZERO, ordered - received)


def _booking(number: str, units: Mapping[str, Decimal], note: str) -> str:
    """Return the command that books these units and no more."""
    lines = [f"--line {shlex.quote(f'{sku}={plain(count)}')}" for sku, count in units.items()]
    receipt = [f"--receipt {shlex.quote(note)}"] if note else []
    return " ".join(["stock orders receive", number, *lines, *receipt])


def _told(units: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{plain(count)} x {code(sku)}" for sku, count in units.items())


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
