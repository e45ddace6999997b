"""What is said of the rows of a file of sales that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from stockcli.domain.errors import InvalidInputError
from stockcli.persistence.series_quantities import IN_DOUBT

EXAMPLES = 3
LONGEST_EXAMPLE = 40
MOST_REJECTED = 0.5
"""A file with a larger share of unreadable rows is not forecast."""
WITHOUT_A_PLACE = ("product", "date")
"""Problems of rows that belong to no series and day; all others leave an unknown figure."""

_PROBLEMS = {
    "product": "the product is empty",
    "date": "{!r} is no date",
    "quantity": "{!r} is no quantity",
    "in_stock": "{!r} is neither 1 nor 0",
}
_TORN = {
    "INVALID ENCODING": "it is not text in UTF-8",
    "LINE SIZE OVER MAXIMUM": "it is too long",
    "UNQUOTED VALUE": "a quotation mark is not closed, and what follows may be lost",
}


def rejects(connection: duckdb.DuckDBPyConnection, shown: str, *, is_text: bool) -> tuple[str, ...]:
    """Return what could not be read of the table `rows`, in sentences: how many, the first few.

    Raises:
        InvalidInputError: some rows are usable, and yet most cannot be read.
    """
    torn = torn_lines(connection) if is_text else []
    sql = "SELECT count(*), count(*) FILTER (NOT usable), count(problem) FROM rows"
    rows, lost, problems = connection.execute(sql).fetchall()[0]
    rows, lost, unknown = rows + len(torn), lost + len(torn), problems - lost
    said = []
    if lost:
        shown_lines = _examples(connection, torn, is_text=is_text, usable=False)
        said.append(f"{lost} of {rows} rows left out: {shown_lines}")
    if unknown:
        shown_lines = _examples(connection, torn, is_text=is_text, usable=True)
        said.append(
            f"{unknown} of {rows} rows without a figure that can be read; it counts as unknown, "
            f"not as zero: {shown_lines}"
        )
    if lost < rows and lost + unknown > MOST_REJECTED * rows:
        message = f"{shown} is not forecast: {lost + unknown} of its {rows} rows cannot be read"
        raise InvalidInputError(message, "; ".join(said))
    return tuple(said)


def _examples(
    connection: duckdb.DuckDBPyConnection,
    torn: Sequence[tuple[int, str]],
    *,
    is_text: bool,
    usable: bool,
) -> str:
    sql = (
        "SELECT rowid, problem, said FROM rows WHERE problem IS NOT NULL AND usable = ? "
        "ORDER BY rowid LIMIT ?"
    )
    found = [
        (line_of(int(row) + 1 + is_text, torn), _reason(problem, said))
        for row, problem, said in connection.execute(sql, [usable, EXAMPLES]).fetchall()
    ]
    found += [] if usable else torn
    word = "line" if is_text else "row"
    return "; ".join(f"{word} {line}: {why}" for line, why in sorted(found)[:EXAMPLES])


def _reason(problem: str, said: Any) -> str:
    text = str(said or "")[:LONGEST_EXAMPLE]
    if problem != IN_DOUBT:
        return _PROBLEMS[problem].format(text)
    whole, _, rest = text.replace(",", ".").partition(".")
    fraction = f".{rest}".rstrip("0").rstrip(".")
    return f"{text!r} may be {whole}{rest} or {whole}{fraction}: write thousands without a sign"


def torn_lines(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """Return the lines that could not be cut into the header's columns, and why."""
    sql = "SELECT line, min(error_type) FROM reject_errors GROUP BY line ORDER BY line"
    return [
        (int(line), _TORN.get(str(kind), "it has not as many columns as the header"))
        for line, kind in connection.execute(sql).fetchall()
    ]


def line_of(place: int, torn: Sequence[tuple[int, str]]) -> int:
    """Return the line of a row, given its place among those that could be read."""
    for line, _ in torn:
        if line > place:
            break
        place += 1
    return place
