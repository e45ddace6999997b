"""The suppliers a catalogue names, by code or by name."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from stockcli.domain.catalogue import Supplier
from stockcli.domain.identifiers import SupplierId
from stockcli.usecases.importing import cells
from stockcli.usecases.importing.report import SkippedRowError


class KnownSuppliers:
    """Finds the shop's suppliers by what a cell says of them."""

    def __init__(self, suppliers: Iterable[Supplier]) -> None:
        """Index them by code and by name."""
        self._by_code: dict[str, SupplierId] = {}
        self._by_name: dict[str, list[SupplierId]] = defaultdict(list)
        for supplier in suppliers:
            self._by_code[supplier.code] = supplier.id
            self._by_name[folded(supplier.name)].append(supplier.id)

    def id_of(self, text: str) -> SupplierId | None:
        """Return the supplier of a cell, by code before name; None for an empty cell.

        Raises:
            SkippedRowError: there is none, or several have this name.
        """
        if not text:
            return None
        named = self._by_name.get(folded(text), [])
        code = cells.supplier(text)
        if code in self._by_code:
            return self._by_code[code]
        if len(named) > 1:
            detail = f"{len(named)} suppliers are called {text[:40]!r}: give the code"
            raise SkippedRowError("unknown supplier", detail)
        if not named:
            raise SkippedRowError("unknown supplier", f"there is no supplier {code!r}")
        return named[0]


def folded(name: str) -> str:
    """Return a name as it is compared: no accents, no capitals, single blanks.

    >>> folded(" Café  São JOSÉ ")
    'cafe sao jose'
    """
    letters = unicodedata.normalize("NFKD", name)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())
