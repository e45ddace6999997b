"""What the texts of a table of daily sales say.

Each distinct one is read once, by the same rules as `stock import sales` reads every cell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import tenant_slug
from stockcli.usecases.importing import cells
from stockcli.usecases.importing.dates import DateCells
from stockcli.usecases.importing.number_signs import NumberSigns
from stockcli.usecases.importing.report import SkippedRowError
from stockcli.usecases.ports import DayTable, Reading

UNITS_A_STEP = 3
"""Decimal places of a quantity in the ledger."""
MONEY_A_STEP = 4
"""Decimal places of a price in the ledger."""

Read = Callable[[str], str | int | None]


@dataclass(frozen=True, kw_only=True)
class LoadOptions:
    """How a table of daily sales is read.

    Attributes:
        only: the one shop whose rows are taken; empty for all that the table names.
        location: where rows belong that name none; empty for the shop's first.
        date_format: as in strptime; empty for ISO dates and day/month/year.
        decimal_comma: 1,250 is one and a quarter, or not; None to judge by all numbers.
    """

    only: str = ""
    location: str = ""
    date_format: str = ""
    decimal_comma: bool | None = None


def shops_named(table: DayTable) -> frozenset[str]:
    """Return the short names of shops that a table's rows are of, whether they exist or not."""
    found = set()
    for text in table.texts("tenant"):
        try:
            found.add(tenant_slug(text))
        except InvalidInputError:
            continue
    return frozenset(found)


def tell_texts(
    table: DayTable, shops: Collection[str], options: LoadOptions, now: datetime
) -> None:
    """Tell a table what its texts say.

    Args:
        shops: the short names of those that may be loaded into.

    Raises:
        InvalidInputError: no column names the shop and none was said, or the dates of the table
            put the month first.
    """
    if "tenant" not in table.columns and not options.only:
        message = f"no column of {table.name} names the shop"
        raise InvalidInputError(message, "add a column tenant, or give --tenant SLUG")
    dates = DateCells(
        zone=ZoneInfo("UTC"), now=now, date_format=options.date_format, allows_future=True
    )
    _tell(table, "tenant", lambda text: _shop(table, text, shops, options))
    _tell(table, "sku", cells.sku)
    _tell(table, "location", lambda text: cells.location(text) if text.strip() else "")
    _tell(table, "date", lambda text: _day(dates, text))
    dates.check_order()
    _tell_numbers(table, options)


def _tell(table: DayTable, field: str, read: Read) -> None:
    table.tell(field, [_reading(text, read) for text in table.texts(field)])


def _reading(text: str, read: Read) -> Reading:
    try:
        return Reading(text, read(text))
    except SkippedRowError as error:
        return Reading(text, None, error.reason, error.message)


def _shop(table: DayTable, text: str, shops: Collection[str], options: LoadOptions) -> str:
    if "tenant" not in table.columns:
        return options.only
    try:
        slug = tenant_slug(text)
    except InvalidInputError as error:
        raise SkippedRowError("bad shop", error.message) from None
    if slug in shops:
        return slug
    if options.only:
        raise SkippedRowError("another shop", f"{slug!r} is not {options.only!r}")
    raise SkippedRowError("unknown shop", f"there is no active shop {slug!r}")


def _day(dates: DateCells, text: str) -> str:
    moment = dates.moment(text)
    if moment.has_time:
        detail = f"{text[:40]!r} has a time of day: `stock import sales` takes single sales"
        raise SkippedRowError("no whole day", detail)
    return moment.label


def _tell_numbers(table: DayTable, options: LoadOptions) -> None:
    """Tell what quantities and prices say; what 1.200 is, all numbers of the table decide."""
    signs = NumberSigns(table, (0,), decimal_comma=options.decimal_comma)
    written = [field for field in ("quantity", "price") if not table.is_number(field)]
    for field in written:
        for text in table.texts(field):
            signs.must_wait([text])

    def style_of(field: str, text: str) -> cells.NumberStyle:
        if field not in written:
            return cells.DOTTED
        signs.check([text])
        return signs.style

    def units(text: str) -> int:
        found = cells.units(text, style_of("quantity", text))
        if found <= 0:
            reason = "zero quantity" if found == 0 else "quantity below zero"
            raise SkippedRowError(reason, f"{text[:40]!r} units were not sold on a day")
        return int(found.scaleb(UNITS_A_STEP))

    def price(text: str) -> int | None:
        # A price that cannot be read does not make a sale undone.
        try:
            return int(cells.price(text, style_of("price", text)).scaleb(MONEY_A_STEP))
        except SkippedRowError:
            return None

    _tell(table, "quantity", units)
    _tell(table, "price", price)
