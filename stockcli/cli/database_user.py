"""`stock db user`: a database user of one shop's own."""

from __future__ import annotations

from typing import Annotated

import typer

from stockcli.cli.common import Json, open_app, remark


def user(
    name: Annotated[str, typer.Argument(help="What the user is to be called, such as north.")],
    as_json: Json = False,
) -> None:
    """Make a database user for one shop's managers, and print the address they use it by.

    With their token it may do what stock_app may. Managers who all use stock_app see nothing of
    one another, but whoever knows SQL can change its password, or end the others' sessions: shops
    that do not trust one another get a user each. An existing one gets a new password.

    Example: stock db user north
    """
    from stockcli.cli.json_output import print_json

    address = open_app().database_as_it_is.give_login(name)
    if as_json:
        print_json({"users": {name: address}})
        return
    typer.echo(f"STOCK_DATABASE_URL={address}")
    remark("the password is shown this once")
