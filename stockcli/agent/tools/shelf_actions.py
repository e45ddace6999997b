"""The chat's tools that change what a product's level is held to, and tell the manager."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stockcli.agent.quoting import code, quoted, reason_text, shortened
from stockcli.agent.tools.action_desk import (
    ASKED,
    ActionDesk,
    IsoDay,
    Place,
    Reason,
    Sku,
    Units,
    as_day,
    as_place,
    as_sku,
    as_units,
)
from stockcli.agent.tools.toolbox import ActionPreview
from stockcli.agent.wording.previews import NO_ADDRESS
from stockcli.domain.catalogue import Product
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.quantity import plain
from stockcli.usecases import alerting, inventory, lifecycle, minimums


class ShelfActions(ActionDesk):
    """Minimums, pauses, and messages."""

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
            as_sku(sku),
            as_units(quantity),
            location=as_place(location),
            reason=reason_text(reason) or ASKED,
            author=self._author,
            now=self._clock.now(),
        )
        return f"done: the minimum of {code(as_sku(sku))} is {plain(minimum.quantity)} units now"

    def _preview_set_minimum(
        self, sku: str, quantity: float, location: str | None = None, reason: str = ASKED
    ) -> ActionPreview:
        product, place, before = self._now(sku, location)
        units = plain(as_units(quantity))
        return self._preview(
            "set_minimum",
            self._label("set_minimum", code(product.sku), quoted(product.name), place, units),
            self._label("now", before),
            self._reason(reason),
        )

    def clear_minimum(self, sku: Sku, location: Place = None) -> str:
        """Remove a product's minimum set by hand; the computed reorder point holds again.

        Args:
            sku: the product's SKU
            location: where; left out: the first location
        """
        was_set = minimums.clear_minimum(self._unit, as_sku(sku), location=as_place(location))
        if not was_set:
            return f"{code(as_sku(sku))} had no minimum by hand there; nothing was changed"
        return f"done: the minimum of {code(as_sku(sku))} by hand is gone"

    def _preview_clear_minimum(self, sku: str, location: str | None = None) -> ActionPreview:
        product, place, before = self._now(sku, location)
        return self._preview(
            "clear_minimum",
            self._label("clear_minimum", code(product.sku), quoted(product.name), place),
            self._label("now", before),
        )

    def snooze(self, sku: Sku, until: IsoDay) -> str:
        """Leave a product alone until a day: no order and no alert before it.

        Args:
            sku: the product's SKU
            until: first day it counts again, YYYY-MM-DD
        """
        product = lifecycle.snooze(self._unit, as_sku(sku), until=as_day(until))
        return f"done: {code(product.sku)} is left alone until {product.snoozed_until}"

    def _preview_snooze(self, sku: str, until: str) -> ActionPreview:
        product, _, _ = self._now(sku, None)
        if as_day(until) <= inventory.shop_day(self._unit, self._clock.now()):
            raise InvalidInputError(f"{until} has passed already: give a day to come")
        summary = self._label("snooze", code(product.sku), quoted(product.name), as_day(until))
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
            sku=as_sku(sku) if sku else None,
        )
        if not self._unit.tenant.policy.notify_urls:
            return f"done: {quoted(subject)}; {NO_ADDRESS}"
        return f"done: the message {quoted(subject)} is in the outbox"

    def _preview_notify_manager(
        self, subject: str, text: str, sku: str | None = None
    ) -> ActionPreview:
        about = [code(self._now(sku, None)[0].sku)] if sku else []
        if sku:
            alerting.ensure_not_snoozed(self._unit, as_sku(sku), now=self._clock.now())
        name = "message_about" if about else "message"
        summary = self._label(name, quoted(subject, 120), *about)
        return self._preview("notify_manager", summary, shortened(text, 1000))

    def _now(self, sku: str, location: str | None) -> tuple[Product, str, str]:
        """Return a product, a place's code, and the reorder point in force there, in words."""
        now = self._clock.now()
        day = inventory.shop_day(self._unit, now)
        with self._unit.reading():
            product, place, key = inventory.key_of(self._unit, as_sku(sku), as_place(location))
            found = inventory.stock_lines_within(
                self._unit, day=day, products=[product], keys=[key]
            )
        line = next(line for line in found if line.level.key == key)
        if line.reorder_point is None:
            return product, code(place.code), self._label("no_point")
        whose = "by_hand" if line.is_manual else "computed"
        return product, code(place.code), self._label(whose, plain(line.reorder_point))
