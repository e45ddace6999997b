"""The chat's tools that write: each can say beforehand exactly what it would do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from stockcli.agent.quoting import quoted, reason_text, shortened, unquoted
from stockcli.agent.toolbox import ActionPreview, Tool, tool
from stockcli.agent.wording.previews import NO_ADDRESS, label
from stockcli.domain.catalogue import Product
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import location_code
from stockcli.domain.identifiers import sku as canonical_sku
from stockcli.domain.quantity import plain, positive
from stockcli.usecases import alerting, inventory, lifecycle, minimums, restocking
from stockcli.usecases.ports import Clock, UnitOfWork

Sku = Annotated[str, Field(min_length=1, max_length=80)]
Place = Annotated[str | None, Field(max_length=80)]
Reason = Annotated[str, Field(max_length=300)]
Units = Annotated[float, Field(gt=0)]
OptionalUnits = Annotated[float | None, Field(gt=0)]
IsoDay = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]

ASKED = "asked for in the chat"


class ShopActions:
    """What may be done for one shop, each time after a person's yes.

    Args:
        unit: of that shop; no tool can name another.
        clock: the present.
        author: who is talking, for the record.

    Attributes:
        language: of the question at hand, "en" or "pt": previews speak it.
    """

    def __init__(self, unit: UnitOfWork, clock: Clock, author: str) -> None:
        """Do nothing yet."""
        self._unit = unit
        self._clock = clock
        self._author = author
        self.language = "en"
        self._promised: dict[tuple[str, float | None, str | None], Decimal] = {}

    def tools(self) -> list[Tool]:
        """Return the tools, in the order a model is told of them."""
        return [
            tool(self.restock, self._preview_restock),
            tool(self.set_minimum, self._preview_set_minimum),
            tool(self.clear_minimum, self._preview_clear_minimum),
            tool(self.snooze, self._preview_snooze),
            tool(self.notify_manager, self._preview_notify_manager),
        ]

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
        # What was said yes to is what is ordered, even if stock moved meanwhile.
        units = self._promised.pop((sku, quantity, location), _units(quantity))
        done = restocking.restock_by_hand(
            self._unit,
            _sku(sku),
            units,
            location=_place(location),
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
        units, place, now = _units(quantity), _place(location), self._clock.now()
        would = restocking.preview_restock(self._unit, _sku(sku), units, location=place, now=now)
        self._promised[sku, quantity, location] = would.quantity
        currency = self._unit.tenant.currency
        waits = would.needs_approval_because
        order = (plain(would.quantity), would.sku, quoted(would.name), would.location)
        return self._preview(
            "restock",
            self._label("restock", *order, quoted(would.supplier), would.total, currency),
            self._label("unit_cost", plain(would.unit_cost), currency),
            *would.steps,
            *((self._label("waits", waits),) if waits else ()),
            self._reason(reason),
        )

    def set_minimum(
        self, sku: Sku, quantity: Units, location: Place = None, reason: Reason = ASKED
    ) -> str:
        """Set a product's minimum by hand; it overrides the computed reorder point.

        Args:
            sku: the product's SKU
            quantity: units
            location: where; left out: the first location
            reason: why, one short sentence
        """
        minimum = minimums.set_minimum(
            self._unit,
            _sku(sku),
            positive(str(quantity)),
            location=_place(location),
            reason=reason_text(reason) or ASKED,
            author=self._author,
            now=self._clock.now(),
        )
        return f"done: the minimum of {_sku(sku)} is {plain(minimum.quantity)} units now"

    def _preview_set_minimum(
        self, sku: str, quantity: float, location: str | None = None, reason: str = ASKED
    ) -> ActionPreview:
        product, place, before = self._now(sku, location)
        units = plain(positive(str(quantity)))
        return self._preview(
            "set_minimum",
            self._label("set_minimum", product.sku, quoted(product.name), place, units),
            self._label("now", before),
            self._reason(reason),
        )

    def clear_minimum(self, sku: Sku, location: Place = None) -> str:
        """Remove a product's minimum set by hand; the computed reorder point holds again.

        Args:
            sku: the product's SKU
            location: where; left out: the first location
        """
        was_set = minimums.clear_minimum(self._unit, _sku(sku), location=_place(location))
        if not was_set:
            return f"{_sku(sku)} had no minimum by hand there; nothing was changed"
        return f"done: the minimum of {_sku(sku)} by hand is gone"

    def _preview_clear_minimum(self, sku: str, location: str | None = None) -> ActionPreview:
        product, place, before = self._now(sku, location)
        return self._preview(
            "clear_minimum",
            self._label("clear_minimum", product.sku, quoted(product.name), place),
            self._label("now", before),
        )

    def snooze(self, sku: Sku, until: IsoDay) -> str:
        """Leave a product alone until a day: no order and no alert before it.

        Args:
            sku: the product's SKU
            until: first day it counts again, YYYY-MM-DD
        """
        product = lifecycle.snooze(self._unit, _sku(sku), until=_day(until))
        return f"done: {product.sku} is left alone until {product.snoozed_until}"

    def _preview_snooze(self, sku: str, until: str) -> ActionPreview:
        product, _, _ = self._now(sku, None)
        summary = self._label("snooze", product.sku, quoted(product.name), _day(until))
        return self._preview("snooze", summary)

    def notify_manager(
        self,
        subject: Annotated[str, Field(min_length=1, max_length=120)],
        text: Annotated[str, Field(min_length=1, max_length=1000)],
        sku: Annotated[str | None, Field(max_length=80)] = None,
    ) -> str:
        """Send the shop's manager a message.

        Args:
            subject: a few words
            text: the message, plain text
            sku: the product it is about, if it is about one
        """
        alerting.notify_manager(
            self._unit,
            shortened(subject, 120),
            shortened(text, 1000),
            now=self._clock.now(),
            sku=_sku(sku) if sku else None,
        )
        if not self._unit.tenant.policy.notify_urls:
            return f"done: {quoted(subject)}; {NO_ADDRESS}"
        return f"done: the message {quoted(subject)} is in the outbox"

    def _preview_notify_manager(
        self, subject: str, text: str, sku: str | None = None
    ) -> ActionPreview:
        about = [self._now(sku, None)[0].sku] if sku else []
        name = "message_about" if about else "message"
        summary = self._label(name, quoted(subject, 120), *about)
        return self._preview("notify_manager", summary, shortened(text, 1000))

    def _preview(self, tool_name: str, summary: str, *details: str) -> ActionPreview:
        return ActionPreview(
            tool=tool_name, summary=summary, details=details, language=self.language
        )

    def _label(self, name: str, *values: object) -> str:
        return label(name, self.language, *values)

    def _reason(self, reason: str) -> str:
        told = reason_text(reason)
        return self._label("reason", self._label("asked") if told == ASKED else told)

    def _now(self, sku: str, location: str | None) -> tuple[Product, str, str]:
        """Return a product, a place's code, and the reorder point in force there, in words."""
        now = self._clock.now()
        day = inventory.shop_day(self._unit, now)
        with self._unit.reading():
            product, place, key = inventory.key_of(self._unit, _sku(sku), _place(location))
            found = inventory.stock_lines_within(
                self._unit, day=day, products=[product], keys=[key]
            )
        line = next(line for line in found if line.level.key == key)
        if line.reorder_point is None:
            return product, place.code, self._label("no_point")
        whose = "by_hand" if line.is_manual else "computed"
        return product, place.code, self._label(whose, plain(line.reorder_point))


def _sku(text: str) -> str:
    return canonical_sku(unquoted(text))


def _place(text: str | None) -> str | None:
    return location_code(unquoted(text)) if text else None


def _units(quantity: float | None) -> Decimal | None:
    return None if quantity is None else positive(str(quantity))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError(f"{text} is no day: write it as 2026-12-31") from None
