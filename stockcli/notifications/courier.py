"""The courier: takes each kind of message to where it belongs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stockcli.domain.errors import DeliveryError, InvalidInputError
from stockcli.domain.identifiers import tenant_slug
from stockcli.domain.shop import Tenant
from stockcli.notifications.channels import notify
from stockcli.notifications.letters import order_text
from stockcli.usecases.ports import OutboxMessage


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
            UncertainDeliveryError: it may or may not have arrived.
            DeliveryError: it did not arrive, or not everywhere.
        """
        if message.channel == "purchase_order":
            self._drop_order(message.payload, shop)
        elif shop.policy.notify_urls:
            notify(message, shop)

    def may_repeat(self, message: OutboxMessage, shop: Tenant) -> bool:
        """Return whether a message that may have been delivered can be delivered again unseen.

        An order's file is the same file again; an alert would be told twice.
        """
        return message.channel == "purchase_order" or not shop.policy.notify_urls

    def _drop_order(self, payload: Mapping[str, Any], shop: Tenant) -> None:
        """Write the order's file in one step; written again it is the same file."""
        place = self.folder / _folder_name(shop)
        file = place / f"{payload['number']}.txt"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            place.mkdir(exist_ok=True, mode=0o700)
            _write_privately(file, order_text(payload, shop))
        except OSError as error:
            message = f"order {payload['number']} could not be written to {place}: {error.strerror}"
            raise DeliveryError(message) from None


def _folder_name(shop: Tenant) -> str:
    """Return the shop's name, looked at once more before it becomes a part of a path."""
    try:
        return tenant_slug(shop.slug)
    except InvalidInputError as error:
        raise DeliveryError(f"no order was written: {error.message}") from None


def _write_privately(file: Path, text: str) -> None:
    """Write a file in one step, for its owner alone."""
    fresh = file.with_suffix(".part")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as letter:
        letter.write(text)
    fresh.replace(file)
