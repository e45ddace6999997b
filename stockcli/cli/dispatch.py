"""`stock dispatch`: send what waits in the outbox."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from stockcli.cli.common import (
    Json,
    TenantOption,
    Yes,
    chosen_units,
    ensure_agreed,
    open_app,
    remark,
    unreadable_shops,
)

if TYPE_CHECKING:
    from datetime import datetime

    from stockcli.bootstrap import App
    from stockcli.usecases.dispatching import DispatchReport
    from stockcli.usecases.holding import Held
    from stockcli.usecases.ports import UnitOfWork

DOUBT_HINT = (
    "look whether you have what may or may not have left; then `stock dispatch --resend-uncertain` "
    "sends it again, `stock dispatch --drop-uncertain` lets it rest"
)


class Sent(NamedTuple):
    """How one shop's messages fared, when the next is due, and which wait for the morning."""

    report: DispatchReport
    due: datetime | None
    held: Held | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dispatch")(dispatch)


def dispatch(
    all_tenants: Annotated[
        bool, typer.Option("--all-tenants", help="Every shop's (operators only).")
    ] = False,
    tenant: TenantOption = None,
    resend_uncertain: Annotated[
        bool,
        typer.Option("--resend-uncertain", help="Send again what may or may not have left."),
    ] = False,
    drop_uncertain: Annotated[
        bool, typer.Option("--drop-uncertain", help="Let what may or may not have left rest.")
    ] = False,
    resend_failed: Annotated[
        bool,
        typer.Option("--resend-failed", help="Try once more to send what was given up."),
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Send the alerts and purchase orders that wait; each leaves once.

    What cannot be delivered is tried again later, with growing pauses. What a receiver refuses for
    good is given up, and leaves again when you have mended why. A run-check does this too.
    Alerts wait through the shop's quiet hours (`stock tenant set --quiet-hours`), and leave as one
    message after them; purchase orders do not wait.

    Where a program was stopped while it sent an alert or an order, or the receiver never answered,
    nobody knows whether it arrived. It is not sent again by itself: look whether you have it
    (`stock alerts` shows what it said), or ask the supplier, then let it leave again or rest.

    \b
    Example: stock dispatch --all-tenants
    Example: stock dispatch --resend-uncertain
    """
    from stockcli.cli.each_shop import for_each_shop

    _ensure_one_way(resend=resend_uncertain, drop=drop_uncertain)
    app = open_app()
    units = chosen_units(app, tenant=tenant, all_tenants=all_tenants)
    if resend_uncertain or drop_uncertain:
        _settle(app, units, resend=resend_uncertain, yes=yes)
    if resend_failed:
        _try_again(app, units)
    unreadable = unreadable_shops(app) if all_tenants else {}
    sent, failed = for_each_shop(
        units, partial(_send, app), command="dispatch", all_tenants=all_tenants
    )
    failed |= unreadable
    _print(sent, failed, as_json=as_json)
    undelivered = any(one.report.failed or one.report.waiting for one in sent.values())
    if undelivered:
        remark("something could not be delivered; see `stock doctor`")
    in_doubt = any(one.report.uncertain for one in sent.values())
    if in_doubt:
        remark(DOUBT_HINT)
    if undelivered or in_doubt or failed:
        raise typer.Exit(1)


def _send(app: App, unit: UnitOfWork) -> Sent:
    from stockcli.usecases.dispatching import dispatch as send
    from stockcli.usecases.holding import held_alerts, held_channels

    report = send(unit, app.courier(), app.clock)
    now = app.clock.now()
    held = held_alerts(unit, now)
    without = held_channels(unit.tenant, now)
    return Sent(report, app.database.next_delivery(unit.tenant, without=without), held)


def _print(sent: dict[str, Sent], failed: dict[str, str], *, as_json: bool) -> None:
    from stockcli.cli.json_output import print_json

    if as_json:
        told = [_facts(slug, one) for slug, one in sent.items()]
        print_json([*told, *({"tenant": slug, "error": why} for slug, why in failed.items())])
    else:
        for slug, one in sent.items():
            typer.echo(f"{slug}: {_told(one)}")
    for slug, one in sent.items():
        for trouble in one.report.troubles:
            remark(f"{slug}: {trouble}")
    for slug, reason in failed.items():
        remark(f"error: {slug}: {reason}")


def _ensure_one_way(*, resend: bool, drop: bool) -> None:
    from stockcli.domain.errors import InvalidInputError

    if resend and drop:
        message = "--resend-uncertain and --drop-uncertain exclude each other"
        raise InvalidInputError(message, "leave one of them out")


def _settle(app: App, units: list[UnitOfWork], *, resend: bool, yes: bool) -> None:
    """Do with the messages in doubt what was asked for, after a yes."""
    from stockcli.usecases.dispatching import drop_uncertain, messages_in_doubt, resend_uncertain

    count = sum(messages_in_doubt(unit) for unit in units)
    if count and not yes:
        what = "send again" if resend else "let rest"
        ensure_agreed(f"{what} {_in_doubt(count)}?", "nothing was done")
    for unit in units:
        settled = resend_uncertain(unit, app.clock) if resend else drop_uncertain(unit)
        if settled:
            what = "sent again" if resend else "laid to rest"
            remark(f"{unit.tenant.slug}: {_in_doubt(settled)} {what}")


def _try_again(app: App, units: list[UnitOfWork]) -> None:
    """Let what was given up leave once more: it did not arrive, so no yes is needed."""
    from stockcli.cli.render import counted
    from stockcli.usecases.dispatching import resend_failed

    for unit in units:
        if count := resend_failed(unit, app.clock):
            remark(f"{unit.tenant.slug}: {counted(count, 'message')} that had been given up")


def _in_doubt(count: int) -> str:
    from stockcli.cli.render import counted

    return f"{counted(count, 'message')} that may or may not have left"


def _told(sent: Sent) -> str:
    words, held = in_words(sent.report), held_in_words(sent.held)
    if sent.due is None:
        return "; ".join(part for part in (words, held) if part) or "nothing waits"
    next_try = f"the next try is due at {sent.due:%Y-%m-%d %H:%M} UTC"
    said = "; ".join(part for part in (words, held) if part)
    return f"{said or 'nothing is due yet'}; {next_try}"


def held_in_words(held: Held | None) -> str:
    """Return what waits for the quiet hours to end; empty for nothing."""
    from stockcli.cli.render import counted

    if held is None:
        return ""
    waits = "waits" if held.messages == 1 else "wait"
    messages = counted(held.messages, "alert message")
    return f"{messages} {waits} for the quiet hours to end at {held.until:%H:%M}"


def in_words(report: DispatchReport) -> str:
    """Return how a dispatch went, such as "2 sent, 1 to be tried again"; empty for nothing."""
    parts = (
        (report.sent, "sent"),
        (report.waiting, "to be tried again"),
        (report.failed, "given up"),
        (report.dropped, "dropped, no longer to leave"),
        (report.uncertain, "may or may not have left"),
    )
    return ", ".join(f"{count} {what}" for count, what in parts if count)


def _facts(slug: str, sent: Sent) -> dict[str, Any]:
    report, held = sent.report, sent.held
    return {
        "tenant": slug,
        "error": None,
        "sent": report.sent,
        "waiting": report.waiting,
        "failed": report.failed,
        "dropped": report.dropped,
        "uncertain": report.uncertain,
        "troubles": list(report.troubles),
        "next_try_at": sent.due,
        "held": held.messages if held else 0,
        "held_until": held.until if held else None,
    }
