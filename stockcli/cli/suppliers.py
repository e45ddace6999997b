"""`stock supplier`: who delivers, how orders reach them, and how the shop stands with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, group, open_app, remark
from stockcli.cli.completion import complete_supplier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from stockcli.bootstrap import App
    from stockcli.usecases.ports import UnitOfWork
    from stockcli.usecases.suppliers import SupplierRow

Code = Annotated[
    str,
    typer.Argument(metavar="CODE", help="The supplier's code.", autocompletion=complete_supplier),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    # It needs this module's own parts.
    from stockcli.cli.supplier_set import set_particulars

    commands = group(app, "supplier", "Suppliers: list them, show one, set how it is reached.")
    commands.command("list")(list_suppliers)
    commands.command("show")(show)
    commands.command("set")(set_particulars)


def list_suppliers(as_json: Json = False) -> None:
    """List the suppliers: how orders reach them, and what is still to come of them.

    Example: stock supplier list
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import amount, counted, number, print_table, words

    app = open_app()
    unit = app.unit()
    rows, day = rows_and_day(app, unit)
    if as_json:
        print_json([facts(row, day) for row in rows])
        return
    columns: list[Any] = [
        "code",
        words("supplier"),
        "orders go by",
        number("lead time"),
        number("products"),
        number("open orders"),
        number("still to come"),
        number("late"),
    ]
    cells = [
        (
            row.supplier.code,
            row.supplier.name,
            row.supplier.order_channel,
            _lead_time(row),
            row.products,
            len(row.open_orders),
            amount(row.open_value, unit.tenant.currency),
            len(row.late),
        )
        for row in rows
    ]
    if cells:
        print_table(columns, cells)
    remark(counted(len(rows), "supplier"))


def show(code: Code, as_json: Json = False) -> None:
    """Show a supplier's particulars, and the orders that are still to come.

    Of a webhook URL only the host is shown: the rest may be a secret.

    Example: stock supplier show LEAF
    """
    from stockcli.domain.identifiers import supplier_code
    from stockcli.usecases.supplying import named

    app = open_app()
    unit = app.unit()
    rows, day = rows_and_day(app, unit)
    wanted = named({row.supplier.code: row.supplier for row in rows}, supplier_code(code))
    row = next(row for row in rows if row.supplier.code == wanted.code)
    show_supplier(row, day, unit.tenant.currency, as_json=as_json)


def show_supplier(row: SupplierRow, day: date, currency: str, *, as_json: bool) -> None:
    """Print a supplier as people or programs read it."""
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import print_table, words

    told = facts(row, day)
    if as_json:
        print_json(told)
        return
    shown = dict(_shown(told, currency))
    print_table([row.supplier.code, words("")], list(shown.items()))
    _print_orders(row, day, currency)


def _shown(told: Mapping[str, Any], currency: str) -> Iterator[tuple[str, Any]]:
    from stockcli.cli.render import amount

    money = {"minimum_order_value", "still_to_come"}
    for name, value in told.items():
        if name in ("code", "open_orders"):
            continue
        if name in money:
            said = amount(value, currency) if value else "none"
        else:
            said = "none" if value in (None, "") else value
        yield name.replace("_", " "), said


def _print_orders(row: SupplierRow, day: date, currency: str) -> None:
    from stockcli.cli.render import amount, print_lines, print_table
    from stockcli.cli.render import number as numbers
    from stockcli.usecases.suppliers import days_late, outstanding_value

    if not row.open_orders:
        return
    print_lines("")
    print_table(
        ["order", "status", "expected", numbers("days late"), numbers("still to come")],
        [
            (
                order.number,
                order.status.replace("_", " "),
                order.expected_on,
                days_late(order, day) or None,
                amount(outstanding_value(order), currency),
            )
            for order in row.open_orders
        ],
    )


def facts(row: SupplierRow, day: date) -> dict[str, Any]:
    """Return what may be shown of a supplier: of its webhook URL, the host alone."""
    from stockcli.domain.contacts import day_names, shown_address
    from stockcli.usecases.suppliers import days_late

    supplier = row.supplier
    return {
        "code": supplier.code,
        "name": supplier.name,
        "order_channel": supplier.order_channel,
        "email": supplier.email or None,
        "webhook_url": shown_address(supplier.webhook_url) or None,
        "minimum_order_value": supplier.minimum_order_value,
        "order_days": day_names(supplier.order_days),
        "lead_time_days": supplier.lead_time.mean_days,
        "lead_time_sd_days": supplier.lead_time.standard_deviation_days,
        "products": row.products,
        "open_orders": [
            {
                "number": order.number,
                "status": order.status,
                "expected_on": order.expected_on,
                "days_late": days_late(order, day),
            }
            for order in row.open_orders
        ],
        "late_orders": len(row.late),
        "still_to_come": row.open_value,
    }


def rows_and_day(app: App, unit: UnitOfWork) -> tuple[list[SupplierRow], date]:
    """Return every supplier, and the shop's business day."""
    from stockcli.usecases.inventory import shop_day
    from stockcli.usecases.suppliers import supplier_rows

    day = shop_day(unit, app.clock.now())
    return supplier_rows(unit, day=day), day


def _lead_time(row: SupplierRow) -> str:
    lead_time = row.supplier.lead_time
    return f"{lead_time.mean_days:g} days, sd {lead_time.standard_deviation_days:g}"
