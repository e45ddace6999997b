"""Which supplier somebody means: by code, by words of the name, misspelt."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from stockcli.agent.quoting import quoted
from stockcli.agent.search.spelling import words_of
from stockcli.domain.errors import NotFoundError
from stockcli.domain.identifiers import folded
from stockcli.usecases.suppliers import SupplierRow

LIKE = 80
NEAREST = 5


def meant(text: str, rows: Sequence[SupplierRow]) -> list[SupplierRow]:
    """Return the suppliers a text means.

    Raises:
        NotFoundError: none; with some there are.
    """
    wanted = folded(text).strip()
    exact = [row for row in rows if folded(row.supplier.code) == wanted]
    if exact:
        return exact
    names = [folded(f"{row.supplier.code} {row.supplier.name}") for row in rows]
    words = words_of(text)
    holding = [row for row, name in zip(rows, names, strict=True) if all(w in name for w in words)]
    if words and holding:
        return holding
    like = process.extract(wanted, names, scorer=fuzz.WRatio, score_cutoff=LIKE, limit=NEAREST)
    if like:
        return [rows[place] for _, _, place in like]
    some = tuple(f"{row.supplier.code} {row.supplier.name}" for row in rows[:NEAREST])
    raise NotFoundError(f"there is no supplier like {quoted(text)}", nearest=some)
