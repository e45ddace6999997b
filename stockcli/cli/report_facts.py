"""A report as JSON: names that stay, whatever the program behind them is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from stockcli.usecases.model_costs import UsageSum
    from stockcli.usecases.report_shelves import ReportDay, ShelfRow
    from stockcli.usecases.report_suppliers import SupplierReport
    from stockcli.usecases.shop_report import ShopReport

PLACES = 4
"""Of a share or an estimate; more would be pretence."""


def report_facts(report: ShopReport, most: int) -> dict[str, Any]:
    """Return a report as JSON values.

    Args:
        most: how many products each list names.
    """
    return {
        "tenant": report.shop.slug,
        "currency": report.shop.currency,
        "business_day": report.day,
        "first_day": report.first,
        "last_day": report.last,
        "service": _service(report),
        "stock": _stock(report),
        "forecast": _forecast(report),
        "suppliers": [_supplier(one) for one in report.suppliers],
        "spent": report.spent,
        "model": _model(report),
        "lost_sales": _shelves(report.top(lambda row: row.lost_value), most),
        "excess": _shelves(report.top(lambda row: row.excess_value), most),
        "dead": _shelves(report.dead, most),
        "days": [_day(one) for one in report.days],
    }


def rounded(value: float | None, places: int = PLACES) -> float | None:
    """Return an estimate without the digits nobody knows."""
    return None if value is None else round(float(value), places)


def _service(report: ShopReport) -> dict[str, Any]:
    service = report.service
    return {
        "fill_rate": rounded(service.fill_rate),
        "availability": rounded(service.availability),
        "stock_out_days": service.stock_out_days,
        "shelf_days": service.shelf_days,
        "sold_units": rounded(service.sold, 3),
        "sold_value": report.sold_value,
        "lost_units": rounded(service.missed, 3),
        "lost_value": report.lost_value,
    }


def _stock(report: ShopReport) -> dict[str, Any]:
    stock = report.stock
    return {
        "products": stock.products,
        "active": stock.active,
        "low": stock.low,
        "out_of_stock": stock.out_of_stock,
        "never_counted": stock.never_counted,
        "value": stock.value,
        "days_of_cover": rounded(stock.days_of_cover, 2),
        "turns": rounded(report.turns, 3),
        "excess_value": stock.excess_value,
        "dead_value": report.dead_value,
        "dead_products": len(report.dead),
    }


def _forecast(report: ShopReport) -> dict[str, Any]:
    score = report.score
    return {
        "wape": rounded(score.wape),
        "bias": rounded(score.bias),
        "expected_units": rounded(score.expected, 3),
        "sold_units": rounded(score.actual, 3),
        "product_weeks": score.weeks,
        "weeks": [
            {
                "first_day": one.day,
                "expected_units": rounded(one.score.expected, 3),
                "sold_units": rounded(one.score.actual, 3),
                "wape": rounded(one.score.wape),
                "bias": rounded(one.score.bias),
            }
            for one in report.weeks
        ],
    }


def _supplier(one: SupplierReport) -> dict[str, Any]:
    found = one.reliability
    return {
        "code": one.code,
        "name": one.name,
        "orders": one.orders,
        "spent": one.spent,
        "orders_due": found.due,
        "orders_on_time": found.on_time,
        "orders_awaited": found.awaited,
        "on_time_share": rounded(found.on_time_share),
        "received_share": rounded(found.received_share),
        "promised_days": rounded(found.promised_days, 2),
        "actual_days": rounded(found.actual_days, 2),
    }


def _model(report: ShopReport) -> dict[str, Any]:
    by = [
        {"purpose": purpose, "model": model, **_usage(one)}
        for (purpose, model), one in report.model_by.items()
    ]
    return {**_usage(report.model), "by": by}


def _usage(one: UsageSum) -> dict[str, int | Decimal]:
    return {"calls": one.calls, "spent_usd": one.spent_usd, "unsettled_usd": one.unsettled_usd}


def _shelves(rows: Sequence[ShelfRow], most: int) -> list[dict[str, Any]]:
    return [
        {
            "sku": row.sku,
            "name": row.name,
            "location": row.location,
            "on_hand": row.on_hand,
            "value": row.value,
            "days_of_cover": rounded(row.days_of_cover, 2),
            "turns": rounded(row.turns, 3),
            "fill_rate": rounded(row.fill_rate),
            "stock_out_days": row.service.stock_out_days,
            "sold_units": rounded(row.service.sold, 3),
            "lost_units": rounded(row.service.lost, 3),
            "lost_value": row.lost_value,
            "excess_units": row.excess,
            "excess_value": row.excess_value,
        }
        for row in rows[:most]
    ]


def _day(one: ReportDay) -> dict[str, Any]:
    return {
        "day": one.day,
        "sold_value": rounded(one.sold_value, 2),
        "lost_value": rounded(one.lost_value, 2),
        "stock_value": rounded(one.stock_value, 2),
        "known_shelves": one.known_shelves,
        "empty_shelves": one.empty_shelves,
    }
