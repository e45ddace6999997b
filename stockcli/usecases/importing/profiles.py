"""How a shop's files are to be read: built-in profiles, saved ones, and the options of a call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.domain.ledger import MovementKind
from stockcli.usecases.importing.columns import ColumnMapping, plain_header
from stockcli.usecases.importing.report import SkippedRowError
from stockcli.usecases.ports import UnitOfWork

LONGEST_PATTERN = 300
REPEATS_PER_ALTERNATIVE = 3
_REPEATED_GROUP = re.compile(r"(?<!\\)\)[*+{]")


@dataclass(frozen=True, kw_only=True)
class SalesLine:
    """What decides whether a row is a sale; the price is None where the file has none."""

    invoice: str
    units: Decimal
    price: Decimal | None
    status: str
    has_status: bool


Rule = Callable[[SalesLine], MovementKind]


@dataclass(frozen=True, kw_only=True)
class SalesOptions:
    """How a sales file is to be read.

    Attributes:
        mapping: columns by name; the rest is detected.
        profile: the name of a saved or built-in profile; empty to detect.
        save_profile: the name to save the columns and options under that were used.
        date_format: as in strptime; empty for ISO dates and day/month/year.
        decimal_comma: whether 1,250 is one and a quarter and 1.250 a thousand; None to judge.
        skip_sku: a regular expression; codes that match as a whole are no products.
        create_products: whether unknown SKUs become products; otherwise their rows are skipped.
        create_locations: the same for locations.
        location: the code rows belong to that name none; empty for the shop's first.
    """

    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    profile: str = ""
    save_profile: str = ""
    date_format: str = ""
    decimal_comma: bool | None = None
    skip_sku: str = ""
    create_products: bool = True
    create_locations: bool = False
    location: str = ""


@dataclass(frozen=True, kw_only=True)
class SalesProfile:
    """How files of one origin are read: columns by field, and what their rows mean."""

    name: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: str = ""
    decimal_comma: bool | None = None
    skip_sku: str = ""
    rules: str = "plain"

    def to_json(self) -> dict[str, Any]:
        """Return the profile as it is saved, without its name."""
        return {key: value for key, value in asdict(self).items() if key != "name"}


ONLINE_RETAIL = SalesProfile(
    name="online-retail",
    columns={
        "invoice": "InvoiceNo",
        "sku": "StockCode",
        "name": "Description",
        "quantity": "Quantity",
        "date": "InvoiceDate",
        "price": "UnitPrice",
    },
    skip_sku=r"POST|DOT|M|B|C\d|D|S|23444|BANK CHARGES|ADJUST\d*|AMAZONFEE|CRUK|PADS"
    r"|GIFT(_\d+_\d+)?|TEST\d+",
    rules="online-retail",
)
"""The web shop's invoice lines of doi 10.24432/C5BW33; columns C5CG6D names otherwise are found."""

BUILT_IN = {ONLINE_RETAIL.name: ONLINE_RETAIL}
_ONLINE_RETAIL_HEADER = frozenset(
    {"stockcode", "description", "quantity", "invoicedate", "customerid", "country"}
)


def profile_for(header: Sequence[str], options: SalesOptions, unit: UnitOfWork) -> SalesProfile:
    """Return how a file is read: the profile named or recognised, the options laid over it.

    Raises:
        NotFoundError: there is no profile of this name.
        InvalidInputError: the pattern of SKUs to skip is none.
    """
    profile = _named(options.profile, unit) if options.profile else _recognised(header)
    laid_over = replace(
        profile,
        columns={**profile.columns, **options.mapping.chosen()},
        date_format=options.date_format or profile.date_format,
        decimal_comma=profile.decimal_comma
        if options.decimal_comma is None
        else options.decimal_comma,
        skip_sku=options.skip_sku or profile.skip_sku,
    )
    skip_pattern(laid_over.skip_sku)
    return laid_over


