"""`stock orders`: purchase orders, from approval to goods receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, group, open_app, remark
from stockcli.cli.completion import complete_order

if TYPE_CHECKING:
    from collections.abc import Collection

    from stockcli.domain.purchasing import OrderStatus, PurchaseOrder
    from stockcli.usecases.ports import UnitOfWork
    from stockcli.usecases.purchasing import OrderRow

STATUSES = ("draft", "approved", "sent", "partly_received", "received", "cancelled")
Number = Annotated[
    str,
    typer.Argument(
        metavar="NUMBER",
        help="The order's number, such as PO-00012.",
        autocompletion=complete_order,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    # It needs this module's own parts.
    from stockcli.cli.receiving import receive

    commands = group(app, "orders", "Purchase orders: list, show, approve, receive, cancel.")
    commands.command("list")(list_orders)
    commands.command("show")(show)
    commands.command("approve")(approve)
    commands.command("receive")(receive)
    commands.command("cancel")(cancel)


def list_orders(
    only_open: Annotated[
        bool, typer.Option("--open", help="Only those with goods still to come.")
    ] = False,
    status: Annotated[
        str | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            help=f"Only these: {', '.join(STATUSES)}.",
            autocompletion=lambda: list(STATUSES),
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """List purchase orders, newest first.

    Example: stock orders list --open
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import counted, number, print_table, words
    from stockcli.usecases.purchasing import order_rows

    unit = open_app().unit()
    rows = order_rows(unit, _wanted(only_open, status))
    if as_json:
        print_json([summary(row) for row in rows])
        return
    several = len({row.location for row in rows}) > 1
    columns: list[Any] = [
        "number",
        words("supplier"),
        *(["location"] if several else []),
        "status",
        number("lines"),
        number("total"),
        "ordered",
        "expected",
    ]
    if rows:
        print_table(columns, [_cells(row, unit.tenant.currency, several) for row in rows])
    remark(counted(len(rows), "order"))


def _wanted(only_open: bool, status: str | None) -> Collection[OrderStatus] | None:
    from stockcli.domain.errors import InvalidInputError
    from stockcli.domain.purchasing import OPEN_STATUSES, OrderStatus

    if status is None:
        return OPEN_STATUSES if only_open else None
    if only_open:
        message = "--open and --status exclude each other"
        raise InvalidInputError(message)
    name = status.strip().lower().replace("-", "_").replace(" ", "_")
    if name not in STATUSES:
        message = f"{status[:20]!r} is no status: use one of {', '.join(STATUSES)}"
        raise InvalidInputError(message)
    return [OrderStatus(name)]


def _cells(row: OrderRow, currency: str, several: bool) -> tuple[Any, ...]:
    from stockcli.cli.render import amount

    order = row.order
    return (
        order.number,
        row.supplier,
        *([row.location] if several else []),
        order.status.replace("_", " "),
        len(row.lines),
        amount(order.total, currency),
        order.ordered_on,
        order.expected_on,
    )


def summary(row: OrderRow) -> dict[str, Any]:
    """Return an order for programs, its lines counted."""
    order = row.order
    return {
        "number": order.number,
        "supplier": row.supplier,
        "location": row.location,
        "status": order.status,
        "lines": len(row.lines),
        "total": order.total,
        "ordered_on": order.ordered_on,
        "expected_on": order.expected_on,
        "created_by": order.created_by,
        "approved_by": order.approved_by or None,
        "note": order.note,
    }


def show(
    number: Number,
    html: Annotated[
        str | None,
        typer.Option(
            "--html",
            metavar="FILE",
            help="Write it as a page to be printed, as its supplier sees it; - is standard output.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show one order and its lines.

    \b
    Example: stock orders show PO-00012
    Example: stock orders show PO-00012 --html PO-00012.html
    """
    from stockcli.cli.order_files import write_page

    if html is not None:
        write_page(open_app(), number, html, as_json=as_json)
        return
    _show(open_app().unit(), number, as_json=as_json)


def _show(unit: UnitOfWork, number: str, *, as_json: bool) -> None:
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import amount, print_lines, print_table, words
    from stockcli.cli.render import number as numbers
    from stockcli.usecases.purchasing import order_row

    row = order_row(unit, number)
    if as_json:
        print_json(summary(row) | {"lines": _lines(row)})
        return
    order, currency = row.order, unit.tenant.currency
    print_lines(
        f"{order.number}  {order.status.replace('_', ' ')}  {amount(order.total, currency)}",
        f"to {row.supplier} for {row.location}, ordered {order.ordered_on}, "
        f"expected {order.expected_on}, by {order.created_by}"
        + (f", approved by {order.approved_by}" if order.approved_by else ""),
        *([order.note] if order.note else []),
    )
    print_table(
        ["SKU", words("product"), numbers("ordered"), numbers("received"), numbers("unit cost")],
        row.lines,
    )


def _lines(row: OrderRow) -> list[dict[str, Any]]:
    names = ("sku", "name", "quantity", "received", "unit_cost")
    return [dict(zip(names, line, strict=True)) for line in row.lines]


def approve(number: Number, as_json: Json = False) -> None:
    """Approve an order that waits; it leaves with the next dispatch.

    Example: stock orders approve PO-00012
    """
    from stockcli.usecases.purchasing import approve_order

    app = open_app()
    unit = app.unit(writes=True)
    order = approve_order(unit, number, by=app.identity.author, now=app.clock.now())
    say_status(unit, order, as_json=as_json)


def cancel(number: Number, as_json: Json = False) -> None:
    """Cancel what is still to come of an order; what was received stays.

    Example: stock orders cancel PO-00012
    """
    from stockcli.usecases.purchasing import cancel_order, order_row

    app = open_app()
    unit = app.unit(writes=True)
    had_left = order_row(unit, number).order.status in ("sent", "partly_received")
    order = cancel_order(unit, number, now=app.clock.now())
    say_status(unit, order, as_json=as_json)
    if had_left:
        remark("the order had left for the supplier: tell them too")


def say_status(unit: UnitOfWork, order: PurchaseOrder, *, as_json: bool) -> None:
    """Print what became of an order: one line, or the whole of it for programs."""
    if as_json:
        _show(unit, order.number, as_json=True)
        return
    typer.echo(f"{order.number} is {order.status.replace('_', ' ')}")
