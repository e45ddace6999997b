"""A purchase order for programs: its lines as CSV, and the whole of it as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from stockcli.notifications.letters import one_line
from stockcli.notifications.order_letter import is_first
from stockcli.usecases.order_documents import public_document

COLUMNS = ("sku", "name", "quantity", "unit_cost", "total")
FORMULA_SIGNS = ("=", "+", "-", "@")


def order_csv(order: Mapping[str, Any]) -> str:
    """Return an order's lines as CSV, with a header; no text in it is a spreadsheet's formula."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for line in order["lines"]:
        figures = [line[name] for name in COLUMNS[2:]]
        table.writerow([_as_text(line["sku"]), _as_text(line["name"]), *figures])
    return file.getvalue()


def _as_text(value: Any) -> str:
    text = one_line(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def order_json(order: Mapping[str, Any]) -> str:
    """Return an order as JSON, in ASCII: it reads the same whatever a receiver takes it for."""
    return json.dumps(public_document(order), indent=2)


def file_name(order: Mapping[str, Any], ending: str) -> str:
    """Return what an order's file is called; a later revision does not take an earlier's place."""
    revision = "" if is_first(order) else f"-r{order['revision']}"
    return f"{order['number']}{revision}.{ending}"
