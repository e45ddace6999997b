"""Products, stock, orders, minimums and alerts, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from stockcli.agent.quoting import code, quoted
from stockcli.agent.wording.facts import Facts, facts
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
NEVER_COUNTED = "never counted: book a count with stock count"


def stock_facts(lines: Iterable[StockLine]) -> Facts:
    """Return levels beside the reorder point in force, units."""
    return facts(
        STOCK_HEADINGS,
        (_stock_row(line) for line in lines),
        "an asterisk marks a minimum set by hand",
    )


def low_facts(lines: Sequence[StockLine], day: date) -> Facts:
    """Return what is low, shortest cover first, and in the note what else a manager must know."""
    known = [line for line in lines if line.level.is_known]
    low = [line for line in known if needs_order(line, day)]
    low.sort(key=lambda one: float("inf") if one.days_of_cover is None else one.days_of_cover)
    short = [line for line in known if line.is_short_but_ordered]
    waiting = sum(any(o.status == DRAFT for o in line.open_orders) for line in short)
    uncounted = sum(
        not line.level.is_known and reorderable(line.product, day) and bool(line.reorder_point)
        for line in lines
    )
    unjudged = sum(line.reorder_point is None and reorderable(line.product, day) for line in lines)
    notes = [
        f"{len(short)} more are short on the shelf, but on order" if short else "",
        f"{waiting} of these wait for approval: their orders are not sent yet" if waiting else "",
        f"{uncounted} were {NEVER_COUNTED}" if uncounted else "",
        f"{unjudged} have no reorder point yet: stock run-check computes it" if unjudged else "",
    ]
    told = stock_facts(low)
    return {**told, "note": "; ".join(part for part in [told["note"], *notes] if part)}


def _stock_row(line: StockLine) -> tuple[str, ...]:
    level, reorder_point = line.level, line.reorder_point
    return (
        code(line.product.sku),
        quoted(line.product.name),
        code(line.location.code),
        plain(level.on_hand) if level.is_known else "never counted",
        plain(level.on_order),
        plain(level.reserved),
        plain(level.position) if level.is_known else "-",
        "-" if reorder_point is None else f"{plain(reorder_point)}{'*' if line.is_manual else ''}",
        _cover(line),
        _state(line),
    )


def _cover(line: StockLine) -> str:
    is_known = line.level.is_known and line.days_of_cover is not None
    return f"{line.days_of_cover:.0f}" if is_known else "-"


def _state(line: StockLine) -> str:
    if line.product.status != "active":
        return line.product.status.replace("_", " ")
    if not line.level.is_known:
        return NEVER_COUNTED
    if line.is_low:
        return "low"
    return "no reorder point yet" if line.reorder_point is None else "ok"


def product_facts(products: Iterable[Product]) -> Facts:
    """Return products by SKU."""
    rows = ((code(one.sku), quoted(one.name), quoted(one.category)) for one in products)
    return facts(("sku", "name", "category"), rows)


def shop_facts(day: date, currency: str, places: Iterable[str]) -> Facts:
    """Return what every question is asked with, in the note."""
    told = ", ".join(code(place) for place in places)
    return facts((), (), f"stock as of {day}; money in {currency}; locations: {told}")


def order_facts(orders: Iterable[OrderRow], sku: str | None, day: date) -> Facts:
    """Return what is still to come, a row a product, and for how many days it is late.

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
        if ordered > received and sku in (None, line_sku)
    ]
    waiting = sorted({row[0] for row in rows if row[1] == DRAFT})
    late = sorted({row[0] for row in rows if row[-1] != "-"})
    notes = [
        f"draft: waiting for approval, not sent yet: {', '.join(waiting)}" if waiting else "",
        f"late: {', '.join(late)}" if late else "no order is late",
    ]
    note = "; ".join(part for part in notes if part) if rows else ""
    headings = ("order", "status", "sku", "name", "units to come", "location", "supplier")
    dates = ("ordered on", "expected on", "days late")
    return facts((*headings, *dates), sorted(rows, key=lambda row: row[-2]), note)


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
