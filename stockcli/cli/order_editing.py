"""`stock orders new`, `copy` and `edit`: orders by hand, before they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, Location, Yes, ensure_agreed, open_app, parse_day, remark
from stockcli.cli.order_facts import summary
from stockcli.cli.orders import Number, say_status
from stockcli.cli.receiving import parse_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from stockcli.bootstrap import App
    from stockcli.domain.purchasing import PurchaseOrder
    from stockcli.usecases.order_plans import OrderPlan, Wish
    from stockcli.usecases.ports import UnitOfWork

Lines = Annotated[
    list[str] | None,
    typer.Option("--line", metavar="SKU=UNITS", help="A product and its units, repeatable."),
]
Expected = Annotated[
    str | None,
    typer.Option("--expected", metavar="DATE", help="The day the goods are due."),
]
Note = Annotated[
    str | None,
    typer.Option(
        "--note", metavar="TEXT", help="A note; the part after `To the supplier:` is sent along."
    ),
]


def new(
    line: Lines = None,
    supplier: Annotated[
        str | None,
        typer.Option(
            "--supplier",
            metavar="CODE",
            help="Who is asked; left out, each product's own supplier.",
        ),
    ] = None,
    location: Location = None,
    expected: Expected = None,
    note: Note = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Order several products, one order for each supplier; limits and approvals apply.

    What would be ordered is shown first, and a yes is asked for. Where a draft to the supplier
    waits already, the products join it.

    Example: stock orders new --supplier LEAF --line 85123A=48 --line 22423=12
    """
    from stockcli.usecases.order_plans import Wish

    wish = Wish(quantities=parse_lines(line or []), supplier=supplier, location=location)
    _order(open_app(), wish, note or "by hand", parse_expected(expected), yes=yes, as_json=as_json)


def copy(
    number: Number,
    expected: Expected = None,
    note: Note = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Order the same again as an earlier order, at today's prices; limits and approvals apply.

    What cannot be ordered now, such as what is on order already, is left out and named.

    Example: stock orders copy PO-00012
    """
    from stockcli.usecases.order_plans import wish_as

    app = open_app()
    wish, due = wish_as(app.unit(writes=True), number), parse_expected(expected)
    words = note or f"as {number.strip().upper()}"
    _order(app, wish, words, due, yes=yes, as_json=as_json)


def edit(
    number: Number,
    line: Annotated[
        list[str] | None,
        typer.Option(
            "--line",
            metavar="SKU=UNITS",
            help="Units wanted of a product, repeatable: 0 takes it off, a new one is added.",
        ),
    ] = None,
    expected: Expected = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    """Change an order that has not left; it is a new revision, and limits apply anew.

    An order that has left is not changed: cancel what is still to come of it, or chase it.

    Example: stock orders edit PO-00012 --line 85123A=24 --line 22423=0
    """
    from stockcli.usecases.order_changes import OrderEdit, edit_order
    from stockcli.usecases.purchasing import order_row

    app = open_app()
    unit = app.unit(writes=True)
    wanted = OrderEdit(
        quantities=parse_lines(line or []), expected_on=parse_expected(expected), note=note
    )
    before = order_row(unit, number).order
    order = edit_order(unit, number, wanted, now=app.clock.now())
    say_status(unit, order, as_json=as_json)
    if order.revision == before.revision:
        remark("it was so already: nothing changed")
    say_why_it_waits(order)


def parse_expected(text: str | None) -> date | None:
    """Return the day the goods are due, if one was given."""
    return None if text is None else parse_day(text)


def say_why_it_waits(order: PurchaseOrder) -> None:
    """Remark why an order does not leave by itself, and how it does."""
    if order.status != "draft":
        return
    reason = order.note.rpartition("; ")[2]
    waits = "it is kept for more" if order.waits_for_more else "it waits for approval"
    remark(f"{waits}: {reason}")
    remark(f"`stock orders approve {order.number}` lets it leave as it is")


def _order(
    app: App, wish: Wish, note: str, expected: date | None, *, yes: bool, as_json: bool
) -> None:
    from stockcli.cli.json_output import print_json
    from stockcli.usecases.order_plans import place_planned, plan_orders
    from stockcli.usecases.purchasing import order_row

    unit = app.unit(writes=True)
    plan = plan_orders(unit, wish)
    if not yes:
        _show_plan(plan, unit.tenant.currency)
        ensure_agreed("Order it?", "nothing was ordered")
    orders = place_planned(
        unit,
        wish,
        author=app.identity.author,
        now=app.clock.now(),
        note=note,
        expected_on=expected,
    )
    for sku, reason in plan.left_out:
        remark(f"{sku} is left out: {reason}")
    if as_json:
        print_json([summary(order_row(unit, order.number)) for order in orders])
        return
    _say(unit, orders)


def _show_plan(plan: OrderPlan, currency: str) -> None:
    from stockcli.cli.render import amount, cell, clean

    for one in plan.lines:
        units = cell(one.draft.quantity)
        said = f"{units} of {one.sku} ({one.name}) for {plan.location} from {one.supplier}"
        remark(clean(f"{said}: {amount(one.total, currency)}"))
        if len(one.steps) > 1:
            remark(f"  {', '.join(one.steps)}")
    remark(f"{amount(plan.total, currency)} in all")


def _say(unit: UnitOfWork, orders: Sequence[PurchaseOrder]) -> None:
    from stockcli.cli.render import amount, print_lines

    for order in orders:
        total = amount(order.total, unit.tenant.currency)
        print_lines(f"{order.number} is {order.status}: {total}, expected {order.expected_on}")
        say_why_it_waits(order)
