"""The courier: takes each kind of message to where it belongs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stockcli.domain.errors import DeliveryError, InvalidInputError, UncertainDeliveryError
from stockcli.domain.shop import Tenant
from stockcli.notifications.addresses import recipient
from stockcli.notifications.letters import alert_text
from stockcli.notifications.mail import MailServer
from stockcli.notifications.order_ways import OrderWays, may_repeat
from stockcli.notifications.telling import Fate, tell
from stockcli.usecases.ports import OutboxMessage


@dataclass(frozen=True)
class HouseCourier:
    """Alerts go to the shop's Apprise URLs, purchase orders the way their supplier takes them.

    Attributes:
        folder: where orders are put that leave as files; without notify URLs alerts stay in
            `stock alerts` only.
        mail: the server for orders by e-mail; None lets them wait.
        may_be_private: whether orders may be posted to this machine or its own network.
    """

    folder: Path
    mail: MailServer | None = None
    may_be_private: bool = False

    def deliver(self, message: OutboxMessage, shop: Tenant) -> None:
        """Deliver one message.

        Raises:
            UncertainDeliveryError: it may or may not have arrived.
            DeliveryError: it did not arrive, or not everywhere.
        """
        if message.channel == "purchase_order":
            self._ways.deliver(message.payload, shop)
        elif shop.policy.notify_urls:
            _notify(message, shop)

    def may_repeat(self, message: OutboxMessage, shop: Tenant) -> bool:
        """Return whether a message that may have been delivered can be delivered again unseen.

        An order's file is the same file again; an alert would be told twice.
        """
        if message.channel == "purchase_order":
            return may_repeat(message.payload)
        return not shop.policy.notify_urls

    @property
    def _ways(self) -> OrderWays:
        return OrderWays(folder=self.folder, mail=self.mail, may_be_private=self.may_be_private)


def _notify(message: OutboxMessage, shop: Tenant) -> None:
    """Tell every recipient that has not been told yet, and say who has been."""
    told = {
        mark: tell(
            service,
            title=f"[{shop.name}] {message.payload['subject']}",
            body=alert_text(message.payload),
            key=delivery_key(message, shop),
        )
        for mark, service in _recipients(message, shop).items()
    }
    reached = tuple(mark for mark, fate in told.items() if fate is Fate.TAKEN)
    if Fate.UNKNOWN in told.values():
        said = f"an alert for {shop.slug} may or may not have been taken by its notify URLs"
        raise UncertainDeliveryError(said, reached=reached)
    if Fate.REFUSED in told.values():
        said = f"an alert for {shop.slug} was not taken by its notify URLs"
        raise DeliveryError(said, reached=reached)


def _recipients(message: OutboxMessage, shop: Tenant) -> dict[str, Any]:
    """Return the services of those who have not been told yet, by their marks."""
    reached = message.payload.get("reached", ())
    try:
        services = {_mark(url): recipient(url) for url in shop.policy.notify_urls}
    except InvalidInputError as error:
        said = f"an alert for {shop.slug} was not sent: {error.message}"
        hint = "set it again with `stock tenant set --notify-url`"
        raise DeliveryError(said, hint) from None
    return {mark: service for mark, service in services.items() if mark not in reached}


def _mark(url: str) -> str:
    """Return what stands for a recipient on record: its URL holds a secret."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def delivery_key(message: OutboxMessage, shop: Tenant) -> str:
    """Return what names a message to its receiver, however often it arrives."""
    return hashlib.sha256(f"{shop.id}:{message.idempotency_key}".encode()).hexdigest()[:32]
