"""Suppliers, and how the shop is doing, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from stockcli.agent.quoting import code, quoted
from stockcli.agent.wording.facts import Facts, facts
from stockcli.domain.purchasing import PurchaseOrder
from stockcli.domain.quantity import plain
from stockcli.domain.shop import ShopPolicy
from stockcli.usecases.key_figures import KeyFigures
from stockcli.usecases.suppliers import SupplierRow, days_late, outstanding_value

SUPPLIER_HEADINGS = (
    "supplier",
    "supplier name",
    "lead time days",
    "standard deviation",
    "products",
    "open orders",
    "value to come",
    "late orders",
)
FIGURE_HEADINGS = ("figure", "value")
MOST_ORDERS_SAID = 10


def supplier_facts(rows: Sequence[SupplierRow], day: date, *, in_full: bool) -> Facts:
    """Return suppliers, a row each, and in the note what is late.

    Args:
        in_full: tell every open order, not only the late ones.
    """
    orders = [one for row in rows for one in (row.open_orders if in_full else row.late)]
    told = [_order(one, day) for one in orders[:MOST_ORDERS_SAID]]
    more = len(orders) - MOST_ORDERS_SAID
    note = "; ".join([*told, *([f"and {more} more orders"] if more > 0 else [])])
    return facts(SUPPLIER_HEADINGS, (_supplier(row) for row in rows), note)


def _supplier(row: SupplierRow) -> tuple[str, ...]:
    supplier = row.supplier
    return (
        code(supplier.code),
        quoted(supplier.name),
        f"{row.lead_time.mean_days:g}",
        f"{row.lead_time.standard_deviation_days:g}",
        str(row.products),
        str(len(row.open_orders)),
        f"{row.open_value}",
        ", ".join(order.number for order in row.late[:3]) or "-",
    )


def _order(order: PurchaseOrder, day: date) -> str:
    late = days_late(order, day)
    overdue = f", {late} days late" if late else ""
    status = order.status.replace("_", " ")
    return (
        f"{order.number}: {status}, {outstanding_value(order)} to come, "
        f"expected on {order.expected_on}{overdue}"
    )


def key_figure_facts(found: KeyFigures, policy: ShopPolicy, currency: str) -> Facts:
    """Return a shop's key figures, a row each."""
    stock, service, orders, spent = found.stock, found.service, found.orders, found.spent
    back = f"last {service.days} days"
    rows = [
        ("stock value at cost", f"{stock.value} {currency}"),
        ("days of cover", _number(stock.days_of_cover)),
        ("excess stock at cost", f"{stock.excess_value} {currency}"),
        ("products", str(stock.products)),
        ("active products", str(stock.active)),
        ("products with stock", str(stock.with_stock)),
        ("suppliers", str(stock.suppliers)),
        ("products to order", str(stock.low)),
        ("products out of stock", str(stock.out_of_stock)),
        ("products never counted", str(stock.never_counted)),
        ("products without reorder point", str(stock.without_reorder_point)),
        (f"units sold, {back}", _number(service.sold)),
        (f"fill rate, {back}, estimated", _share(service.fill_rate)),
        (f"days with known stock, {back}", f"{service.known_days} of {service.days}"),
        (
            f"product-days without stock, {back}",
            f"{service.stock_out_days} of {service.shelf_days}",
        ),
        (f"product-days in stock, {back}", _share(service.availability)),
        ("open orders", str(orders.open_orders)),
        ("open orders at cost", f"{orders.open_value} {currency}"),
        ("orders waiting for approval", str(orders.waiting)),
        ("waiting for approval at cost", f"{orders.waiting_value} {currency}"),
        ("late orders", str(orders.late)),
        ("ordered today", _spent(spent.today, policy.daily_spending_limit, currency)),
        ("ordered this month", _spent(spent.this_month, policy.monthly_spending_limit, currency)),
    ]
    note = (
        f"business day {found.day}; excess is on hand above the order-up-to level; the fill rate "
        "takes expected demand for what nobody could buy; a product-day is one product on one day "
        "whose stock is known; forecast accuracy is not stored: "
        "stock backtest measures it"
    )
    return facts(FIGURE_HEADINGS, rows, note)


def _spent(amount: Decimal, limit: Decimal | None, currency: str) -> str:
    return f"{amount} {currency}" if limit is None else f"{amount} of {plain(limit)} {currency}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
