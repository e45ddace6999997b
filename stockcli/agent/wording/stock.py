"""Products, stock, orders, minimums and alerts, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from stockcli.agent.quoting import code, quoted
from stockcli.agent.wording.facts import Facts, facts
from stockcli.agent.wording.states import (
    NEVER_COUNTED,
    drafts_of,
    is_short_but_ordered,
    on_order_words,
    state_of,
)
from stockcli.domain.alerts import Alert
from stockcli.domain.catalogue import Product
from stockcli.domain.quantity import plain
from stockcli.usecases.inventory import StockLine, needs_order, reorderable
from stockcli.usecases.minimums import MinimumRow
from stockcli.usecases.purchasing import OrderRow
from stockcli.usecases.suppliers import days_late

STOCK_HEADINGS = (
    "sku",
    "name",
    "location",
    "on hand",
    "on order",
    "reserved",
    "position",
    "reorder point",
    "cover days",
    "state",
)

DRAFT = "draft"


def stock_facts(lines: Iterable[StockLine], day: date) -> Facts:
    """Return levels beside the reorder point in force, units.

    Args:
        day: the shop's business day.
    """
    return facts(
        STOCK_HEADINGS,
        (_stock_row(line, day) for line in lines),
        "an asterisk marks a minimum set by hand",
    )


def low_facts(lines: Sequence[StockLine], day: date) -> Facts:
    """Return what is short, empty shelves and shortest cover first, ordered already or not."""
    low = [line for line in lines if line.level.is_known and needs_order(line, day)]
    short = [line for line in lines if is_short_but_ordered(line, day)]
    uncounted = sum(
        not line.level.is_known and reorderable(line.product, day) and bool(line.reorder_point)
        for line in lines
    )
    unjudged = sum(line.reorder_point is None and reorderable(line.product, day) for line in lines)
    notes = [
        f"{uncounted} were {NEVER_COUNTED}" if uncounted else "",
        f"{unjudged} have no reorder point yet: stock run-check computes it" if unjudged else "",
    ]
    told = stock_facts(sorted([*low, *short], key=_urgency), day)
    first = _to_do(low, short) if told["rows"] else ""
    note = "; ".join(part for part in [told["note"], *notes] if part)
    return {**told, "first": first, "note": note}


def _urgency(line: StockLine) -> tuple[bool, float, str]:
    cover = line.days_of_cover
    return line.level.on_hand > 0, float("inf") if cover is None else cover, line.product.sku


def _to_do(low: Sequence[StockLine], short: Sequence[StockLine]) -> str:
    """Return how many products need an order, how many a person's approval, how many nothing."""
    drafts = [drafts_of(line) for line in short]
    numbers = sorted({order.number for orders in drafts for order in orders})
    waiting = sum(bool(orders) for orders in drafts)
    parts = [
        f"to order now: {len(low)}" if low else "nothing to order now",
        f"waiting for your approval: {waiting} ({', '.join(numbers)})" if waiting else "",
        f"on their way: {len(short) - waiting}" if len(short) > waiting else "",
    ]
    return "; ".join(part for part in parts if part)


def _stock_row(line: StockLine, day: date) -> tuple[str, ...]:
    level, reorder_point = line.level, line.reorder_point
    return (
        code(line.product.sku),
        quoted(line.product.name),
        code(line.location.code),
        plain(level.on_hand) if level.is_known else "never counted",
        on_order_words(line),
        plain(level.reserved),
        plain(level.position) if level.is_known else "-",
        "-" if reorder_point is None else f"{plain(reorder_point)}{'*' if line.is_manual else ''}",
        _cover(line),
        state_of(line, day),
    )


def _cover(line: StockLine) -> str:
    is_known = line.level.is_known and line.days_of_cover is not None
    return f"{line.days_of_cover:.0f}" if is_known else "-"


def product_facts(products: Iterable[Product]) -> Facts:
    """Return products by SKU."""
    rows = ((code(one.sku), quoted(one.name), quoted(one.category)) for one in products)
    return facts(("sku", "name", "category"), rows)


def order_facts(orders: Iterable[OrderRow], sku: str | None, day: date) -> Facts:
    """Return what is still to come, a row a product, and first of all what is late.

    Args:
        day: the shop's business day.
    """
    rows = [
        (
            code(row.order.number),
            row.order.status.replace("_", " "),
            code(line_sku),
            quoted(name),
            plain(ordered - received),
            code(row.location),
            quoted(row.supplier),
            row.order.ordered_on.isoformat(),
            row.order.expected_on.isoformat(),
            str(days_late(row.order, day) or "-"),
        )
        for row in orders
        for line_sku, name, ordered, received, _ in row.lines
        if row.order.is_open and ordered > received and sku in (None, line_sku)
    ]
    waiting = sorted({row[0] for row in rows if row[1] == DRAFT})
    late = {row[0]: f"{row[0]}, {row[-1]} days" for row in rows if row[-1] != "-"}
    first = f"late: {'; '.join(late[number] for number in sorted(late))}"
    note = f"draft: waiting for approval, not sent yet: {', '.join(waiting)}" if waiting else ""
    headings = ("order", "status", "sku", "name", "units to come", "location", "supplier")
    dates = ("ordered on", "expected on", "days late")
    told = facts((*headings, *dates), sorted(rows, key=lambda row: row[-2]), note)
    return {**told, "first": first if late else "nothing is late"} if rows else told


def minimum_facts(rows: Iterable[MinimumRow]) -> Facts:
    """Return the minimums set by hand, beside what the forecast would say."""
    return facts(
        ("sku", "name", "location", "minimum", "computed", "set by", "reason", "expires on"),
        (
            (
                code(row.sku),
                quoted(row.name),
                code(row.location),
                plain(row.minimum.quantity),
                "-" if row.computed is None else plain(row.computed),
                code(row.minimum.author),
                quoted(row.minimum.reason),
                str(row.minimum.expires_on or "never"),
            )
            for row in rows
        ),
    )


def alert_facts(alerts: Iterable[Alert]) -> Facts:
    """Return the situations that last."""
    rows = ((f"{one.raised_at:%Y-%m-%d}", quoted(one.text, 200)) for one in alerts)
    return facts(("since", "alert"), rows)
