"""`stock usage`: what the language model cost, and what is left of the month's budget."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, TenantOption, chosen_units, open_app, remark, unreadable_shops

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from stockcli.domain.shop import Tenant
    from stockcli.usecases.model_costs import UsageLine, UsageSum
    from stockcli.usecases.ports import UnitOfWork

UNSETTLED = (
    "of it is unsettled: of calls under way, in a batch, or ended without a word; "
    "they count at the most they can cost"
)


class By(StrEnum):
    """What a row of the table stands for."""

    DAY = "day"
    PURPOSE = "purpose"
    MODEL = "model"


@dataclass(frozen=True, kw_only=True)
class ShopUsage:
    """What the language model cost one shop in one month, US dollars.

    Attributes:
        budget_usd: of the month; None of a past month, whose budget is not known any more.
    """

    shop: Tenant
    month: datetime
    lines: list[UsageLine]
    total: UsageSum
    budget_usd: Decimal | None

    @property
    def left_usd(self) -> Decimal | None:
        """Return what may still be spent; never below zero, and None of a past month."""
        if self.budget_usd is None:
            return None
        return max(self.budget_usd - self.total.spent_usd, self.budget_usd * 0)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("usage")(usage)


def usage(
    month: Annotated[
        str | None,
        typer.Option("--month", metavar="MONTH", help="Such as 2026-11; left out, this month."),
    ] = None,
    by: Annotated[
        By | None,
        typer.Option("--by", help="One row per day, purpose or model; left out, the latter two."),
    ] = None,
    all_tenants: Annotated[
        bool, typer.Option("--all-tenants", help="Every shop's (operators only).")
    ] = False,
    tenant: TenantOption = None,
    as_json: Json = False,
) -> None:
    """Show what the language model cost: calls, tokens, price, and what is left of the budget.

    Months are calendar months, UTC. A call is booked at the most it can cost before it is made, and
    at its price once it ended; one whose end was never seen stays booked at the most.

    \b
    Example: stock usage
    Example: stock usage --month 2026-11 --by day
    """
    from stockcli.cli.each_shop import for_each_shop
    from stockcli.cli.json_output import print_json

    app = open_app()
    now = app.clock.now()
    first = _month(month, now)
    units = chosen_units(app, tenant=tenant, all_tenants=all_tenants, writes=False)
    read, failed = for_each_shop(
        units, lambda unit: _read(unit, first, now), command="usage", all_tenants=all_tenants
    )
    found = list(read.values())
    names = (str(by),) if by else ("purpose", "model")
    if as_json:
        print_json({"month": f"{first:%Y-%m}", "tenants": [_facts(one, names) for one in found]})
    else:
        _print(found, names, now)
    failed |= unreadable_shops(app) if all_tenants else {}
    for slug, reason in failed.items():
        remark(f"error: {slug}: {reason}")
    if failed:
        raise typer.Exit(1)


def _month(text: str | None, now: datetime) -> datetime:
    """Return the first instant of a month written as 2026-11; of this one, if left out.

    Raises:
        InvalidInputError: it is no month, or has not begun.
    """
    from datetime import UTC, datetime

    from stockcli.domain.budget import month_start
    from stockcli.domain.errors import InvalidInputError

    if text is None:
        return month_start(now)
    try:
        first = datetime.strptime(text.strip(), "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        message = f"{text[:40]!r} is no month: write year-month, such as 2026-11"
        raise InvalidInputError(message) from None
    if first > now:
        message = f"{first:%Y-%m} has not begun yet"
        raise InvalidInputError(message, "leave --month out for this month")
    return first


def _read(unit: UnitOfWork, month: datetime, now: datetime) -> ShopUsage:
    from stockcli.domain.budget import month_start, next_month_start
    from stockcli.usecases.model_costs import together, usage_lines

    lines = usage_lines(unit, month, next_month_start(month))
    is_present = month == month_start(now)
    return ShopUsage(
        shop=unit.tenant,
        month=month,
        lines=lines,
        total=together(lines),
        budget_usd=unit.tenant.policy.model_budget_usd if is_present else None,
    )


def _print(found: list[ShopUsage], names: tuple[str, ...], now: datetime) -> None:
    from stockcli.cli.render import print_lines
    from stockcli.cli.usage_page import print_table_of, told_month

    for one in found:
        if one.lines:
            print_table_of(one.lines, names)
        print_lines(told_month(one, now))
        if one.total.unsettled_usd:
            remark(f"{one.shop.slug}: {one.total.unsettled_usd:.6f} USD {UNSETTLED}")
    if len(found) > 1:
        spent = sum((one.total.spent_usd for one in found), found[0].total.spent_usd * 0)
        print_lines(f"all {len(found)} shops: {spent:.6f} USD")


def _facts(one: ShopUsage, names: tuple[str, ...]) -> dict[str, Any]:
    from stockcli.usecases.model_costs import grouped

    return {
        "tenant": one.shop.slug,
        "budget_usd": one.budget_usd,
        "left_usd": one.left_usd,
        **_sum_facts(one.total),
        "lines": [
            dict(zip(names, key, strict=True)) | _sum_facts(total)
            for key, total in grouped(one.lines, names).items()
        ],
    }


def _sum_facts(total: UsageSum) -> dict[str, Any]:
    return {
        "calls": total.calls,
        "input_tokens": total.usage.input_tokens,
        "output_tokens": total.usage.output_tokens,
        "cache_write_tokens": total.usage.cache_write_tokens,
        "cache_read_tokens": total.usage.cache_read_tokens,
        "spent_usd": total.spent_usd,
        "unsettled_usd": total.unsettled_usd,
    }
