"""`stock transfers`: goods to be moved between locations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, Sku, group, open_app, parse_units, remark
from stockcli.cli.completion import complete_location, complete_transfer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stockcli.usecases.transferring import TransferRow

Number = Annotated[
    str,
    typer.Argument(
        metavar="NUMBER",
        help="The transfer's number, such as TR-00003.",
        autocompletion=complete_transfer,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(
        app, "transfers", "Goods to be moved between locations: list, open, done, cancel."
    )
    commands.command("list")(list_transfers)
    commands.command("new")(new)
    commands.command("done")(done)
    commands.command("cancel")(cancel)


def list_transfers(
    only_open: Annotated[
        bool, typer.Option("--open", help="Only those still to be moved.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List transfers, newest first.

    Example: stock transfers list --open
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import counted
    from stockcli.usecases.transferring import transfer_rows

    rows = transfer_rows(open_app().unit(), open_only=only_open)
    if as_json:
        print_json([transfer_facts(row) for row in rows])
        return
    if rows:
        print_transfers(rows)
    remark(counted(len(rows), "transfer"))


def new(
    sku: Sku,
    units: Annotated[str, typer.Argument(metavar="UNITS", help="How many units to move.")],
    origin: Annotated[
        str,
        typer.Option(
            "--from", metavar="CODE", help="Where they are.", autocompletion=complete_location
        ),
    ],
    destination: Annotated[
        str,
        typer.Option(
            "--to", metavar="CODE", help="Where they are wanted.", autocompletion=complete_location
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record.")] = "",
    as_json: Json = False,
) -> None:
    """Open a transfer: its units count as on order there, and no longer as free here.

    Example: stock transfers new 85123A 24 --from WAREHOUSE --to SHOP
    """
    from stockcli.cli.json_output import print_json
    from stockcli.usecases.transferring import open_transfer

    app = open_app()
    row = open_transfer(
        app.unit(writes=True),
        sku,
        parse_units(units),
        origin=origin,
        destination=destination,
        author=app.identity.author,
        now=app.clock.now(),
        reason=reason.strip(),
    )
    if as_json:
        print_json(transfer_facts(row))
        return
    typer.echo(f"{_named(row)}: open")
    remark(f"once the goods are there: `stock transfers done {row.transfer.number}`")


def done(number: Number, as_json: Json = False) -> None:
    """Say that the goods were moved: they leave one shelf and stand on the other.

    Example: stock transfers done TR-00003
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import cell
    from stockcli.usecases.transferring import complete_transfer

    app = open_app()
    arrival = complete_transfer(app.unit(writes=True), number, now=app.clock.now())
    if not arrival.is_new:
        remark(f"{arrival.row.transfer.number} was done before: nothing changed")
    if as_json:
        print_json(transfer_facts(arrival.row) | {"moved_now": arrival.is_new})
        return
    typer.echo(f"{_named(arrival.row)}: done")
    if arrival.left_behind < 0:
        left = cell(arrival.left_behind)
        remark(f"{arrival.row.origin} is at {left} now: was that right? `stock count` corrects it")


def cancel(number: Number, as_json: Json = False) -> None:
    """Call an open transfer off; nothing was moved.

    Example: stock transfers cancel TR-00003
    """
    from stockcli.cli.json_output import print_json
    from stockcli.usecases.transferring import cancel_transfer

    app = open_app()
    row = cancel_transfer(app.unit(writes=True), number, now=app.clock.now())
    if as_json:
        print_json(transfer_facts(row))
        return
    typer.echo(f"{_named(row)}: cancelled")


def print_transfers(rows: Sequence[TransferRow]) -> None:
    """Print transfers as a table."""
    from stockcli.cli.render import number, print_table, words

    columns: list[Any] = [
        "number",
        "status",
        "SKU",
        words("product"),
        number("units"),
        "from",
        "to",
        "since",
        "by",
        words("reason"),
    ]
    print_table(columns, [_cells(row) for row in rows])


def transfer_facts(row: TransferRow) -> dict[str, Any]:
    """Return a transfer for programs."""
    one = row.transfer
    return {
        "number": one.number,
        "status": one.status,
        "sku": row.sku,
        "name": row.name,
        "quantity": one.quantity,
        "from": row.origin,
        "to": row.destination,
        "created_at": one.created_at,
        "created_by": one.created_by,
        "reason": one.reason,
        "ended_at": one.ended_at,
    }


def _cells(row: TransferRow) -> tuple[Any, ...]:
    one = row.transfer
    names = (row.sku, row.name, one.quantity, row.origin, row.destination)
    return (one.number, one.status, *names, one.created_at, one.created_by, one.reason)


def _named(row: TransferRow) -> str:
    from stockcli.cli.render import cell

    units = cell(row.transfer.quantity)
    return f"{row.transfer.number}: {units} {row.sku} from {row.origin} to {row.destination}"
