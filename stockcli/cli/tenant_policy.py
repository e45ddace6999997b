"""`stock tenant set`: what a shop wants of the assistant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, open_app, remark
from stockcli.cli.completion import complete_tenant
from stockcli.cli.policy_facts import show_policy
from stockcli.cli.policy_values import (
    NONE,
    amount,
    dollars,
    language_of,
    limit,
    quiet_hours_of,
    scope,
    share,
    switch,
    within,
)

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.domain.shop import Tenant

DRY_RUN_HOLDS = {
    True: "ATTENTION: {0} changes nothing from now on: checks and the chat only show what they "
    "would do, until `stock tenant set {0} --dry-run off`",
    False: "ATTENTION: {0} acts again from now on: checks and the chat place orders and change "
    "what they are asked to",
}
AGENT_HOLDS = {
    True: "{0} may ask the language model from now on, in checks and in the chat",
    False: "{0} asks no language model from now on: plain rules decide, and answer in the chat",
}


def set_policy(
    slug: Annotated[
        str | None,
        typer.Argument(
            metavar="SLUG",
            help="The shop; left out, the one your token opens.",
            autocompletion=complete_tenant,
        ),
    ] = None,
    *,
    service_level: Annotated[
        float | None,
        typer.Option("--service-level", help="Chance of no stock-out in a cycle, such as 0.95."),
    ] = None,
    review_days: Annotated[
        int | None, typer.Option("--review-days", help="Days between two checks.")
    ] = None,
    lead_time_days: Annotated[
        float | None,
        typer.Option("--lead-time-days", help="Lead time where no supplier is known, days."),
    ] = None,
    approval_limit: Annotated[
        str | None,
        typer.Option(
            "--approval-limit", metavar="AMOUNT", help="Larger orders wait for you; none: never."
        ),
    ] = None,
    daily_limit: Annotated[
        str | None,
        typer.Option(
            "--daily-limit", metavar="AMOUNT", help="Most to spend a day unasked; none: no limit."
        ),
    ] = None,
    monthly_limit: Annotated[
        str | None,
        typer.Option(
            "--monthly-limit",
            metavar="AMOUNT",
            help="Most to spend a calendar month unasked; none: no limit.",
        ),
    ] = None,
    ordering_cost: Annotated[
        str | None,
        typer.Option(
            "--ordering-cost", metavar="AMOUNT", help="Cost of placing an order; 0 ignores it."
        ),
    ] = None,
    holding_cost_rate: Annotated[
        float | None,
        typer.Option("--holding-cost-rate", help="Yearly cost of stock, a share of its value."),
    ] = None,
    shortage_cost_rate: Annotated[
        str | None,
        typer.Option(
            "--shortage-cost-rate",
            metavar="SHARE",
            help="Cost of a unit asked for in vain, a share of its unit cost; sets each product's "
            "service level. none: --service-level does.",
        ),
    ] = None,
    learn_lead_times: Annotated[
        bool | None,
        typer.Option(
            "--learn-lead-times/--no-learn-lead-times",
            help="Whether lead times are learnt from receipts, or the stated ones hold.",
        ),
    ] = None,
    agent: Annotated[
        bool | None, typer.Option("--agent/--no-agent", help="Whether Claude may be asked at all.")
    ] = None,
    review: Annotated[
        str | None,
        typer.Option(
            "--review",
            metavar="all|exceptions",
            help="Which low products Claude is asked about: all, or what is out of the ordinary.",
        ),
    ] = None,
    dry_run: Annotated[
        str | None,
        typer.Option(
            "--dry-run",
            metavar="on|off",
            help="From now on: whether checks and the assistant only show what they would do.",
        ),
    ] = None,
    model_budget: Annotated[
        str | None,
        typer.Option(
            "--model-budget", metavar="USD", help="What Claude may cost a month (operators)."
        ),
    ] = None,
    notify_url: Annotated[
        list[str] | None,
        typer.Option(
            "--notify-url",
            metavar="URL",
            help="Where alerts go (Apprise); repeatable; none: nowhere. 'URL kinds=A,B': only "
            "these of low_stock, order_to_approve, late_order, message.",
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="en|pt", help="In which alerts are written."),
    ] = None,
    quiet_hours: Annotated[
        str | None,
        typer.Option(
            "--quiet-hours",
            metavar="HH:MM-HH:MM",
            help="Alerts wait until they end, in the shop's time zone; none: they never wait.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Set what a shop wants; without options, show it.

    \b
    Example: stock tenant set corner-shop --service-level 0.97 --approval-limit 500
    Example: stock tenant set --language pt --quiet-hours 21:00-07:00
    """
    from dataclasses import replace

    app = open_app()
    shop = _shop_to_set(app, slug, budget=model_budget is not None)
    wanted = {
        "service_level": within(service_level, "--service-level", 0.5, 0.999),
        "review_period_days": within(review_days, "--review-days", 1, 365),
        "default_lead_time_days": within(lead_time_days, "--lead-time-days", 0, 365),
        "ordering_cost": None if ordering_cost is None else amount(ordering_cost),
        "holding_cost_rate": within(holding_cost_rate, "--holding-cost-rate", 0, 10),
        "learn_lead_times": learn_lead_times,
        "agent_enabled": agent,
        "review_scope": None if review is None else scope(review),
        "dry_run": None if dry_run is None else switch(dry_run, "--dry-run"),
        "model_budget_usd": None if model_budget is None else dollars(model_budget),
        "notify_urls": None if notify_url is None else _urls(app, notify_url),
        "language": None if language is None else language_of(language),
    }
    changes: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    limits = {
        "order_approval_limit": approval_limit,
        "daily_spending_limit": daily_limit,
        "monthly_spending_limit": monthly_limit,
    }
    changes |= {name: limit(text) for name, text in limits.items() if text is not None}
    if shortage_cost_rate is not None:
        changes["shortage_cost_rate"] = share(shortage_cost_rate)
    if quiet_hours is not None:
        changes["quiet_hours"] = quiet_hours_of(quiet_hours)
    if changes:
        directory = app.directory_for(shop)
        before, shop = shop, directory.set_policy(shop.slug, replace(shop.policy, **changes))
        _say_what_holds(before, shop)
    show_policy(shop, as_json=as_json)


