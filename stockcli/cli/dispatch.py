"""`stock dispatch`: send what waits in the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, TenantOption, chosen_units, open_app, remark, unreadable_shops

if TYPE_CHECKING:
    from datetime import datetime

    from stockcli.usecases.dispatching import DispatchReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dispatch")(dispatch)


def dispatch(
    all_tenants: Annotated[
        bool, typer.Option("--all-tenants", help="Every shop's (operators only).")
    ] = False,
    tenant: TenantOption = None,
    as_json: Json = False,
) -> None:
    """Send the alerts and purchase orders that wait; each leaves once.

    What cannot be delivered is tried again later, with growing pauses. A run-check does this too.

    Example: stock dispatch --all-tenants
    """
    from stockcli.cli.json_output import print_json
    from stockcli.usecases.dispatching import dispatch as send

    app = open_app()
    units = chosen_units(app, tenant=tenant, all_tenants=all_tenants)
    reports = {unit.tenant.slug: send(unit, app.courier(), app.clock) for unit in units}
    due = {unit.tenant.slug: app.database.next_delivery(unit.tenant) for unit in units}
    unreadable = unreadable_shops(app) if all_tenants else {}
    if as_json:
        print_json([_facts(slug, report, due[slug]) for slug, report in reports.items()])
    else:
        for slug, report in reports.items():
            typer.echo(f"{slug}: {_told(report, due[slug])}")
    for reason in unreadable.values():
        remark(f"error: {reason}")
    undelivered = any(report.failed or report.waiting for report in reports.values())
    if undelivered:
        remark("something could not be delivered; see `stock doctor`")
    if undelivered or unreadable:
        raise typer.Exit(1)


def _told(report: DispatchReport, due: datetime | None) -> str:
    words = in_words(report)
    if due is None:
        return words or "nothing waits"
    next_try = f"the next try is due at {due:%Y-%m-%d %H:%M} UTC"
    return f"{words or 'nothing is due yet'}; {next_try}"


def in_words(report: DispatchReport) -> str:
    """Return how a dispatch went, such as "2 sent, 1 to be tried again"; empty for nothing."""
    parts = (
        (report.sent, "sent"),
        (report.waiting, "to be tried again"),
        (report.failed, "given up"),
        (report.dropped, "dropped, no longer approved"),
    )
    return ", ".join(f"{count} {what}" for count, what in parts if count)


def _facts(slug: str, report: DispatchReport, due: datetime | None) -> dict[str, Any]:
    return {
        "tenant": slug,
        "sent": report.sent,
        "waiting": report.waiting,
        "failed": report.failed,
        "dropped": report.dropped,
        "next_try_at": due,
    }
