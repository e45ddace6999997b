"""The courier: takes each kind of message to where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stockcli.domain.shop import Tenant
from stockcli.notifications.channels import notify
from stockcli.notifications.mail import MailServer
from stockcli.notifications.order_ways import OrderWays, may_repeat
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
            notify(message, shop)

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
