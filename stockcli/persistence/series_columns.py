"""Which column of a table of sales is what, and how its cells are read, as SQL.

Nothing a file holds stands in the SQL: a text table's columns go by their place, and names of a
Parquet file are quoted.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import IO

from stockcli.domain.errors import InvalidInputError

REQUIRED = ("product", "date", "quantity")
OPTIONAL = ("location", "in_stock")
LONGEST_HEADER_BYTES = 1_000_000
LONGEST_LIST = 300
UTF_16 = b"\xff\xfe"
"""How Excel begins its "Unicode text"."""
BLANKS = "E' \\t\\r\\n' || chr(160)"
USUAL_NAMES: Mapping[str, str] = {
    "product": "sku item itemid itemcode productid productcode stockcode uniqueid article code",
    "date": "day ds datetime timestamp invoicedate orderdate saledate week month period",
    "quantity": "qty units unitssold sales sold y demand amount count",
    "location": "store storeid shop warehouse site branch",
    "in_stock": "instock available availability",
}
"""What other programs call the columns: a hint for the message, nothing is guessed."""

_DAY_FIRST = r"'^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,].*)?$'"
_YEAR_FIRST = r"'^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?$'"
_NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "BOOLEAN")
_DATES = ("DATE", "TIMESTAMP")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One column as SQL knows it.

    Attributes:
        sql: a quoted name, or what is made of one.
        kind: DuckDB's type of it, such as VARCHAR.
    """

    sql: str
    kind: str = "VARCHAR"

    @property
    def is_number(self) -> bool:
        """Return whether the column holds numbers or truth values, and no text."""
        return "[" not in self.kind and any(kind in self.kind for kind in _NUMBERS)

    @property
    def is_date(self) -> bool:
        """Return whether the column holds dates or instants, and no text."""
        return self.kind.startswith(_DATES)

    @property
    def text(self) -> str:
        """Return its text without blanks around it."""
        return f"trim(CAST({self.sql} AS VARCHAR), {BLANKS})"


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """How a text file is written.

    Attributes:
        encoding: as DuckDB names it.
    """

    header: tuple[str, ...]
    delimiter: str
    compressed: bool
    encoding: str


def read_text_table(path: Path, shown: str) -> TextTable:
    """Return how a CSV or TSV file is written, from its first bytes.

    Raises:
        InvalidInputError: it is empty, not text, or broken.
    """
    compressed = path.suffix.lower() == ".gz"
    opening = _opening(path, shown, compressed=compressed)
    if not opening.startswith(UTF_16) and b"\0" in opening:
        raise InvalidInputError(f"{shown} is not text in UTF-8", "save it as CSV in UTF-8")
    text, encoding = _decoded(opening)
    if not text.strip():
        raise InvalidInputError(f"{shown} is empty", "it needs a header and a row a sale")
    line = text.splitlines()[0]
    delimiter = max(",;\t|", key=line.count)
    header = tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter)))
    return TextTable(header=header, delimiter=delimiter, compressed=compressed, encoding=encoding)


def _opening(path: Path, shown: str, *, compressed: bool) -> bytes:
    try:
        with gzip.open(path) if compressed else path.open("rb") as file:
            return _first_bytes(file)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InvalidInputError(f"{shown} is broken, or not compressed by gzip") from None
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise InvalidInputError(f"{shown} cannot be read: {reason}") from None


def _first_bytes(file: IO[bytes] | gzip.GzipFile) -> bytes:
    return file.read(LONGEST_HEADER_BYTES)


def _decoded(opening: bytes) -> tuple[str, str]:
    """Return the text, and its encoding: what is not UTF-8 is Latin-1, as old tills write it."""
    if opening.startswith(UTF_16):
        return opening.decode("utf-16", "ignore"), "utf-16"
    for missing in range(4):
        # The last character may be cut in two.
        try:
            whole = opening[: len(opening) - missing]
            return whole.decode("utf-8-sig"), "utf-8"
        except UnicodeDecodeError:
            continue
    return opening.decode("latin-1"), "latin-1"


