"""What a turn did to the database, as short sentences that a scenario can expect."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scripts.bench.agent_bench.tables import Change, Row, Tables, changes
from stockcli.domain.quantity import plain

UNIT_PLACES = 3
"""Units are stored as thousandths."""
KEPT_BY_TRIGGERS = {"stock_level", "daily_movement", "sales_day"}
NOTHING = Change(added=(), removed=())


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One change of the shop.

    Attributes:
        what: "order", "receipt", "minimum", "snooze", "tell manager", "decide", "alert", or
            what is wrong: "unsent", "untold", "elsewhere", "other".
        about: a SKU or an order's number.
    """

    what: str
    about: str
    units: Decimal | None = None
    detail: str = ""

    def __str__(self) -> str:
        """Return it as scenarios write it."""
        if self.what == "tell manager":
            return f"tell manager: {self.detail}"
        units = "" if self.units is None else plain(self.units)
        return " ".join(part for part in (self.what, self.about, units, self.detail) if part)


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What changed in one shop, and the names of its products."""

    after: Tables
    changed: Mapping[str, Change]
    tenant_id: int
    skus: Mapping[int, str]

    def of(self, table: str) -> Change:
        """Return what changed in a table."""
        return self.changed.get(table, NOTHING)


def effects(before: Tables, after: Tables, tenant_id: int) -> list[Effect]:
    """Return everything that changed: in the shop by name, and whatever has no name as it is."""
    changed = changes(before, after)
    skus = {row["id"]: row["sku"] for row in after.all("product")}
    look = _Look(after=after, changed=changed, tenant_id=tenant_id, skus=skus)
    return [
        *_elsewhere(look),
        *_orders(look),
        *_receipts(look),
        *_minimums(look),
        *_products(look),
        *_decisions(look),
        *_messages(look),
        *_nameless(look),
    ]


def _elsewhere(look: _Look) -> Iterator[Effect]:
    """Yield what changed in another shop, or in the list of shops."""
    for table, change in look.changed.items():
        rows = (*change.added, *change.removed)
        if table != "tenant" and all(row.get("tenant_id") == look.tenant_id for row in rows):
            continue
        yield Effect(what="elsewhere", about=table, units=Decimal(len(rows)))


def _orders(look: _Look) -> Iterator[Effect]:
    change = look.of("purchase_order")
    known = {row["id"]: row for row in change.removed}
    for row in change.added:
        if row["id"] in known:
            yield from _order_moved(known[row["id"]], row)
        else:
            yield from _order_lines(look, row)


def _order_moved(before: Row, after: Row) -> Iterator[Effect]:
    if before["status"] != after["status"]:
        yield Effect(what="order", about=after["number"], detail=_words(after["status"]))
    else:
        yield Effect(what="other", about=after["number"], detail="changed")


def _order_lines(look: _Look, order: Row) -> Iterator[Effect]:
    for line in look.after.all("purchase_order_line"):
        if line["order_id"] == order["id"]:
            yield Effect(
                what="order",
                about=look.skus[line["product_id"]],
                units=_units(line["quantity"]),
                detail=_words(order["status"]),
            )
    if order["status"] == "approved" and not _is_sent(look, order["number"]):
        yield Effect(what="unsent", about=order["number"])
    if order["status"] == "draft" and not _is_told(look, f"approve:{order['number']}"):
        yield Effect(what="untold", about=order["number"])


def _is_sent(look: _Look, number: str) -> bool:
    return any(
        row["channel"] == "purchase_order" and json.loads(row["payload"])["number"] == number
        for row in look.of("outbox").added
    )


def _is_told(look: _Look, situation: str) -> bool:
    """Return whether an alert was raised and a message about it waits to leave."""
    payloads = [json.loads(row["payload"]) for row in look.of("outbox").added]
    told = {alert["situation"] for payload in payloads for alert in payload.get("alerts", ())}
    return situation in told


def _receipts(look: _Look) -> Iterator[Effect]:
    for row in look.of("stock_movement").added:
        yield Effect(
            what=row["kind"], about=look.skus[row["product_id"]], units=_units(row["change"])
        )


def _minimums(look: _Look) -> Iterator[Effect]:
    for row in look.of("manual_minimum").added:
        sku = look.skus[row["product_id"]]
        if row["cleared_at"]:
            yield Effect(what="minimum", about=sku, detail="none")
        else:
            yield Effect(what="minimum", about=sku, units=_units(row["quantity"]))


def _products(look: _Look) -> Iterator[Effect]:
    change = look.of("product")
    before = {row["id"]: row for row in change.removed}
    for row in change.added:
        old = before.get(row["id"], {})
        for column in (name for name in row if row[name] != old.get(name)):
            is_snooze = column == "snoozed_until"
            detail = str(row[column] or "none") if is_snooze else f"{column} changed"
            yield Effect(what="snooze" if is_snooze else "other", about=row["sku"], detail=detail)


def _decisions(look: _Look) -> Iterator[Effect]:
    for row in look.of("decision").added:
        yield Effect(what="decide", about=row["sku"], detail=row["action"])


def _messages(look: _Look) -> Iterator[Effect]:
    """Yield what the manager was told of; an order's approval is told with the order."""
    for alert in look.of("alert").added:
        if alert["cleared_at"] and alert["kind"] != "message":
            continue
        if alert["kind"] == "message":
            detail = f"{alert['subject']} {alert['text']}"
            yield Effect(what="tell manager", about="", detail=detail)
        elif alert["kind"] != "order_to_approve":
            yield Effect(what="alert", about=alert["kind"], detail=_about(look, alert))
        if not _is_told(look, alert["situation"]):
            yield Effect(what="untold", about=alert["situation"])


def _about(look: _Look, alert: Row) -> str:
    if alert["product_id"]:
        return look.skus[alert["product_id"]]
    return str(alert["situation"]).partition(":")[2]


def _nameless(look: _Look) -> Iterator[Effect]:
    """Yield changes that no other change explains."""
    named = {"purchase_order", "stock_movement", "manual_minimum", "product", "decision", "alert"}
    explained = named | {"tenant"}
    explained |= KEPT_BY_TRIGGERS if "stock_movement" in look.changed else set()
    explained |= {"purchase_order_line"} if "purchase_order" in look.changed else set()
    for table, change in look.changed.items():
        if table == "outbox":
            yield from _messages_unexplained(look)
        elif table not in explained:
            count = len(change.added) + len(change.removed)
            yield Effect(what="other", about=table, units=Decimal(count))


def _messages_unexplained(look: _Look) -> Iterator[Effect]:
    numbers = {row["number"] for row in look.of("purchase_order").added}
    texts = {row["text"] for row in look.of("alert").added}
    for row in look.of("outbox").added:
        payload = json.loads(row["payload"])
        if row["channel"] == "purchase_order" and payload["number"] in numbers:
            continue
        if row["channel"] == "alert" and all(entry["text"] in texts for entry in payload["alerts"]):
            continue
        yield Effect(what="other", about="outbox", detail=row["idempotency_key"])


def _units(stored: Any) -> Decimal:
    return Decimal(stored).scaleb(-UNIT_PLACES)


def _words(status: str) -> str:
    return status.replace("_", " ")
