"""`stock orders receive`: goods that came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stockcli.cli.common import Json, open_app, parse_units, remark
from stockcli.cli.orders import Number, say_status

if TYPE_CHECKING:
    from decimal import Decimal


def receive(
    number: Number,
    line: Annotated[
        list[str] | None,
        typer.Option(
            "--line",
            metavar="SKU=UNITS",
            help="What came, repeatable; left out, everything still to come.",
        ),
    ] = None,
    receipt: Annotated[
        str | None,
        typer.Option(
            "--receipt",
            metavar="NOTE",
            help="The delivery note's number, booked once; left out, today's date.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Book goods that came in.

    The same delivery note is booked once, so that a repeated command changes nothing. A second
    delivery of a product on the same day needs its own --receipt.

    Example: stock orders receive PO-00012 --line 85123A=24 --receipt DN-881
    """
    from stockcli.domain.quantity import ZERO, plain
    from stockcli.domain.shop import local_day
    from stockcli.usecases.purchasing import receive_order

    app = open_app()
    unit, now = app.unit(writes=True), app.clock.now()
    order = receive_order(
        unit,
        number,
        receipt=(receipt or "").strip() or local_day(unit.tenant, now).isoformat(),
        now=now,
        arrived=parse_lines(line) if line else None,
    )
    say_status(unit, order, as_json=as_json)
    more = sum((max(ZERO, one.received - one.quantity) for one in order.lines), ZERO)
    if more > 0:
        remark(f"{plain(more)} more came than was ordered; it is booked as it came")
    if order.status == "partly_received":
        remark(f"the rest is still to come; `stock orders cancel {order.number}` if it will not")


def parse_lines(texts: list[str]) -> dict[str, Decimal]:
    """Return units by SKU from words such as 85123A=24.

    Raises:
        InvalidInputError: one is no such word, or names a SKU a second time.
    """
    from stockcli.domain.errors import InvalidInputError
    from stockcli.domain.identifiers import sku

    units_of: dict[str, Decimal] = {}
    for text in texts:
        name, sign, units = text.rpartition("=")
        if not sign or not name.strip():
            message = f"{text[:40]!r} is no line: write SKU=UNITS, such as 85123A=24"
            raise InvalidInputError(message)
        if sku(name) in units_of:
            message = f"{sku(name)} is there twice: give its units together"
            raise InvalidInputError(message)
        units_of[sku(name)] = parse_units(units)
    return units_of
