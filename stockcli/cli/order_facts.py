"""An order as it is printed: for people, and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stockcli.usecases.ports import UnitOfWork
    from stockcli.usecases.purchasing import OrderRow


def summary(row: OrderRow) -> dict[str, Any]:
    """Return an order for programs, its lines counted."""
    order = row.order
    return {
        "number": order.number,
        "supplier": row.supplier,
        "location": row.location,
        "status": order.status,
        "lines": kept_lines(row),
        "total": order.total,
        "ordered_on": order.ordered_on,
        "expected_on": order.expected_on,
        "created_by": order.created_by,
        "approved_by": order.approved_by or None,
        "note": order.note,
        "revision": order.revision,
        "sent_at": order.sent_at,
    }


def kept_lines(row: OrderRow) -> int:
    """Return how many products are on an order; those taken off are not counted."""
    kept = [line for line in row.order.lines if line.wanted > 0]
    return len(kept) or len(row.order.lines)


def show_order(unit: UnitOfWork, number: str, *, as_json: bool) -> None:
    """Print one order and its lines, as a table or for programs."""
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import amount, print_lines, print_table, words
    from stockcli.cli.render import number as numbers
    from stockcli.usecases.purchasing import order_row

    row = order_row(unit, number)
    if as_json:
        print_json(summary(row) | {"lines": _lines(row)})
        return
    order, currency = row.order, unit.tenant.currency
    revision = f"  revision {order.revision}" if order.revision > 1 else ""
    print_lines(
        f"{order.number}  {order.status.replace('_', ' ')}  {amount(order.total, currency)}"
        + revision,
        f"to {row.supplier} for {row.location}, ordered {order.ordered_on}, "
        f"expected {order.expected_on}, by {order.created_by}"
        + (f", approved by {order.approved_by}" if order.approved_by else ""),
        *([order.note] if order.note else []),
    )
    has_less = any(line.cancelled > 0 for line in order.lines)
    columns: list[Any] = ["SKU", words("product"), numbers("ordered"), numbers("received")]
    if has_less:
        columns.append(numbers("cancelled"))
    print_table([*columns, numbers("unit cost")], list(_line_cells(row, has_less=has_less)))


def _line_cells(row: OrderRow, *, has_less: bool) -> Iterator[tuple[Any, ...]]:
    for line, (sku, name, *_) in zip(row.order.lines, row.lines, strict=True):
        less = [line.cancelled] if has_less else []
        yield (sku, name, line.quantity, line.received, *less, line.unit_cost)


def _lines(row: OrderRow) -> list[dict[str, Any]]:
    return [
        {
            "sku": sku,
            "name": name,
            "quantity": line.quantity,
            "received": line.received,
            "unit_cost": line.unit_cost,
            "cancelled": line.cancelled,
        }
        for line, (sku, name, *_) in zip(row.order.lines, row.lines, strict=True)
    ]