def _say_what_holds(before: Tenant, shop: Tenant) -> None:
    """Say, of what decides whether anything happens at all, what holds from now on."""
    if before.policy.dry_run != shop.policy.dry_run:
        remark(DRY_RUN_HOLDS[shop.policy.dry_run].format(shop.slug))
    if before.policy.agent_enabled != shop.policy.agent_enabled:
        remark(AGENT_HOLDS[shop.policy.agent_enabled].format(shop.slug))


def _shop_to_set(app: App, slug: str | None, *, budget: bool) -> Tenant:
    """Return the shop a person may change: a manager their own, an operator any."""
    own = app.identity.tenant
    if own is not None and slug in (None, own.slug):
        app.unit(writes=True)  # an analyst changes nothing
        if budget:
            app.require_operator()
        return own
    app.require_operator()
    if slug is None:
        from stockcli.domain.errors import InvalidInputError

        message = "no shop was named"
        raise InvalidInputError(message, "name it: `stock tenant set SLUG ...`")
    return _perhaps_mended(app, slug) or app.directory.tenant(slug)


def _perhaps_mended(app: App, slug: str) -> Tenant | None:
    """Return a shop whose policy cannot be read, with defaults where it cannot, and say so."""
    for one in app.database.unreadable_tenants():
        if one.mended.slug == slug.strip().lower():
            remark(f"{one.reason}; set any option to keep what is shown, with defaults for these")
            return one.mended
    return None


def _urls(app: App, texts: list[str]) -> tuple[str, ...]:
    """Return notify URLs that may be kept; only an operator may name hosts of the house."""
    from stockcli.domain.channels import channels_of
    from stockcli.notifications.addresses import ensure_public, recipient

    check = recipient if _is_operator(app) else ensure_public
    channels = channels_of(text for text in texts if text.strip().lower() != NONE)
    for channel in channels:
        check(channel.url)
    return tuple(channel.as_typed() for channel in channels)


def _is_operator(app: App) -> bool:
    from stockcli.domain.errors import NotAllowedError

    try:
        app.require_operator()
    except NotAllowedError:
        return False
    return True
