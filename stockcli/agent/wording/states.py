"""How a product stands, in a few words: "ok" is said of what needs nobody's attention."""

from __future__ import annotations

from datetime import date

from stockcli.domain.decisions import OpenOrder
from stockcli.domain.quantity import ZERO, plain
from stockcli.usecases.inventory import StockLine, needs_order, reorderable

NEVER_COUNTED = "never counted: book a count with stock count"
RUNS_OUT = "runs out before the delivery"
MOST_ORDERS = 2
"""Orders named in a state."""


def state_of(line: StockLine, day: date) -> str:
    """Return a line's state, such as "short, waits for your approval: PO-00007".

    Args:
        day: the shop's business day.
    """
    if line.product.status != "active":
        return line.product.status.replace("_", " ")
    if not line.level.is_known:
        return NEVER_COUNTED
    if line.is_low or _is_short(line, day):
        return ", ".join(part for part in (_shelf(line), _help(line, day)) if part)
    return "no reorder point yet" if line.reorder_point is None else "ok"


def is_short_but_ordered(line: StockLine, day: date) -> bool:
    """Return whether the shelf is low or runs out first, though enough is on order, drafts too."""
    return (
        line.level.is_known
        and reorderable(line.product, day)
        and not needs_order(line, day)
        and _is_short(line, day)
    )


def drafts_of(line: StockLine) -> list[OpenOrder]:
    """Return the orders that wait for a person's approval."""
    return [order for order in line.open_orders if order.is_draft]


def on_order_words(line: StockLine) -> str:
    """Return the units on order, and how many of them are only drafts.

    A draft of 12 units beside 30 that were ordered reads "42 (12 draft)".
    """
    drafted = sum((order.quantity for order in drafts_of(line)), ZERO)
    units = plain(line.level.on_order)
    return f"{units} ({plain(drafted)} draft)" if drafted else units


def _is_short(line: StockLine, day: date) -> bool:
    return line.is_short_but_ordered or _runs_out_first(line, day)


def _runs_out_first(line: StockLine, day: date) -> bool:
    """Return whether what is on hand is gone before the first delivery, the soonest to come."""
    if line.days_of_cover is None or not line.open_orders:
        return False
    first = (_sent(line) or line.open_orders)[0]
    return line.days_of_cover < (first.expected_on - day).days


def _sent(line: StockLine) -> tuple[OpenOrder, ...]:
    return tuple(order for order in line.open_orders if not order.is_draft)


def _shelf(line: StockLine) -> str:
    if line.level.on_hand <= 0:
        return "empty"
    return "low" if line.is_low else "short"


def _help(line: StockLine, day: date) -> str:
    """Return what is done about a shelf that is short: what comes, what waits, what is too late."""
    sent, drafts = _sent(line), drafts_of(line)
    is_late = bool(sent) and sent[0].expected_on < day
    expected = [f"{order.number} expected {order.expected_on}" for order in sent[:MOST_ORDERS]]
    waiting = [order.number for order in drafts[:MOST_ORDERS]]
    runs_out = line.level.on_hand > 0 and _runs_out_first(line, day)
    parts = (
        f"{'late' if is_late else 'on order'}: {', '.join(expected)}" if sent else "",
        f"waits for your approval: {', '.join(waiting)}" if drafts else "",
        RUNS_OUT if runs_out else "",
    )
    return "; ".join(part for part in parts if part)
