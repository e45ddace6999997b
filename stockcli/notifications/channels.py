"""A shop's channels: each is told what goes there, once, and which has what is on record."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from stockcli.domain.channels import Channel, channels_of
from stockcli.domain.errors import DeliveryError, InvalidInputError, UncertainDeliveryError
from stockcli.domain.shop import Tenant
from stockcli.notifications.addresses import recipient, shown
from stockcli.notifications.digests import Letter, digest_of, trial
from stockcli.notifications.telling import Fate, tell
from stockcli.usecases.ports import ChannelTrial, OutboxMessage


class _Recipient(NamedTuple):
    mark: str
    service: Any
    letter: Letter


def notify(message: OutboxMessage, shop: Tenant) -> None:
    """Tell every channel what goes there, if it has not been told yet, and say who has been.

    A channel that fails keeps none of the others from being told.

    Raises:
        UncertainDeliveryError: a channel may or may not have taken it.
        DeliveryError: a channel did not take it, or may not be written to.
    """
    recipients, faults = _recipients(message, shop)
    key = delivery_key(message, shop)
    told = {
        to.mark: tell(to.service, title=to.letter.title, body=to.letter.body, key=key)
        for to in recipients
    }
    reached = tuple(mark for mark, fate in told.items() if fate is Fate.TAKEN)
    if Fate.UNKNOWN in told.values():
        said = f"an alert for {shop.slug} may or may not have been taken by its notify URLs"
        raise UncertainDeliveryError(said, reached=reached)
    if Fate.REFUSED in told.values():
        said = f"an alert for {shop.slug} was not taken by its notify URLs"
        raise DeliveryError(said, reached=reached)
    if faults:
        said = f"an alert for {shop.slug} was not sent: {faults[0]}"
        hint = "set it again with `stock tenant set --notify-url`"
        raise DeliveryError(said, hint, reached=reached)


def try_channels(shop: Tenant, key: str) -> list[ChannelTrial]:
    """Send a test message to every channel of a shop now, and return what became of each.

    Args:
        key: another each time, so that no receiver takes it for a repetition.

    Raises:
        InvalidInputError: a kind of alert that a channel names is none.
    """
    return [_tried(channel, shop, key) for channel in channels_of(shop.policy.notify_urls)]


def delivery_key(message: OutboxMessage, shop: Tenant) -> str:
    """Return what names a message to its receiver, however often it arrives."""
    return _key(message.idempotency_key, shop)


def _tried(channel: Channel, shop: Tenant, key: str) -> ChannelTrial:
    name, kinds = shown(channel.url), channel.kinds_in_words
    try:
        service = recipient(channel.url)
    except InvalidInputError as error:
        return ChannelTrial(channel=name, kinds=kinds, outcome="failed", reason=error.message)
    letter = trial(shop)
    fate = tell(service, title=letter.title, body=letter.body, key=_key(f"test:{key}", shop))
    outcome, reason = {
        Fate.TAKEN: ("sent", ""),
        Fate.REFUSED: ("failed", "it did not take the message: look at its address and password"),
        Fate.UNKNOWN: ("uncertain", "it never answered: look whether the message arrived"),
    }[fate]
    return ChannelTrial(channel=name, kinds=kinds, outcome=outcome, reason=reason)


def _recipients(message: OutboxMessage, shop: Tenant) -> tuple[list[_Recipient], list[str]]:
    """Return those who have not been told yet with what they are told, and who may not be."""
    reached = message.payload.get("reached", ())
    digest = digest_of(message.payload, shop)
    found, faults = [], []
    for channel in channels_of(shop.policy.notify_urls):
        mark = _mark(channel.url)
        if mark in reached:
            continue
        try:
            service = recipient(channel.url)
        except InvalidInputError as error:
            faults.append(error.message)
            continue
        if letter := digest.letter(channel, longest=service.body_maxlen):
            found.append(_Recipient(mark, service, letter))
    return found, faults


def _mark(url: str) -> str:
    """Return what stands for a recipient on record: its URL holds a secret."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def _key(name: str, shop: Tenant) -> str:
    return hashlib.sha256(f"{shop.id}:{name}".encode()).hexdigest()[:32]
