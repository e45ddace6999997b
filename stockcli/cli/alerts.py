"""`stock alerts`: what needs the manager's attention, and whether it reaches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, TenantOption, open_app, remark

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.domain.alerts import Alert
    from stockcli.domain.shop import Tenant
    from stockcli.usecases.ports import ChannelTrial


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("alerts")(alerts)


def alerts(
    every: Annotated[
        bool, typer.Option("--all", help="Also those whose situation is over.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many of --all.")] = 50,
    test: Annotated[
        bool,
        typer.Option("--test", help="Send a test message to each of the shop's channels now."),
    ] = False,
    tenant: TenantOption = None,
    as_json: Json = False,
) -> None:
    """List what needs your attention, newest first; or try out whether alerts reach you.

    A test leaves in quiet hours too, and says of each notify URL whether it took the message. An
    operator names the shop with --tenant.

    \b
    Example: stock alerts --all
    Example: stock alerts --test
    """
    from stockcli.usecases.alerting import latest_alerts

    app = open_app()
    unit = app.unit_for(app.directory.tenant(tenant)) if tenant else app.unit(writes=test)
    if test:
        _try(app, unit.tenant, as_json=as_json)
        return
    _print(latest_alerts(unit, limit, open_only=not every), every=every, as_json=as_json)


def _print(found: list[Alert], *, every: bool, as_json: bool) -> None:
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import counted, print_table, words

    if as_json:
        print_json([_facts(one) for one in found])
        return
    rows = [
        (one.raised_at, one.kind.replace("_", " "), one.text, one.cleared_at or "") for one in found
    ]
    if rows:
        print_table(["raised", "kind", words("what"), "over since"], rows)
    remark(counted(len(rows), "alert" if every else "open alert"))


def _facts(alert: Alert) -> dict[str, Any]:
    return {
        "kind": alert.kind,
        "subject": alert.subject,
        "text": alert.text,
        "raised_at": alert.raised_at,
        "cleared_at": alert.cleared_at,
    }


def _try(app: App, shop: Tenant, *, as_json: bool) -> None:
    """Send the test messages; a channel that did not take its own is an exit code of 1."""
    from stockcli.cli.json_output import print_json
    from stockcli.domain.errors import InvalidInputError

    if not shop.policy.notify_urls:
        message = f"{shop.slug} has no notify URL: there is no channel to try"
        raise InvalidInputError(message, "set one with `stock tenant set --notify-url URL`")
    tried = app.try_channels(shop)
    if as_json:
        print_json([_outcome(one) for one in tried])
    else:
        for one in tried:
            typer.echo(_told(one))
    if any(one.outcome != "sent" for one in tried):
        remark("not every channel took the test message")
        raise typer.Exit(1)


def _outcome(tried: ChannelTrial) -> dict[str, Any]:
    return {
        "channel": tried.channel,
        "kinds": tried.kinds.split(",") if tried.kinds else None,
        "outcome": tried.outcome,
        "reason": tried.reason or None,
    }


def _told(tried: ChannelTrial) -> str:
    kinds = f" kinds={tried.kinds}" if tried.kinds else ""
    reason = f": {tried.reason}" if tried.reason else ""
    return f"{tried.channel}{kinds}  {tried.outcome}{reason}"
