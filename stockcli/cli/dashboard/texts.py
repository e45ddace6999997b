"""What the dashboard says of itself: its first line, its help, and why a list is empty."""

from __future__ import annotations

from datetime import datetime

from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.shop import Role
from stockcli.usecases.watching import Overview

HELP = (
    "1 2 3, arrows  short products, open orders, alerts",
    "j k, arrows    move; PgUp, PgDn, Home and End too",
    "Enter          open the row; Escape goes back; Tab scrolls below",
    "p              the other plot: sales, or stock and reorder point",
    "f              forecast the product anew, day by day",
    "/              only rows with these words; Escape ends it",
    "o              order the product: it asks how many",
    "a              approve the order of this row, or cancel it: c",
    "s              leave the product alone for some days",
    "r  ?  q        read now, this help, the end (Ctrl-Z pauses)",
    "",
    "A change shows what will happen, and asks first. Limits and",
    "approvals hold as with the commands. Bold rows need you, dim",
    "ones are snoozed; * marks a minimum set by hand.",
    "position: on hand + on order - reserved. days: how long what is",
    "on hand lasts. at risk: sales expected to be lost without an",
    "order. Late orders are not counted on, nor those that wait.",
)


def top_line(overview: Overview, role: Role, now: datetime, trouble: str) -> str:
    """Return the first line: whose shop, how it stands, and when it was looked at.

    Args:
        now: in the shop's own time.
        trouble: why it cannot be read just now; empty if it can.
    """
    ranks = [one.rank for one in overview.short]
    waiting = sum(row.order.status is OrderStatus.DRAFT for row in overview.orders)
    parts = [
        overview.mark.shop.name,
        f"{ranks.count(0)} low",
        f"{waiting} to approve",
        f"seen {now:%H:%M:%S}",
        f"day {overview.day}",
    ]
    if role is not Role.MANAGER:
        parts.insert(1, f"{role}: read-only")
    if trouble:
        parts = [f"NOT READ since {overview.read_at.astimezone(now.tzinfo):%H:%M}: {trouble}"]
    return " | ".join(parts)


def nothing_to_show(name: str, overview: Overview) -> tuple[str, ...]:
    """Return why a list is empty, and what fills it."""
    if not overview.products:
        return ("There is no stock yet.", "`stock import products FILE` brings in a catalogue.")
    if name == "orders":
        return ("No order is open.", "`stock orders list` has the others.")
    if name == "alerts":
        return ("Nothing needs your attention.", "`stock alerts --all` has what is over.")
    if not overview.judged:
        return ("There is no reorder point yet.", "`stock run-check` computes them.")
    return (f"Nothing is low. Judged on {overview.day}.",)
