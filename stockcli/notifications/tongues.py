"""The languages alerts are written in: sentences from a catalogue, numbers and days by Babel."""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from stockcli.domain.shop import Language, Tenant

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "alerts"
AFTER_THE_AMOUNT = "#,##0.00\N{NO-BREAK SPACE}\N{CURRENCY SIGN}"
"""Where the euro stands in Portuguese; the real stands before its amount."""


@lru_cache
def catalogue(language: Language) -> gettext.NullTranslations:
    """Return the sentences of a language, read from its .po file; English ones are in the code."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only an alert is worth it
    from babel.messages.pofile import read_po  # noqa: PLC0415

    if language is Language.ENGLISH:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with catalogue_file(language).open("rb") as source:
        write_mo(compiled, read_po(source, locale=language.value))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def catalogue_file(language: Language) -> Path:
    """Return where the sentences of a language are kept."""
    return LOCALE / language.value / "LC_MESSAGES" / f"{DOMAIN}.po"


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """Says things in a shop's language and money.

    Attributes:
        currency: ISO 4217 code.
    """

    language: Language
    currency: str

    @classmethod
    def of(cls, shop: Tenant) -> Tongue:
        """Return the tongue a shop chose."""
        return cls(language=shop.policy.language, currency=shop.currency)

    def say(self, message: str, **values: Any) -> str:
        """Return a sentence, its %(name)s filled in."""
        return catalogue(self.language).gettext(message) % values

    def say_many(self, one: str, many: str, count: int, **values: Any) -> str:
        """Return a sentence for one, or for so many: %(count)s is filled in too."""
        said = catalogue(self.language).ngettext(one, many, count)
        return said % {"count": self.number(count), **values}

    def number(self, value: Decimal | int | str) -> str:
        """Return a quantity as the language writes it.

        >>> Tongue(language=Language.PORTUGUESE, currency="EUR").number("1234.5")
        '1.234,5'
        """
        from babel.numbers import format_decimal  # noqa: PLC0415

        return _plain_spaces(format_decimal(Decimal(value), locale=self._locale))

    def money(self, value: Decimal | str) -> str:
        """Return an amount in the shop's currency.

        >>> Tongue(language=Language.PORTUGUESE, currency="EUR").money("1234.56")
        '1.234,56 €'
        >>> Tongue(language=Language.PORTUGUESE, currency="BRL").money("1234.56")
        'R$ 1.234,56'
        >>> Tongue(language=Language.ENGLISH, currency="GBP").money("1234.56")
        '£1,234.56'
        """
        from babel.numbers import format_currency  # noqa: PLC0415

        is_after = self.language is Language.PORTUGUESE and self.currency != "BRL"
        pattern = AFTER_THE_AMOUNT if is_after else None
        said = format_currency(Decimal(value), self.currency, pattern, locale=self._locale)
        return _plain_spaces(said)

    def day(self, iso: str) -> str:
        """Return a day with its weekday.

        >>> Tongue(language=Language.PORTUGUESE, currency="EUR").day("2024-05-02")
        'quinta-feira, 2 de maio de 2024'
        >>> Tongue(language=Language.ENGLISH, currency="GBP").day("2024-05-02")
        'Thursday, 2 May 2024'
        """
        from babel.dates import format_date  # noqa: PLC0415

        return _plain_spaces(format_date(date.fromisoformat(iso), "full", locale=self._locale))

    @property
    def _locale(self) -> str:
        if self.language is Language.PORTUGUESE:
            return "pt"
        return "en_US" if self.currency == "USD" else "en_GB"


def _plain_spaces(text: str) -> str:
    """Return text that an SMS can take as it is: without spaces of another alphabet."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
