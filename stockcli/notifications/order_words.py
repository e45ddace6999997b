"""The words of a purchase order, in the languages it is written in, and its figures as written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel import Locale

ENGLISH = "en"
LOCALES = {"en": "en_GB", "pt": "pt_BR"}

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Purchase order",
        "revision": "Revision",
        "replaces": "It replaces every earlier revision of this order.",
        "from": "From",
        "to": "To",
        "deliver": "Deliver to",
        "ordered": "Ordered",
        "expected": "Expected",
        "sku": "SKU",
        "product": "Product",
        "quantity": "Quantity",
        "unit_cost": "Unit cost",
        "amount": "Amount",
        "total": "Total",
        "note": "Note",
        "quote": "Please quote {number}; an order with this number is placed once.",
    },
    "pt": {
        "title": "Pedido de compra",
        "revision": "Revis\u00e3o",
        "replaces": "Substitui todas as revis\u00f5es anteriores deste pedido.",
        "from": "De",
        "to": "Para",
        "deliver": "Entregar em",
        "ordered": "Data do pedido",
        "expected": "Entrega prevista",
        "sku": "C\u00f3digo",
        "product": "Produto",
        "quantity": "Quantidade",
        "unit_cost": "Custo unit\u00e1rio",
        "amount": "Valor",
        "total": "Total",
        "note": "Observa\u00e7\u00e3o",
        "quote": "Informe sempre o n\u00famero {number}; ele vale para um s\u00f3 pedido.",
    },
}


@dataclass(frozen=True)
class Wording:
    """How one language writes an order.

    Attributes:
        language: a key of LOCALES; English for any other.
        currency: ISO 4217 code.
    """

    language: str
    currency: str

    @classmethod
    def of(cls, order: Mapping[str, Any]) -> Wording:
        """Return how an order is written, of its document."""
        language = str(order.get("language", ENGLISH))
        return cls(language if language in LOCALES else ENGLISH, str(order["currency"]))

    @property
    def words(self) -> Mapping[str, str]:
        """Return the words, by what they stand for."""
        return _WORDS[self.language]

    @property
    def locale(self) -> Locale:
        """Return how figures and days are written."""
        from babel import Locale  # noqa: PLC0415 - a quarter of a second that only an order is worth

        return Locale.parse(LOCALES[self.language])

    def amount(self, value: Any) -> str:
        """Return an amount of money, such as "\u00a324.50" or "R$ 24,50"."""
        from babel.numbers import format_currency  # noqa: PLC0415 - as above

        return format_currency(exact(value), self.currency, locale=self.locale)

    def unit_cost(self, value: Any) -> str:
        """Return a price per unit, which may be fractions of a cent."""
        from babel.numbers import format_currency  # noqa: PLC0415 - as above

        pattern = self.locale.currency_formats["standard"].pattern.replace("0.00", "0.00##")
        return format_currency(
            exact(value), self.currency, pattern, locale=self.locale, currency_digits=False
        )

    def quantity(self, value: Any) -> str:
        """Return a number of units."""
        from babel.numbers import format_decimal  # noqa: PLC0415 - as above

        return format_decimal(exact(value), "#,##0.###", locale=self.locale)

    def day(self, value: str) -> str:
        """Return a calendar day, such as "1 May 2024"."""
        from babel.dates import format_date  # noqa: PLC0415 - as above

        return format_date(date.fromisoformat(value), "long", locale=self.locale)


def exact(value: Any) -> Decimal:
    """Return a number of a document as it was before it became JSON."""
    return Decimal(str(value))
