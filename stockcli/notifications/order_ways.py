"""The ways an order takes to its supplier: a file, an e-mail, or a web address."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stockcli.domain.catalogue import OrderChannel
from stockcli.domain.errors import (
    DeliveryError,
    InvalidInputError,
    NotSetUpError,
    RefusedDeliveryError,
)
from stockcli.domain.identifiers import tenant_slug
from stockcli.domain.shop import Tenant
from stockcli.notifications.mail import MailServer, order_letter, supplier_address
from stockcli.notifications.order_files import file_name, order_json
from stockcli.notifications.order_letter import order_text
from stockcli.notifications.order_page import order_page
from stockcli.notifications.web_hooks import SECONDS, post

NO_MAIL_SERVER = "no mail server is set up for orders by e-mail: set STOCK_SMTP_URL"
NO_SENDER = "no address is set up that orders by e-mail are from: set STOCK_MAIL_FROM"


@dataclass(frozen=True, kw_only=True)
class OrderWays:
    """Where orders are put, and what this installation sends them with.

    Attributes:
        folder: for files; each shop has one of its own in it.
        mail: None where none is set up.
        may_be_private: whether a web address may lead to this machine or its own network.
        web_seconds: what one delivery to a web address may take in all.
    """

    folder: Path
    mail: MailServer | None = None
    may_be_private: bool = False
    web_seconds: float = SECONDS

    def deliver(self, order: Mapping[str, Any], shop: Tenant) -> None:
        """Bring an order's document to its supplier.

        Raises:
            UncertainDeliveryError: it may or may not have arrived.
            RefusedDeliveryError: it will never be taken that way.
            NotSetUpError: it waits until that way is set up.
            DeliveryError: it did not arrive this time.
        """
        ways = {
            OrderChannel.FILE: self._drop,
            OrderChannel.EMAIL: self._mail,
            OrderChannel.WEBHOOK: self._post,
        }
        try:
            ways[_channel(order)](order, shop)
        except DeliveryError as error:
            said = f"order {order['number']}: {error.message}"
            raise type(error)(said, error.hint) from None

    def _drop(self, order: Mapping[str, Any], shop: Tenant) -> None:
        """Write the order's files, each in one step; written again they are the same files."""
        place = self.folder / _folder_name(shop)
        # The letter last: whoever waits for it finds the page beside it.
        written = (
            (file_name(order, "html"), order_page(order)),
            (file_name(order, "txt"), order_text(order)),
        )
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            place.mkdir(exist_ok=True, mode=0o700)
            for name, text in written:
                _write_privately(place / name, text)
        except OSError as error:
            message = f"it could not be written to {place}: {error.strerror}"
            raise DeliveryError(message) from None

    def _mail(self, order: Mapping[str, Any], shop: Tenant) -> None:
        to = supplier_address(order)
        if self.mail is None:
            raise NotSetUpError(NO_MAIL_SERVER)
        if not self.mail.sender:
            raise NotSetUpError(NO_SENDER)
        key = order_key(order, shop)
        self.mail.send(order_letter(order, sender=self.mail.sender, to=to, key=key), to)

    def _post(self, order: Mapping[str, Any], shop: Tenant) -> None:
        url = str(order["webhook_url"])
        if not url:
            raise RefusedDeliveryError("its supplier has no webhook URL")
        post(
            url,
            order_json(order),
            key=order_key(order, shop),
            may_be_private=self.may_be_private,
            seconds=self.web_seconds,
        )


def may_repeat(order: Mapping[str, Any]) -> bool:
    """Return whether an order that may have left can leave again unseen: the same file."""
    return _channel(order) is OrderChannel.FILE


def order_key(order: Mapping[str, Any], shop: Tenant) -> str:
    """Return what names an order to its receiver: the same however often the revision is sent.

    When it was placed is part of it: numbers and shops begin anew in every installation.
    """
    parts = (shop.slug, order["number"], order["revision"], order["placed_at"])
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:32]


def _channel(order: Mapping[str, Any]) -> OrderChannel:
    return OrderChannel(order["order_channel"])


def _folder_name(shop: Tenant) -> str:
    """Return the shop's name, looked at once more before it becomes a part of a path."""
    try:
        return tenant_slug(shop.slug)
    except InvalidInputError as error:
        raise DeliveryError(f"it was not written: {error.message}") from None


def _write_privately(file: Path, text: str) -> None:
    """Write a file in one step, for its owner alone."""
    fresh = file.with_name(f"{file.name}.part")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as letter:
        letter.write(text)
    fresh.replace(file)
