"""The chat's tool that changes an order, or cancels what is still to come of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from stockcli.agent.quoting import code, quoted, unquoted
from stockcli.agent.tools.action_desk import ActionDesk, Sku, as_sku
from stockcli.agent.tools.toolbox import CHECKED, ActionPreview
from stockcli.agent.wording.previews import number_said, reason_said
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.purchasing import OrderStatus, PurchaseOrder
from stockcli.domain.quantity import LARGEST, plain, quantity
from stockcli.usecases import order_previews
from stockcli.usecases.order_previews import ChangePreview
from stockcli.usecases.order_rows import OrderRow
from stockcli.usecases.ports import Clock, UnitOfWork

OrderNumber = Annotated[str, Field(min_length=1, max_length=40)]
UnitsOrNone = Annotated[float, Field(ge=0, le=int(LARGEST))]


class Wanted(BaseModel):
    """How many units of a product are wanted."""

    model_config = CHECKED

    sku: Sku = Field(description="the product's SKU")
    quantity: UnitsOrNone = Field(description="units wanted; 0: none")


WantedLines = Annotated[list[Wanted] | None, Field(min_length=1, max_length=50)]


class ChangeActions(ActionDesk):
    """Orders, changed before they leave or cut short afterwards."""

    def __init__(self, unit: UnitOfWork, clock: Clock, author: str) -> None:
        """Have shown nothing yet."""
        super().__init__(unit, clock, author)
        # What was said yes to is what is changed, and not what became of it meanwhile.
        self._seen: dict[str, PurchaseOrder] = {}

    def change_order(self, order: OrderNumber, lines: WantedLines = None) -> str:
        """Change or cancel a purchase order, after the person's yes.

        Quantities change only before the order leaves; 0 cancels what is to come at any time.

        Args:
            order: the order's number, such as PO-00012
            lines: units wanted of each product to change; left out: all still to come is cancelled
        """
        number = _number(order)
        done = order_previews.change_order(
            self._unit,
            number,
            _wanted(lines),
            now=self._clock.now(),
            seen=self._seen.pop(number, None),
        )
        after = done.after.order
        return (
            f"done: order {after.number}: {_told(done.after) or 'nothing more to come'}; status "
            f"{after.status.replace('_', ' ')}, total {after.total} {self._unit.tenant.currency}"
        )

    def _preview_change_order(self, order: str, lines: list[Wanted] | None = None) -> ActionPreview:
        number = _number(order)
        would = order_previews.preview_change(
            self._unit, number, _wanted(lines), now=self._clock.now()
        )
        self._seen[number] = would.before.order
        before, after = would.before, would.after.order
        is_cancelled = after.status is OrderStatus.CANCELLED
        opening = before.order.number, quoted(before.supplier), code(before.location)
        total = number_said(after.total, self.language)
        waits = after.note.rpartition("; ")[2] if after.status is OrderStatus.DRAFT else ""
        return self._preview(
            "change_order",
            self._label("cancel_order" if is_cancelled else "change_order", *opening),
            *self._differences(would),
            self._label("total", total, self._unit.tenant.currency),
            *((self._label("waits", reason_said(waits, self.language)),) if waits else ()),
        )

    def _differences(self, would: ChangePreview) -> list[str]:
        """Return a line for each product of which another quantity is wanted."""
        before = {sku: units for sku, _, units, _, _ in would.before.lines}
        return [
            self._label(
                "instead", plain(units), plain(before.get(sku, Decimal(0))), code(sku), quoted(name)
            )
            for sku, name, units, _, _ in would.after.lines
            if units != before.get(sku)
        ]


def _number(order: str) -> str:
    return unquoted(order).upper()


def _wanted(lines: list[Wanted] | None) -> dict[str, Decimal] | None:
    if lines is None:
        return None
    wanted: dict[str, Decimal] = {}
    for one in lines:
        sku = as_sku(one.sku)
        if sku in wanted:
            raise InvalidInputError(f"{code(sku)} is there twice: give its units together")
        wanted[sku] = quantity(str(one.quantity))
    return wanted


def _told(row: OrderRow) -> str:
    return ", ".join(
        f"{plain(units - received)} x {code(sku)} to come"
        for sku, _, units, received, _ in row.lines
        if units > received
    )
