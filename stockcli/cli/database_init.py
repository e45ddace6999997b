"""`stock db init`: sets a database up, and tells how managers and cron reach it."""

from __future__ import annotations

from typing import Annotated

import typer

from stockcli.cli.common import Json, open_app, remark


def init(
    new_passwords: Annotated[
        bool, typer.Option("--new-passwords", help="Give both users a new password.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Set a database up: tables, and on PostgreSQL the users, rights and fences between shops.

    Run it with the address of the server's administrator in STOCK_DATABASE_URL; it prints two
    others: that of stock_app, for managers, and that of stock_operator, for cron and operators.
    Passwords are shown this once. Run again, it mends what is missing and changes no password.

    Example: stock db init
    """
    from stockcli.cli.json_output import print_json

    database = open_app().database_as_it_is
    addresses = database.initialise(new_passwords=new_passwords)
    if as_json:
        print_json({"database": database.shown_url, "users": addresses})
        return
    for role, address in addresses.items():
        typer.echo(f"{role:15} STOCK_DATABASE_URL={address}")
    if not addresses:
        remark("a SQLite file has no users: whoever may read the file may work for every shop")
        return
    if any("***" in address for address in addresses.values()):
        remark("*** is the password it has already; --new-passwords gives another")
    remark("managers use stock_app with their own token; cron and operators use stock_operator")
