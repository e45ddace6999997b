"""A purchase order as a page to be printed: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockcli.notifications.letters import one_line
from stockcli.notifications.order_letter import is_first, order_title
from stockcli.notifications.order_words import Wording

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATES = Path(__file__).parent / "templates"


def order_page(order: Mapping[str, Any]) -> str:
    """Return an order's document as a page for A4; all that is text in it is escaped."""
    wording = Wording.of(order)
    return _template().render(
        title=order_title(order),
        language=wording.language,
        replaces="" if is_first(order) else wording.words["replaces"],
        words=wording.words,
        quote=wording.words["quote"].format(number=order["number"]),
        number=one_line(order["number"]),
        shop=one_line(order["shop"]),
        supplier=_several(order, "supplier", "supplier_code", "supplier_email"),
        place=_several(order, "location_name", "location"),
        ordered=wording.day(order["ordered_on"]),
        expected=wording.day(order["expected_on"]),
        note=one_line(order.get("note", "")),
        lines=[_line(line, wording) for line in order["lines"]],
        total=wording.amount(order["total"]),
    )


def _several(order: Mapping[str, Any], *names: str) -> list[str]:
    """Return what is known under these names, each once."""
    return list(dict.fromkeys(one_line(order[name]) for name in names if order.get(name)))


def _line(line: Mapping[str, Any], wording: Wording) -> dict[str, str]:
    return {
        "sku": one_line(line["sku"]),
        "name": one_line(line["name"]),
        "quantity": wording.quantity(line["quantity"]),
        "unit_cost": wording.unit_cost(line["unit_cost"]),
        "amount": wording.amount(line["total"]),
    }


@cache
def _template() -> Template:
    from jinja2 import (  # noqa: PLC0415 - a fifth of a second that only an order is worth
        Environment,
        FileSystemLoader,
        StrictUndefined,
    )

    rooms = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return rooms.get_template("order.html")
