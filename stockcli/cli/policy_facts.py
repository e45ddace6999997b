"""What is shown of a shop and its policy: nothing secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockcli.cli.policy_values import NONE

if TYPE_CHECKING:
    from stockcli.domain.shop import Tenant


def shop_facts(shop: Tenant) -> dict[str, Any]:
    """Return what may be shown of a shop: of notify URLs, which hold secrets, the kind alone."""
    policy = shop.policy
    return {
        "tenant": shop.slug,
        "name": shop.name,
        "currency": shop.currency,
        "timezone": shop.timezone,
        "active": shop.active,
        "policy": {
            "service_level": policy.service_level,
            "review_period_days": policy.review_period_days,
            "default_lead_time_days": policy.default_lead_time_days,
            "order_approval_limit": policy.order_approval_limit,
            "daily_spending_limit": policy.daily_spending_limit,
            "monthly_spending_limit": policy.monthly_spending_limit,
            "ordering_cost": policy.ordering_cost,
            "holding_cost_rate": policy.holding_cost_rate,
            "shortage_cost_rate": policy.shortage_cost_rate,
            "learn_lead_times": policy.learn_lead_times,
            "agent_enabled": policy.agent_enabled,
            "review_scope": policy.review_scope,
            "dry_run": policy.dry_run,
            "model_budget_usd": policy.model_budget_usd,
            "notify_urls": [_channel(text) for text in policy.notify_urls],
            "language": policy.language,
            "quiet_hours": str(policy.quiet_hours) if policy.quiet_hours else None,
        },
    }


def show_policy(shop: Tenant, *, as_json: bool) -> None:
    """Print a shop's policy."""
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import print_table

    facts = shop_facts(shop)
    if as_json:
        print_json(facts)
        return
    rows = [(name.replace("_", " "), _shown(value)) for name, value in facts["policy"].items()]
    print_table([shop.slug, "value"], rows)


def _shown(value: Any) -> Any:
    if value in (None, []):
        return NONE
    return ", ".join(value) if isinstance(value, list) else value


def _channel(text: str) -> str:
    """Return a notify URL without its secret, with the kinds of alerts that go there."""
    from stockcli.domain.channels import parse_channel
    from stockcli.domain.errors import InvalidInputError

    shown = f"{text.split(':', 1)[0]}://..."
    try:
        kinds = parse_channel(text).kinds_in_words
    except InvalidInputError as error:
        return f"{shown} ({error.message})"
    return f"{shown} kinds={kinds}" if kinds else shown
