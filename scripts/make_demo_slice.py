"""Cut the demo's slice out of the full Online Retail invoice lines.

    python scripts/make_demo_slice.py PATH/invoice_lines.csv.gz [PATH/shop_days.csv]

Every line of a chosen product is kept as it stands, byte for byte and in its order; nothing is
changed or made up. Which products: the best known by name, then, by how they sell, a fixed number
of each kind, picked by a hash of their code, so that the choice repeats and favours nobody.
"""

# ruff: noqa: PLR2004 - the kinds are made of days and units, each named by the line it stands on

from __future__ import annotations

import csv
import gzip
import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

DEMO = Path(__file__).resolve().parent.parent / "stockcli" / "demo"
MOST_BYTES = 3_000_000
PRODUCT_CODE = re.compile(r"\d{5}[A-Z]{0,2}")
WELL_KNOWN = """
85123A 22423 85099B 84879 21212 20725 22086 47566 22197 21232 22383 21754 84991 20727 22382 21931
23166 22411 84016 37410 21181
"""
# Charges and vouchers: the import must say why it leaves them out.
CHARGES = frozenset(
    {"POST", "M", "C2", "D", "S", "B", "BANK CHARGES", "ADJUST", "AMAZONFEE", "GIFT_0001_30"}
    | {"TEST001", "DCGS0058", "PADS"}
)
PRODUCTS_PER_KIND = {
    "fast": 45, "middling": 75, "intermittent": 38, "lumpy": 18, "new": 14, "dead": 16,
    "both_cases": 10, "noisy": 6,
}  # fmt: skip


@dataclass(kw_only=True)
class Sales:
    """How one product sold: its days, its line quantities, its spellings, its noise."""

    days: set[str] = field(default_factory=set)
    quantities: list[int] = field(default_factory=list)
    spellings: set[str] = field(default_factory=set)
    noise_lines: int = 0

    def kinds(self) -> Iterator[str]:
        """Yield every kind this product could stand for, the rare ones first."""
        if not self.days:
            return
        first, last, day_count = min(self.days), max(self.days), len(self.days)
        still_sold = last >= "2011-05-01"
        if len(self.spellings) > 1 and day_count >= 40:
            yield "both_cases"
        if self.noise_lines >= 4 and day_count >= 40:
            yield "noisy"
        if "2011-03-25" <= first <= "2011-05-20" and day_count >= 6:
            yield "new"
        if last < "2011-02-01" and day_count >= 40:
            yield "dead"
        if median(self.quantities) >= 24 and day_count >= 40 and still_sold:
            yield "lumpy"
        if day_count >= 300 and still_sold:
            yield "fast"
        if 120 <= day_count < 300 and still_sold:
            yield "middling"
        if 20 <= day_count <= 90 and max(self.quantities) <= 48 and first < "2010-06":
            yield "intermittent"


def main(arguments: list[str]) -> None:
    """Write the slice and the shop's days into the demo's folder."""
    lines_path = Path(arguments[0])
    days_path = Path(arguments[1]) if arguments[1:] else lines_path.with_name("shop_days.csv")
    header, *lines = gzip.decompress(lines_path.read_bytes()).decode().splitlines(keepends=True)
    rows = list(csv.DictReader([header, *lines]))
    codes = [row["StockCode"].upper() for row in rows]
    chosen = choose(sales_by_code(rows)) | CHARGES
    kept = [line for code, line in zip(codes, lines, strict=True) if code in chosen]
    packed = gzip.compress("".join([header, *kept]).encode(), compresslevel=9, mtime=0)
    if len(packed) > MOST_BYTES:
        sys.exit(f"The slice takes {len(packed)} bytes, more than {MOST_BYTES}: choose fewer.")
    (DEMO / "online_retail.csv.gz").write_bytes(packed)
    write_days(days_path)
    sys.stdout.write(f"{len(chosen - CHARGES)} products, {len(kept)} lines, {len(packed)} bytes\n")


def sales_by_code(rows: Iterable[dict[str, str]]) -> dict[str, Sales]:
    """Gather how each product sold, by its upper-case code."""
    sales: dict[str, Sales] = defaultdict(Sales)
    for row in rows:
        code = row["StockCode"].upper()
        if not PRODUCT_CODE.fullmatch(code):
            continue
        one = sales[code]
        one.spellings.add(row["StockCode"])
        if row["status"] == "sale":
            one.days.add(row["InvoiceDate"][:10])
            one.quantities.append(int(row["Quantity"]))
        elif row["Description"] != row["Description"].upper():
            one.noise_lines += 1
    return sales


def choose(sales: dict[str, Sales]) -> set[str]:
    """Pick the well known, then each kind's share; rare kinds choose before common ones."""
    chosen = set(WELL_KNOWN.split())
    for kind in sorted(PRODUCTS_PER_KIND, key=lambda kind: PRODUCTS_PER_KIND[kind]):
        able = [code for code in sales if kind in sales[code].kinds() and code not in chosen]
        chosen.update(sorted(able, key=_hash)[: PRODUCTS_PER_KIND[kind]])
    return chosen


def write_days(days_path: Path) -> None:
    """Keep of the shop's days only the date and whether it was open."""
    with days_path.open(newline="", encoding="utf-8") as file:
        days = [f"{row['ds']},{row['open']}\n" for row in csv.DictReader(file)]
    (DEMO / "shop_days.csv").write_text("".join(["day,open\n", *days]), encoding="utf-8")


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


if __name__ == "__main__":
    main(sys.argv[1:])
