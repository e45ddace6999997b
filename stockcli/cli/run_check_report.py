"""What a check came to: tables for people, one object for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stockcli.cli.common import remark, some_of

if TYPE_CHECKING:
    from stockcli.domain.decisions import Decision
    from stockcli.domain.purchasing import PurchaseOrder
    from stockcli.domain.shop import Tenant
    from stockcli.usecases.run_check import CheckReport
    from stockcli.usecases.run_check_all import RunReport


def run_to_json(report: RunReport, *, dry_run: bool) -> dict[str, Any]:
    """Return a run as the object that programs read."""
    return {
        "run_id": report.run_id,
        "started_at": report.started_at,
        "dry_run": dry_run,
        "not_begun": list(report.left),
        "tenants": [_shop_to_json(shop) for shop in report.shops],
    }


def _shop_to_json(shop: CheckReport) -> dict[str, Any]:
    return {
        "tenant": shop.tenant,
        "status": shop.status,
        "dry_run": shop.dry_run,
        "batch_id": shop.batch_id or None,
        "business_day": shop.business_day,
        "checked": shop.checked,
        "low": shop.low,
        "decisions": [_decision_to_json(one) for one in shop.outcome.decisions],
        "orders": [_order_to_json(shop, one) for one in shop.outcome.orders],
        "skipped": list(shop.skipped),
        "remarks": list(shop.remarks),
        "error": shop.error or None,
    }


def _decision_to_json(decision: Decision) -> dict[str, Any]:
    return {
        "sku": decision.sku,
        "location": decision.location,
        "action": decision.action,
        "quantity": decision.quantity,
        "reason": decision.reason,
        "decided_by": decision.decided_by,
        "prompt_tokens": decision.prompt_tokens,
        "reply_tokens": decision.reply_tokens,
        "price_usd": decision.price_usd,
        "on_hand": decision.on_hand,
        "on_order": decision.on_order,
        "reorder_point": decision.reorder_point,
        "order_number": decision.order_number or None,
    }


def _order_to_json(shop: CheckReport, order: PurchaseOrder) -> dict[str, Any]:
    return {
        "number": order.number,
        "supplier": shop.suppliers.get(int(order.supplier_id), ""),
        "lines": len(order.lines),
        "total": order.total,
        "status": order.status,
    }


def print_report(report: RunReport, shops: Mapping[str, Tenant], *, tables: bool) -> None:
    """Print each shop's tables on stdout, and remarks and failures on stderr."""
    from stockcli.usecases.log_context import about

    idle = [shop for shop in report.shops if _is_idle(shop)]
    quiet = {shop.tenant for shop in idle}
    for shop in report.shops:
        if shop.tenant in quiet:
            continue
        if tables and (shop.status in ("ok", "submitted") or shop.outcome.decisions):
            _print_shop(shop, shops[shop.tenant])
        with about(run=str(report.run_id), tenant=shop.tenant):
            _remark_on(shop)

    for said, slugs in _by_remark(idle).items():
        remark(f"{said}: {some_of(slugs)}")
    if report.left:
        remark(f"the time was up before {some_of(report.left)}; the next run begins there")


def _remark_on(shop: CheckReport) -> None:
    for said in shop.remarks:
        remark(f"{shop.tenant}: {said}")
    if shop.status == "failed":
        remark(f"error: {shop.tenant}: {shop.error}")


def _is_idle(shop: CheckReport) -> bool:
    """Return whether nothing was to be done for a shop."""
    from stockcli.usecases.collecting_reviews import NOTHING_WAITS
    from stockcli.usecases.run_check import NOTHING_NEW

    return shop.remarks in ((NOTHING_WAITS,), (NOTHING_NEW,))


def _by_remark(idle: Sequence[CheckReport]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for shop in idle:
        said.setdefault(shop.remarks[0], []).append(shop.tenant)
    return said


def _print_shop(shop: CheckReport, tenant: Tenant) -> None:
    from stockcli.cli.render import print_lines

    print_lines(_headline(shop, tenant))
    if shop.outcome.decisions:
        _print_decisions(shop.outcome.decisions)
    if shop.outcome.orders:
        _print_orders(shop, tenant.currency)
    if shop.skipped:
        _print_skipped(shop)
    print_lines("")


def _headline(shop: CheckReport, tenant: Tenant) -> str:
    from stockcli.cli.render import counted

    return (
        f"{tenant.name} ({tenant.slug}), judged on {shop.business_day}: {_what(shop)}; "
        f"{counted(shop.checked, 'product')}, {shop.low} low, "
        f"{len(shop.outcome.decisions)} decided, {counted(len(shop.outcome.orders), 'order')}, "
        f"{len(shop.skipped)} left alone"
    )


def _what(shop: CheckReport) -> str:
    if shop.dry_run:
        return "dry run, nothing was written"
    return f"asked in batch {shop.batch_id}" if shop.status == "submitted" else "checked"


def _print_decisions(decisions: tuple[Decision, ...]) -> None:
    from stockcli.cli.render import is_narrow, number, print_table, words

    several = len({one.location for one in decisions}) > 1
    place: list[Any] = ["location"] if several else []
    stock = [number("on hand"), number("on order"), number("reorder point")]
    if is_narrow():
        columns = [words("product"), *place, *stock, "decision", words("reason, by whom")]
    else:
        names: list[Any] = ["SKU", words("product"), *place]
        columns = [*names, *stock, "decision", number("quantity"), words("reason"), "by"]
    cells = _narrow_cells if is_narrow() else _wide_cells
    print_table(columns, [cells(one, several) for one in decisions])


def _wide_cells(one: Decision, several: bool) -> tuple[Any, ...]:
    return (
        one.sku,
        one.inputs.get("name", ""),
        *([one.location] if several else []),
        one.on_hand,
        one.on_order,
        one.reorder_point,
        one.action,
        one.quantity or "",
        one.reason,
        one.decided_by,
    )


def _narrow_cells(one: Decision, several: bool) -> tuple[Any, ...]:
    from stockcli.cli.render import cell

    return (
        f"{one.sku} {one.inputs.get('name', '')}",
        *([one.location] if several else []),
        one.on_hand,
        one.on_order,
        one.reorder_point,
        f"{one.action} {cell(one.quantity or None)}".strip(),
        f"{one.reason} ({one.decided_by})",
    )


def _print_orders(shop: CheckReport, currency: str) -> None:
    from stockcli.cli.render import amount, number, print_table, words

    print_table(
        [
            "order",
            words("supplier"),
            number("lines"),
            number("total"),
            "status",
            words("waits for"),
        ],
        [
            (
                order.number,
                shop.suppliers.get(int(order.supplier_id), ""),
                len(order.lines),
                amount(order.total, currency),
                order.status.replace("_", " "),
                order.note,
            )
            for order in shop.outcome.orders
        ],
    )


def _print_skipped(shop: CheckReport) -> None:
    from stockcli.cli.render import print_table, words

    rows = [(one.sku, one.location, one.reason) for one in shop.skipped]
    print_table(["left alone", "location", words("why")], rows)
