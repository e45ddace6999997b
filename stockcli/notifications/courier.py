"""The courier: takes each kind of message to where it belongs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stockcli.domain.errors import DeliveryError
from stockcli.domain.shop import Tenant
from stockcli.notifications.letters import alert_text, order_text
from stockcli.usecases.ports import OutboxMessage

log = logging.getLogger("stock.notifications")


@dataclass(frozen=True)
class HouseCourier:
    """Alerts go to the shop's Apprise URLs, purchase orders into a folder per shop.

    Attributes:
        folder: where orders are put, one text file each; without notify URLs alerts stay in
            `stock alerts` only.
    """

    folder: Path

    def deliver(self, message: OutboxMessage, shop: Tenant) -> None:
        """Deliver one message.

        Raises:
            DeliveryError: it did not arrive.
        """
        if message.channel == "purchase_order":
            self._drop_order(message.payload, shop)
        elif shop.policy.notify_urls:
            _notify(message.payload, shop)

    def _drop_order(self, payload: Mapping[str, Any], shop: Tenant) -> None:
        """Write the order's file in one step; written again it is the same file."""
        place = self.folder / shop.slug
        file = place / f"{payload['number']}.txt"
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = file.with_suffix(".part")
            fresh.write_text(order_text(payload, shop), encoding="utf-8")
            fresh.replace(file)
        except OSError as error:
            message = f"order {payload['number']} could not be written to {place}: {error.strerror}"
            raise DeliveryError(message) from None


def _notify(payload: Mapping[str, Any], shop: Tenant) -> None:
    import apprise  # noqa: PLC0415 - half a second that only a message is worth

    services = apprise.Apprise()
    for url in shop.policy.notify_urls:
        if not services.add(url):
            message = f"a notify URL of {shop.slug} is not one Apprise knows: {_scheme(url)}://..."
            raise DeliveryError(message, "set it again with `stock tenant set --notify-url`")
    title = f"[{shop.name}] {payload['subject']}"
    if not services.notify(title=title, body=alert_text(payload)):
        message = f"an alert for {shop.slug} was not taken by its notify URLs"
        raise DeliveryError(message)


def _scheme(url: str) -> str:
    """Return the part of a URL that holds no secret."""
    return url.split(":", 1)[0]
