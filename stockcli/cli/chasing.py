"""`stock orders late` and `chase`: orders to ask the supplier about, instead of ordering twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, open_app, parse_day, remark
from stockcli.cli.order_facts import summary
from stockcli.cli.orders import Number

if TYPE_CHECKING:
    from stockcli.usecases.chasing import LateOrder

MOST_NAMED = 3


def late(as_json: Json = False) -> None:
    """List orders to chase: past their day, or expected only after a shelf is empty.

    Example: stock orders late
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import amount, counted, number, print_table, words
    from stockcli.usecases.chasing import late_order_rows

    app = open_app()
    unit = app.unit()
    found = late_order_rows(unit, now=app.clock.now())
    if as_json:
        print_json([_facts(one) for one in found])
        return
    columns: list[Any] = [
        "number",
        words("supplier"),
        "expected",
        number("days late"),
        number("still to come"),
        words("shelf empty"),
    ]
    if found:
        currency = unit.tenant.currency
        print_table(
            columns,
            [
                (
                    one.row.order.number,
                    one.row.supplier,
                    one.row.order.expected_on,
                    one.days_late or "",
                    amount(one.outstanding_value, currency),
                    _shelves(one),
                )
                for one in found
            ],
        )
    remark(f"{counted(len(found), 'order')} to chase")
    if found:
        remark("`stock orders chase NUMBER` asks the supplier; nothing is ordered twice")


def _facts(one: LateOrder) -> dict[str, Any]:
    return summary(one.row) | {
        "days_late": one.days_late,
        "outstanding_value": one.outstanding_value,
        "empty_shelves": [
            {"sku": shelf.sku, "empty_on": shelf.empty_on.isoformat()} for shelf in one.empty
        ],
    }


def _shelves(one: LateOrder) -> str:
    more = len(one.empty) - MOST_NAMED
    named = ", ".join(f"{shelf.sku} on {shelf.empty_on}" for shelf in one.empty[:MOST_NAMED])
    return f"{named} and {more} more" if more > 0 else named


def chase(
    number: Number,
    expected: Annotated[
        str | None,
        typer.Option(
            "--expected", metavar="DATE", help="The day the supplier promised when it was asked."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask the supplier where an order is, or write down the day it promised.

    Without --expected the letter to the supplier is printed, to be sent as it is; that it was
    asked for is kept in the order's note. With --expected the order is due on that day, and the
    alert that it is late ends until it is late again.

    Example: stock orders chase PO-00012
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import print_lines
    from stockcli.usecases.chasing import chase_order
    from stockcli.usecases.purchasing import order_row

    app = open_app()
    unit = app.unit(writes=True)
    day = None if expected is None else parse_day(expected)
    done = chase_order(unit, number, now=app.clock.now(), expected_on=day)
    if as_json:
        facts = summary(order_row(unit, done.order.number))
        print_json(facts | {"letter": done.letter or None, "supplier_email": done.email or None})
    elif done.letter:
        print_lines(*done.letter.splitlines())
        remark(f"send it to {done.supplier}{f' <{done.email}>' if done.email else ''}, then write")
        remark(f"down the answer: `stock orders chase {done.order.number} --expected DATE`")
    else:
        typer.echo(f"{done.order.number} is expected {done.order.expected_on}")
