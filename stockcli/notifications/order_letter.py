"""A purchase order as plain text: the file that is dropped, and the body of the e-mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stockcli.notifications.letters import one_line
from stockcli.notifications.order_words import Wording

LONGEST_NAME = 40


def order_title(order: Mapping[str, Any]) -> str:
    """Return what the order is called: "Purchase order PO-00012", and its revision from the 2nd."""
    words = Wording.of(order).words
    title = f"{words['title']} {one_line(order['number'])}"
    return title if is_first(order) else f"{title}, {words['revision'].lower()} {order['revision']}"


def is_first(order: Mapping[str, Any]) -> bool:
    """Return whether the supplier sees the order as it was first written."""
    return int(order.get("revision", 1)) == 1


def order_text(order: Mapping[str, Any]) -> str:
    """Return a purchase order as a letter to the supplier."""
    return "\n".join(_lines(order, Wording.of(order))) + "\n"


def _lines(order: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    words = wording.words
    yield order_title(order).upper()
    if not is_first(order):
        yield words["replaces"]
    yield ""
    particulars = (
        ("from", one_line(order["shop"])),
        ("to", f"{one_line(order['supplier'])} {one_line(order['supplier_email'])}".rstrip()),
        ("deliver", one_line(order["location"])),
        ("ordered", wording.day(order["ordered_on"])),
        ("expected", wording.day(order["expected_on"])),
        ("note", one_line(order.get("note", ""))),
    )
    width = max(len(words[name]) for name, _ in particulars) + 2
    yield from (f"{words[name] + ':':<{width}}{said}" for name, said in particulars if said)
    yield ""
    yield _row(words["sku"], words["product"], words["quantity"], words["unit_cost"])
    yield from (_line(line, wording) for line in order["lines"])
    yield ""
    yield f"{words['total']}: {wording.amount(order['total'])}"
    yield words["quote"].format(number=one_line(order["number"]))


def _line(line: Mapping[str, Any], wording: Wording) -> str:
    name = one_line(line["name"])[:LONGEST_NAME]
    quantity, cost = wording.quantity(line["quantity"]), wording.unit_cost(line["unit_cost"])
    return _row(one_line(line["sku"]), name, quantity, cost)


def _row(sku: str, name: str, quantity: str, cost: str) -> str:
    return f"{sku:<14}{name:<42}{quantity:>10}{cost:>16}"
