"""How each real product of the giftware shop sold, read from its invoice lines."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

# Five digits and at most two letters; all else is postage, fees, vouchers.
PRODUCT_CODE = re.compile(r"\d{5}[A-Z]{0,2}")


@dataclass(frozen=True, kw_only=True)
class SalesHistory:
    """One product's sales.

    Attributes:
        name: the description used most often.
        median_price: per unit.
        median_line_units: units on a typical invoice line.
        units_by_day: units sold, days without a sale left out.
    """

    sku: str
    name: str
    median_price: float
    median_line_units: float
    units_by_day: dict[date, int]

    @property
    def last_sold(self) -> date:
        """Return the last day with a sale."""
        return max(self.units_by_day)

    def daily_units(self, until: date, days: int) -> list[int]:
        """Return units per calendar day, zeros included, of the days up to and with `until`."""
        first = until - timedelta(days=days - 1)
        return [self.units_by_day.get(first + timedelta(days=day), 0) for day in range(days)]


def read_histories(lines_path: Path) -> list[SalesHistory]:
    """Return the history of every product with at least one sale, by code."""
    lines_by_sku: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(lines_path, "rt", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            sku = line["StockCode"].upper()
            if line["status"] == "sale" and PRODUCT_CODE.fullmatch(sku):
                lines_by_sku[sku].append(line)
    return [_history(sku, lines_by_sku[sku]) for sku in sorted(lines_by_sku)]


def _history(sku: str, lines: list[dict[str, str]]) -> SalesHistory:
    units_by_day: Counter[date] = Counter()
    for line in lines:
        units_by_day[date.fromisoformat(line["InvoiceDate"][:10])] += int(line["Quantity"])
    names = Counter(" ".join(line["Description"].split()) for line in lines)
    return SalesHistory(
        sku=sku,
        name=names.most_common(1)[0][0],
        median_price=median(float(line["UnitPrice"]) for line in lines),
        median_line_units=median(int(line["Quantity"]) for line in lines),
        units_by_day=dict(units_by_day),
    )
