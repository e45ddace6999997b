"""Alerts on their way out: held in quiet hours, what is over left out, the rest as one digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from stockcli.domain.alerts import FROM_A_PERSON
from stockcli.domain.quiet_hours import quiet_until
from stockcli.domain.shop import Tenant
from stockcli.usecases.alerting import ALERT
from stockcli.usecases.inventory import shop_day_within
from stockcli.usecases.ports import OutboxMessage, UnitOfWork

ALERTS, REACHED = "alerts", "reached"
OVER = "what it tells of is over"


@dataclass(frozen=True, kw_only=True)
class Held:
    """Alerts that wait for a shop's quiet hours to end.

    Attributes:
        messages: how many wait, each with one or more alerts.
        until: when they end, in the shop's time zone.
    """

    messages: int
    until: datetime


def held_channels(shop: Tenant, now: datetime) -> tuple[str, ...]:
    """Return the channels by which nothing leaves now: that of alerts in the shop's quiet hours."""
    return (ALERT,) if quiet_until(shop.policy.quiet_hours, shop.timezone, now) else ()


def held_alerts(unit: UnitOfWork, now: datetime) -> Held | None:
    """Return the alerts that wait for the quiet hours to end; None if none do."""
    shop = unit.tenant
    until = quiet_until(shop.policy.quiet_hours, shop.timezone, now)
    if until is None:
        return None
    with unit.reading():
        count = len(unit.outbox.waiting(ALERT))
    return Held(messages=count, until=until) if count else None


def gathered(unit: UnitOfWork, message: OutboxMessage, now: datetime) -> OutboxMessage | None:
    """Return a message that was just taken, with the other alerts that wait to leave first.

    So what waited through the quiet hours is one digest. What is over by now is left out: a
    situation that ended, a product that was snoozed meanwhile. Called in the open unit of work
    that took it.

    Returns:
        None if nothing is left to tell: then the message is dropped.
    """
    if message.channel != ALERT or message.is_in_doubt or not _has_alerts(message):
        return message
    others = _untried(unit) if _is_fresh(message) else []
    entries = [entry for one in (message, *others) for entry in one.payload[ALERTS]]
    lasting = _lasting(unit, entries, now)
    if not lasting:
        unit.outbox.drop(message, OVER)
        return None
    if others or len(lasting) < len(entries):
        over = [entry for entry in entries if entry not in lasting]
        message = replace(message, payload={**message.payload, ALERTS: lasting, "over": over})
        unit.outbox.join(message, others)
    return message


def _is_fresh(message: OutboxMessage) -> bool:
    """Return whether nobody can have it yet: who has a message would miss what joins it."""
    return message.attempts == 1 and not message.payload.get(REACHED)


def _untried(unit: UnitOfWork) -> list[OutboxMessage]:
    waiting = unit.outbox.waiting(ALERT)
    return [one for one in waiting if not one.attempts and _has_alerts(one)]


def _has_alerts(message: OutboxMessage) -> bool:
    return isinstance(message.payload.get(ALERTS), list)


def _lasting(
    unit: UnitOfWork, entries: list[Mapping[str, Any]], now: datetime
) -> list[Mapping[str, Any]]:
    """Return the alerts that are still to be told, the same one once."""
    still_open = {(one.situation, one.raised_at) for one in unit.alerts.open()}
    snoozed = _snoozed(unit, entries, now)
    return [
        entry
        for entry in entries
        if entry["situation"].startswith(FROM_A_PERSON)
        or (
            (entry["situation"], datetime.fromisoformat(entry["raised_at"])) in still_open
            and entry["product_id"] not in snoozed
        )
    ]


def _snoozed(unit: UnitOfWork, entries: list[Mapping[str, Any]], now: datetime) -> set[int]:
    wanted = {entry["product_id"] for entry in entries if entry["product_id"]}
    if not wanted:
        return set()
    day = shop_day_within(unit, now)
    return {one.id for one in unit.products.all() if one.id in wanted and one.is_snoozed(day)}
