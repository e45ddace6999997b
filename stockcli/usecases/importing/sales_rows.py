"""Rows of a sales file: what each sells or takes back."""

from __future__ import annotations

from decimal import Decimal

from stockcli.domain.ledger import MovementKind
from stockcli.usecases.importing import cells
from stockcli.usecases.importing.columns import Layout, columns_of, left_aside
from stockcli.usecases.importing.dates import DateCells
from stockcli.usecases.importing.naming import NameVotes
from stockcli.usecases.importing.number_signs import NumberSigns
from stockcli.usecases.importing.places import KnownPlaces
from stockcli.usecases.importing.profiles import (
    SalesLine,
    SalesOptions,
    SalesProfile,
    rule_of,
    skip_pattern,
)
from stockcli.usecases.importing.reading import Table
from stockcli.usecases.importing.report import SkippedRowError
from stockcli.usecases.importing.tally import MergedRows, Tally, business_key

LAYOUT = Layout(
    required=("sku", "quantity", "date"),
    optional=("invoice", "price", "name", "location", "status"),
)
LONGEST_INVOICE = 64
LONGEST_DESCRIPTION = 400


class SalesRows:
    """Reads rows of one file as sales and returns."""

    def __init__(
        self,
        table: Table,
        profile: SalesProfile,
        options: SalesOptions,
        known: KnownPlaces,
        dates: DateCells,
    ) -> None:
        self.columns = columns_of(table.header, LAYOUT, profile.columns, table.source.name)
        self.left_aside = left_aside(table.header, self.columns)
        self.names = NameVotes()
        self.tally = Tally()
        self._dates = dates
        self._known = known
        self._options = options
        self._rule = rule_of(profile)
        self._no_product = skip_pattern(profile.skip_sku)
        numbers = [self.columns[name] for name in ("quantity", "price") if name in self.columns]
        self.signs = NumberSigns(
            table, numbers, decimal_comma=profile.decimal_comma, keeps_order=False
        )
        self._codes: dict[str, str] = {}
        column = self.columns
        self._sku, self._quantity, self._date = (column[name] for name in LAYOUT.required)
        self._invoice, self._price, self._name, self._location, self._status = (
            column.get(name) for name in LAYOUT.optional
        )

    def take(self, _line_number: int, row: list[str]) -> None:
        """Add what a row moves to the tally.

        Raises:
            SkippedRowError: it moves nothing, or cannot be read.
        """
        sku = self._codes.get(row[self._sku]) or self._product(row[self._sku])
        units = cells.units(row[self._quantity], self.signs.style)
        moment = self._dates.moment(row[self._date])
        invoice = "" if self._invoice is None else _invoice(row[self._invoice])
        price = None if self._price is None else self._priced(row[self._price])
        kind = self._rule(self._line(row, invoice, units, price))
        location = self._known.location(
            "" if self._location is None else row[self._location],
            may_be_new=self._options.create_locations,
        )
        if self._name is not None and kind is MovementKind.SALE and sku not in self._known.skus:
            self.names.add(sku, row[self._name][:LONGEST_DESCRIPTION])
        # Tills begin again at number 1, some of them every day: the day is part of the key.
        document = f"{invoice}@{moment.day}" if invoice else moment.label
        reference = business_key(kind, document, sku, location)
        merged = MergedRows(
            kind=kind,
            sku=sku,
            location=location,
            units=units if units > 0 else -units,
            moment=moment,
            price=price,
        )
        self.tally.add(reference, merged)

    def _line(
        self, row: list[str], invoice: str, units: Decimal, price: Decimal | None
    ) -> SalesLine:
        has_status = self._status is not None
        status = "" if self._status is None else row[self._status]
        return SalesLine(
            invoice=invoice, units=units, price=price, status=status, has_status=has_status
        )

    def _product(self, text: str) -> str:
        sku = cells.sku(text)
        if self._no_product and self._no_product.fullmatch(sku):
            raise SkippedRowError("charge or voucher, not a product", f"{sku!r} is no product")
        if not self._options.create_products:
            self._known.sku(sku)
        self._codes[text] = sku
        return sku

    def _priced(self, text: str) -> Decimal | None:
        """Return the price; None if it cannot be read, which does not make a sale undone."""
        try:
            return cells.price(text, self.signs.style)
        except SkippedRowError:
            return None


def _invoice(text: str) -> str:
    number = text.strip()
    if len(number) > LONGEST_INVOICE or not number.isprintable():
        raise SkippedRowError("bad invoice number", f"{number[:40]!r} is no invoice number")
    return number