def skip_pattern(pattern: str) -> re.Pattern[str] | None:
    """Return the pattern of codes that are no products; None for an empty one.

    Raises:
        InvalidInputError: it is no regular expression, or one that could take for ever.
    """
    if _may_take_for_ever(pattern):
        raise InvalidInputError(
            f"{pattern[:80]!r} repeats a group, or repeats too often, and could take for ever",
            "list the codes with |, for example 'POST|FEE.*'",
        )
    try:
        return re.compile(pattern[:LONGEST_PATTERN], re.IGNORECASE) if pattern else None
    except re.error as error:
        raise InvalidInputError(
            f"{pattern[:80]!r} is no regular expression: {error}", "for example 'POST|FEE.*'"
        ) from None


def _may_take_for_ever(pattern: str) -> bool:
    """Return whether repeats are nested, or so many that trying them all has no end."""
    repeats = max(len(re.findall(r"[*+{]", part)) for part in pattern.split("|"))
    return repeats > REPEATS_PER_ALTERNATIVE or bool(_REPEATED_GROUP.search(pattern))


def rule_of(profile: SalesProfile) -> Rule:
    """Return what decides about the rows of a profile's files."""
    return online_retail_rule if profile.rules == ONLINE_RETAIL.rules else plain_rule


def _named(name: str, unit: UnitOfWork) -> SalesProfile:
    with unit.reading():
        saved, known = unit.imports.profile(name), unit.imports.profiles()
    if saved is not None:
        fields = {key: value for key, value in saved.items() if key in SalesProfile().to_json()}
        return SalesProfile(**{**fields, "name": name})
    if name in BUILT_IN:
        return BUILT_IN[name]
    message = f"there is no import profile {name!r}"
    raise NotFoundError(message, nearest=(*known, *BUILT_IN))


def _recognised(header: Sequence[str]) -> SalesProfile:
    plain = frozenset(plain_header(name) for name in header)
    if not plain >= _ONLINE_RETAIL_HEADER:
        return SalesProfile()
    present = {
        field: column
        for field, column in ONLINE_RETAIL.columns.items()
        if plain_header(column) in plain
    }
    return replace(ONLINE_RETAIL, columns=present)


_CANCELLED = frozenset(
    {"cancelled", "canceled", "cancelado", "cancelada", "void", "voided", "anulado", "failed"}
)
_RETURNED = frozenset({"returned", "return", "refunded", "refund", "devolvido", "devolução"})


def plain_rule(line: SalesLine) -> MovementKind:
    """Return what a row of an ordinary file is.

    Raises:
        SkippedRowError: nothing that moved stock.
    """
    status = line.status.strip().casefold()
    if line.units == 0:
        raise SkippedRowError("zero quantity", "the quantity is 0")
    if status in _CANCELLED:
        raise SkippedRowError("cancelled", f"its status is {line.status[:40]!r}")
    if line.units < 0 or status in _RETURNED:
        return MovementKind.RETURN
    return MovementKind.SALE


def online_retail_rule(line: SalesLine) -> MovementKind:
    """Return what an invoice line of the online-retail files is.

    Where the file's status column marks sales that were cancelled later, both they and their
    credit notes are left out; without it, sale and credit note are booked and balance.

    Raises:
        SkippedRowError: no sale, or one that was taken back.
    """
    if line.invoice.startswith("A"):
        raise SkippedRowError("bad-debt bookkeeping", f"invoice {line.invoice}")
    if line.price is None:
        raise SkippedRowError("bad price", f"invoice {line.invoice}")
    if line.invoice.startswith("C"):
        if line.has_status:
            raise SkippedRowError("credit note", f"invoice {line.invoice}")
        return plain_rule(line)
    if line.units < 0:
        raise SkippedRowError("stock write-off, not a sale", f"invoice {line.invoice}")
    if line.price == 0:
        raise SkippedRowError(
            "no price: a free item or stock found, not demand", f"invoice {line.invoice}"
        )
    if line.status == "sale_cancelled":
        raise SkippedRowError("sale cancelled later by a credit note", f"invoice {line.invoice}")
    return plain_rule(line)
