"""What messages say, as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stockcli.domain.shop import Tenant


def alert_text(payload: Mapping[str, Any]) -> str:
    """Return the body of an alert."""
    return _printable(str(payload["text"]))


def order_text(order: Mapping[str, Any], shop: Tenant) -> str:
    """Return a purchase order as a letter to the supplier."""
    lines = [
        f"PURCHASE ORDER {order['number']}",
        "",
        f"From:      {one_line(shop.name)}",
        f"To:        {one_line(order['supplier'])} {one_line(order['supplier_email'])}".rstrip(),
        f"Deliver:   {one_line(order['location'])}",
        f"Ordered:   {order['ordered_on']}",
        f"Expected:  {order['expected_on']}",
        "",
        f"{'SKU':<14}{'Product':<42}{'Quantity':>10}{'Unit cost':>12}",
        *(_order_line(line) for line in order["lines"]),
        "",
        f"Total: {order['total']:,.2f} {order['currency']}",
        f"Please quote {order['number']}; an order with this number is placed once.",
    ]
    return "\n".join(lines) + "\n"


def _order_line(line: Mapping[str, Any]) -> str:
    sku, name = one_line(line["sku"]), one_line(line["name"])[:40]
    return f"{sku:<14}{name:<42}{line['quantity']:>10,}{line['unit_cost']:>12,.2f}"


def one_line(text: Any) -> str:
    """Return text on one line, without what moves a cursor or turns letters around."""
    return _printable(str(text)).replace("\n", " ")


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable() or char == "\n")
