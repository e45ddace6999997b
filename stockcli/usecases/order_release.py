"""Whether an order may leave: the shop's limits, the supplier's minimum, a person's word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from stockcli.domain.alerts import (
    Alert,
    AlertKind,
    approval_situation,
    held_situation,
    late_situation,
    too_late_situation,
)
from stockcli.domain.catalogue import Supplier
from stockcli.domain.errors import ConflictError
from stockcli.domain.purchasing import (
    OrderStatus,
    PurchaseOrder,
    Spending,
    approved,
    needs_approval,
)
from stockcli.domain.shop import first_instant, local_day
from stockcli.domain.waiting import CHANGED, noted, why_below_minimum
from stockcli.usecases.ports import OutboxMessage, UnitOfWork

BY_POLICY = "policy"
LEAVING = ("sending", "sent", "uncertain")
"""In these states an order's message has left, or may have."""


@dataclass(frozen=True, kw_only=True)
class Scales:
    """What an order to one supplier is weighed against."""

    supplier: Supplier
    spent: Spending
    now: datetime


def spent_within(unit: UnitOfWork, day: date, now: datetime | None = None) -> Spending:
    """Return what was ordered on a day and in its month, inside an open unit of work.

    Args:
        now: what was placed on the calendar's day or month counts too: the day a shop is judged
            on moves with its sales on record, and a limit that moved along would begin anew.
    """
    if now is None:
        return Spending(today=unit.orders.spent_on(day), this_month=unit.orders.spent_in_month(day))
    today = local_day(unit.tenant, now)
    end = first_instant(unit.tenant, today + timedelta(days=1))
    since_morning = (first_instant(unit.tenant, today), end)
    since_the_first = (first_instant(unit.tenant, today.replace(day=1)), end)
    return Spending(
        today=unit.orders.spent_on(day, since_morning),
        this_month=unit.orders.spent_in_month(day, since_the_first),
    )


def why_wait(unit: UnitOfWork, total: Decimal, spent: Spending) -> str:
    """Return why an order of this total waits for approval; empty if it need not."""
    policy = unit.tenant.policy
    return needs_approval(
        total,
        spent=spent,
        approval_limit=policy.order_approval_limit,
        daily_limit=policy.daily_spending_limit,
        monthly_limit=policy.monthly_spending_limit,
    )


def weighed(
    unit: UnitOfWork,
    order: PurchaseOrder,
    scales: Scales,
    *,
    because: str = "",
    waits: bool = False,
) -> PurchaseOrder:
    """Return a draft as it goes on: approved by policy, kept for more, or waiting for a person.

    Args:
        because: why a person must approve it, beside the limits.
        waits: it waited for a person before: then only a person lets it go.
    """
    reason = because or why_wait(unit, order.total, scales.spent) or (CHANGED if waits else "")
    if reason:
        return replace(order, note=noted(order.note, reason))
    reason = why_below_minimum(order.total, scales.supplier.minimum_order_value)
    order = replace(order, note=noted(order.note, reason))
    if reason:
        return replace(order, approved_by=BY_POLICY)
    return approved(order, by=BY_POLICY)


def let_go(unit: UnitOfWork, order: PurchaseOrder, scales: Scales) -> list[Alert]:
    """Put an approved order into the outbox; return the alert of one that waits, not yet told."""
    if order.status is OrderStatus.APPROVED:
        unit.outbox.put([order_message(order)])
        unit.alerts.clear([held_situation(order.number)], scales.now)
        return []
    if order.waits_for_more:
        return [_held_alert(order, scales)]
    unit.alerts.clear([held_situation(order.number)], scales.now)
    return [_approval_alert(order, scales)]


def _approval_alert(order: PurchaseOrder, scales: Scales) -> Alert:
    return Alert(
        kind=AlertKind.ORDER_TO_APPROVE,
        situation=approval_situation(order.number),
        subject=f"Order {order.number} waits for approval",
        text=(
            f"Order {order.number} to {scales.supplier.name} waits for you: {_reason(order)}. "
            f"Approve it with `stock orders approve {order.number}`."
        ),
        raised_at=scales.now,
    )


def _held_alert(order: PurchaseOrder, scales: Scales) -> Alert:
    return Alert(
        kind=AlertKind.ORDER_TO_APPROVE,
        situation=held_situation(order.number),
        subject=f"Order {order.number} is below the supplier's minimum",
        text=(
            f"Order {order.number} to {scales.supplier.name} is kept: {_reason(order)}. It leaves "
            f"with the next goods that reach it; add to it with `stock orders edit "
            f"{order.number} --line SKU=UNITS`, or send it as it is with `stock orders approve "
            f"{order.number}`."
        ),
        raised_at=scales.now,
    )


def _reason(order: PurchaseOrder) -> str:
    return order.note.rpartition("; ")[2]


def order_message(order: PurchaseOrder) -> OutboxMessage:
    """Return the message that takes an approved order to its supplier: each revision once."""
    later = f":{order.revision}" if order.revision > 1 else ""
    return OutboxMessage(
        idempotency_key=f"order:{order.number}{later}",
        channel="purchase_order",
        payload={"number": order.number, "revision": order.revision},
    )


def call_back(unit: UnitOfWork, order: PurchaseOrder) -> None:
    """Take back an approved order's message, so that what is changed does not leave as it was.

    Raises:
        ConflictError: it is leaving, or may have left.
    """
    if order.status is not OrderStatus.APPROVED:
        return
    state = unit.outbox.withdraw(order_message(order).idempotency_key)
    if state not in LEAVING:
        return
    if state == "uncertain":
        message = f"nobody knows whether order {order.number} left: it cannot be changed"
        hint = "ask the supplier, then `stock dispatch --resend-uncertain` or `--drop-uncertain`"
        raise ConflictError(message, hint)
    message = f"order {order.number} is leaving for its supplier just now"
    raise ConflictError(message, "run `stock dispatch`, then look at it again")


def may_have_left(unit: UnitOfWork, number: str) -> bool:
    """Return whether an order's supplier has it, or may have it.

    Raises:
        NotFoundError: no such order.
    """
    with unit.reading():
        order = unit.orders.get(number)
        is_sent = order.status in (OrderStatus.SENT, OrderStatus.PARTLY_RECEIVED)
        return is_sent or unit.outbox.status(order_message(order).idempotency_key) in LEAVING


def clear_order_alerts(unit: UnitOfWork, order: PurchaseOrder, now: datetime) -> None:
    """End what the manager was told about an order, as far as it is over; in an open unit."""
    situations = []
    if order.status is not OrderStatus.DRAFT:
        situations += [approval_situation(order.number), held_situation(order.number)]
    if not order.is_open:
        situations += [late_situation(order.number), too_late_situation(order.number)]
    unit.alerts.clear(situations, now)
