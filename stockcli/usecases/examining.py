"""What is missing or odd in a shop's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stockcli.domain.catalogue import Product
from stockcli.domain.shop import local_day
from stockcli.usecases.inventory import StockLine, shop_day_within, stock_lines_within
from stockcli.usecases.ports import UnitOfWork

STALE_AFTER = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at.

    Attributes:
        level: "ok", "note" or "problem".
        text: one sentence.
        hint: what to do about it.
        together: what is said of several shops at once, without their figures; empty is the text.
    """

    level: str
    text: str
    hint: str = ""
    together: str = ""


def examine_shop(unit: UnitOfWork, now: datetime) -> list[Finding]:
    """Return what is missing or odd in a shop's data, problems first."""
    with unit.reading():
        lines = stock_lines_within(unit, day=shop_day_within(unit, now))
        products = unit.products.all()
        findings = [
            *_sales(unit, now),
            *_catalogue(products),
            *_stock(lines),
            *_outbox(unit.outbox.counts()),
        ]
    order = {"problem": 0, "note": 1, "ok": 2}
    return sorted(findings, key=lambda finding: order[finding.level])


def _sales(unit: UnitOfWork, now: datetime) -> list[Finding]:
    span = unit.ledger.first_and_last_sale_day()
    if span is None:
        return [
            Finding(
                level="problem",
                text="no sales are on record",
                hint="import them with `stock import sales FILE`",
            )
        ]
    days = f"sales are on record from {span[0]} to {span[1]}"
    if local_day(unit.tenant, now) - span[1] > STALE_AFTER:
        hint = "import the days since: forecasts begin where sales end"
        said, together = f"{days}; the last is old", "the last sale on record is old"
        return [Finding(level="note", text=said, hint=hint, together=together)]
    return [Finding(level="ok", text=days, together="sales are on record")]


def _catalogue(products: Sequence[Product]) -> list[Finding]:
    active = [one for one in products if one.is_kept]
    no_supplier = [one.sku for one in active if one.supplier_id is None]
    no_cost = [one.sku for one in active if one.unit_cost <= 0]
    hint = "complete them with `stock import products FILE`"
    text = f"{len(active)} active products"
    together = "active products are on record" if active else text
    findings = [Finding(level="ok", text=text, together=together)]
    if no_supplier:
        findings.append(_of(no_supplier, "without a supplier cannot be ordered", "problem", hint))
    if no_cost:
        findings.append(
            _of(no_cost, "without a unit cost pass every spending limit", "problem", hint)
        )
    return findings


def _stock(lines: Sequence[StockLine]) -> list[Finding]:
    unknown = [line.product.sku for line in lines if not line.level.is_known]
    negative = [
        line.product.sku for line in lines if line.level.is_known and line.level.on_hand < 0
    ]
    unforecast = [
        line.product.sku for line in lines if line.threshold is None and line.product.is_kept
    ]
    findings = []
    if unknown:
        said = "never counted: nothing is ordered for them"
        hint = "book counts with `stock import counts FILE`"
        findings.append(_of(unknown, said, "problem", hint))
    if negative:
        said = "below zero on hand: more was sold than the ledger knew of"
        findings.append(_of(negative, said, "note", "count these shelves"))
    if unforecast:
        findings.append(_of(unforecast, "without a reorder point", "note", "run `stock run-check`"))
    return findings


def _outbox(counts: dict[str, int]) -> list[Finding]:
    failed, pending = counts.get("failed", 0), counts.get("pending", 0)
    findings = _in_doubt(counts.get("uncertain", 0))
    if failed:
        said = "messages could not be delivered and were given up"
        hint = "mend the notify URLs or the supplier, then `stock dispatch --resend-failed`"
        findings.append(Finding(level="problem", text=f"{failed} {said}", hint=hint, together=said))
    if pending:
        text = f"{pending} {'message waits' if pending == 1 else 'messages wait'} to leave"
        hint = "`stock dispatch` sends them; so does the next run-check"
        together = "messages wait to leave"
        findings.append(Finding(level="note", text=text, hint=hint, together=together))
    return findings


def _in_doubt(count: int) -> list[Finding]:
    said = "may or may not have left"
    hint = "`stock dispatch --resend-uncertain` sends again, `--drop-uncertain` lets it rest"
    text = f"{count} {'message' if count == 1 else 'messages'} {said}"
    finding = Finding(level="problem", text=text, hint=hint, together=f"messages {said}")
    return [finding] if count else []


def _of(skus: Sequence[str], said: str, level: str, hint: str) -> Finding:
    text = f"{_some(skus)} {said}"
    return Finding(level=level, text=text, hint=hint, together=f"products {said}")


def _some(skus: Sequence[str]) -> str:
    shown = ", ".join(sorted(set(skus))[:3])
    return f"{len(skus)} products ({shown}{', ...' if len(skus) > 3 else ''})"  # noqa: PLR2004
