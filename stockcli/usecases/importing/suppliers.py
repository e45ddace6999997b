"""Suppliers from a file: who delivers, how orders reach them, and how long they need."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from stockcli.domain import contacts
from stockcli.domain.catalogue import OrderChannel, Supplier
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.money import money
from stockcli.usecases.importing import cells
from stockcli.usecases.importing.columns import Layout
from stockcli.usecases.importing.products import read_rows
from stockcli.usecases.importing.progress import Steps
from stockcli.usecases.importing.report import ImportReport, SkippedRowError, record_of
from stockcli.usecases.importing.source import ImportSource
from stockcli.usecases.importing.table_rows import (
    FieldReader,
    TableOptions,
    Upsert,
    opened_fields,
)
from stockcli.usecases.ports import Progress, UnitOfWork
from stockcli.usecases.supplying import SupplierChanges, new_supplier

SUPPLIER_LAYOUT = Layout(
    required=("code",),
    optional=(
        "name",
        "email",
        "lead_time_days",
        "lead_time_sd_days",
        "order_channel",
        "webhook_url",
        "minimum_order_value",
        "order_days",
    ),
    also={"name": "fornecedor nomefornecedor nomedofornecedor razaosocial nomefantasia"},
)
LONGEST_LEAD_TIME_DAYS = 730


def import_suppliers(
    unit: UnitOfWork,
    source: ImportSource,
    options: TableOptions,
    *,
    now: datetime,
    dry_run: bool = False,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Add suppliers or bring them up to date, as import_products does.

    Raises:
        InvalidInputError: it is no CSV file, or the column of the code is missing.
    """
    with unit.reading():
        suppliers = Upsert({supplier.code: supplier for supplier in unit.suppliers.all()})

    def take(fields: FieldReader, row: list[str]) -> None:
        code = cells.supplier(fields.text(row, "code"))
        known = suppliers.current(code) or new_supplier(code, unit.tenant.policy)
        suppliers.put(code, _supplier(fields, row, known))

    steps = Steps(source.size_bytes, on_progress)
    with opened_fields(source, SUPPLIER_LAYOUT, options) as fields:
        report = read_rows("suppliers", fields, take, suppliers, steps)
    report = replace(report, dry_run=dry_run)
    if not dry_run:
        with unit:
            unit.suppliers.put(suppliers.changed())
            unit.imports.add(record_of(report, now))
            unit.commit()
    steps.written(1, 1)
    return report


def _supplier(fields: FieldReader, row: list[str], known: Supplier) -> Supplier:
    """Return a supplier as a row has it; empty cells say nothing.

    Raises:
        SkippedRowError: a cell is none of its kind, or orders could not leave that way.
    """
    changes = SupplierChanges(
        lead_time_days=_days(fields, row, "lead_time_days"),
        lead_time_sd_days=_days(fields, row, "lead_time_sd_days"),
        name=cells.readable(fields.text(row, "name")) or None,
        email=_email(fields.text(row, "email")) or None,
        order_channel=_channel(fields.text(row, "order_channel")),
        webhook_url=_web_address(fields.text(row, "webhook_url")),
        minimum_order_value=_amount(fields, row),
        order_days=_order_days(fields.text(row, "order_days")),
    )
    after = changes.of(known)
    if changes.order_channel and (reason := contacts.why_no_order_can_leave(after)):
        raise SkippedRowError("no address for orders", reason)
    return after


def _days(fields: FieldReader, row: list[str], name: str) -> float | None:
    days = fields.units(row, name, least=0)
    if days is not None and days > LONGEST_LEAD_TIME_DAYS:
        raise SkippedRowError("bad lead time", f"{days} days is longer than two years")
    return None if days is None else float(days)


def _email(text: str) -> str:
    is_address = text.count("@") == 1 and text.isprintable() and not any(map(str.isspace, text))
    if text and not is_address:
        raise SkippedRowError("bad e-mail address", f"{text[:60]!r} is no e-mail address")
    return text


def _amount(fields: FieldReader, row: list[str]) -> Decimal | None:
    price = fields.price(row, "minimum_order_value")
    return None if price is None else money(price)


def _channel(text: str) -> OrderChannel | None:
    try:
        return contacts.order_channel(text) if text else None
    except InvalidInputError as error:
        raise SkippedRowError("bad order channel", f"{error.message}: {error.hint}") from None


def _web_address(text: str) -> str | None:
    # Where it leads is looked at before each order leaves: a file asks no name server.
    try:
        return contacts.web_address(text) if text else None
    except InvalidInputError as error:
        raise SkippedRowError("bad webhook URL", error.message) from None


def _order_days(text: str) -> frozenset[int] | None:
    try:
        return contacts.order_days(text) if text else None
    except InvalidInputError as error:
        raise SkippedRowError("bad order days", f"{error.message}: {error.hint}") from None