def find_columns(header: Sequence[str], shown: str) -> dict[str, int]:
    """Return where each known column stands; capitals and blanks do not matter.

    Raises:
        InvalidInputError: a required one is missing, or one stands twice.
    """
    plain = [_plain(name) for name in header]
    for name in (*REQUIRED, *OPTIONAL):
        if plain.count(_plain(name)) > 1:
            raise InvalidInputError(f"{shown} has two columns called {name}", "rename one of them")
    missing = [name for name in REQUIRED if _plain(name) not in plain]
    if missing:
        raise _without(missing, header, shown)
    return {
        name: plain.index(_plain(name)) for name in (*REQUIRED, *OPTIONAL) if _plain(name) in plain
    }


def _without(missing: Sequence[str], header: Sequence[str], shown: str) -> InvalidInputError:
    found = ", ".join(name if name.isprintable() else repr(name) for name in header)
    found = found if len(found) <= LONGEST_LIST else f"{found[:LONGEST_LIST]}..."
    what = f"column {missing[0]}" if len(missing) == 1 else f"columns {', '.join(missing)}"
    renames = [f"{near} to {name}" for name in missing for near in _nearest(name, header)]
    columns = ", ".join(REQUIRED)
    hint = f"rename {' and '.join(renames)}" if renames else f"the table needs {columns}"
    return InvalidInputError(f"{shown} has no {what}; its columns are {found}", hint)


def _nearest(name: str, header: Sequence[str]) -> list[str]:
    """Return the column that may be meant, in a list; known columns are not renamed."""
    known = {_plain(one) for one in (*REQUIRED, *OPTIONAL)}
    plain = {_plain(column): column for column in header if _plain(column) not in known}
    usual = [plain[one] for one in USUAL_NAMES[name].split() if one in plain]
    return (usual or [plain[one] for one in get_close_matches(_plain(name), plain)])[:1]


def _plain(name: str) -> str:
    return "".join(one for one in name.casefold() if one.isalnum())


def day_sql(cell: Cell, *, day_first: bool | None, months: bool) -> str:
    """Return SQL for the day a cell says, NULL where it says none.

    Args:
        cell: of the dates.
        day_first: how 03/04/2026 is read; None if the table has no such dates.
        months: whether 2026-04 is a date too.
    """
    if cell.is_date:
        return f"TRY_CAST({cell.sql} AS DATE)"
    text = cell.text
    cases = [
        (f"{text} LIKE '____-__-__'", f"TRY_CAST({text} AS DATE)"),
        (f"regexp_matches({text}, {_YEAR_FIRST})", _day_of(text, _YEAR_FIRST, (1, 2, 3))),
        (rf"regexp_matches({text}, '^\d{{8}}$')", f"TRY_STRPTIME({text}, '%Y%m%d')::DATE"),
    ]
    if months:
        cases.append((rf"regexp_matches({text}, '^\d{{4}}-\d{{2}}$')", _first_of_month(text)))
    if day_first is not None:
        places = (3, 2, 1) if day_first else (3, 1, 2)
        cases.append((f"regexp_matches({text}, {_DAY_FIRST})", _day_of(text, _DAY_FIRST, places)))
    whens = " ".join(f"WHEN {condition} THEN {day}" for condition, day in cases)
    return f"CASE {whens} END"


def _first_of_month(text: str) -> str:
    return f"TRY_CAST({text} || '-01' AS DATE)"


def _day_of(text: str, pattern: str, places: tuple[int, int, int]) -> str:
    parts = " || '-' || ".join(f"regexp_extract({text}, {pattern}, {place})" for place in places)
    return f"TRY_CAST({parts} AS DATE)"


def parts_sql(cell: Cell) -> tuple[str, str]:
    """Return SQL for the first and the second number of dates such as 31/12/2026."""
    first, second = (
        f"TRY_CAST(regexp_extract({cell.text}, {_DAY_FIRST}, {place}) AS INTEGER)"
        for place in (1, 2)
    )
    return first, second


def in_stock_sql(cell: Cell) -> str:
    """Return SQL for whether the shelf held any: true where it is not said, NULL where unreadable.

    1 and 0, true and false, yes and no.
    """
    text = f"coalesce(lower({cell.text}), '')"
    return (
        f"CASE WHEN {text} IN ('1', '1.0', 'true', 't', 'yes', 'y', '') THEN true "
        f"WHEN {text} IN ('0', '0.0', 'false', 'f', 'no', 'n') THEN false END"
    )
