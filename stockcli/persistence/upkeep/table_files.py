"""Tables as files: CSV that a spreadsheet may open, and Parquet."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from stockcli.domain.errors import DatabaseError, InvalidInputError
from stockcli.persistence.upkeep.exporting import MANIFEST, Manifest
from stockcli.persistence.upkeep.files import ensure_free, settle, unwritable
from stockcli.persistence.upkeep.shop_tables import TEXT, ShopTables

Row = Sequence[Any]
PRIVATE_FOLDER = 0o700
LARGEST_ROW_BYTES = 256 << 20
_FORMULA = re.compile(r"'*(\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
"""How a text begins that a spreadsheet would take for a formula, the signs of full width included,
or that was marked as text before."""


@dataclass(frozen=True)
class Form:
    """One way of writing a table.

    Attributes:
        ending: of its files.
        write: takes a file, columns with their kinds, and rows; returns how many there were.
    """

    ending: str
    write: Callable[[Path, Mapping[str, str], Iterable[Row]], int]


def write_tables(
    tables: ShopTables, folder: Path, about: Manifest, form: Form, *, replace: bool
) -> Manifest:
    """Write a file a table and a manifest; none takes its name before all of them are whole.

    Raises:
        ConflictError: there is a file of such a name already.
        DatabaseError: one cannot be written, or a row cannot be read.
        InvalidInputError: it is no folder, and none can be made there.
    """
    found = tables.all()
    names = [*(f"{table.name}.{form.ending}" for table in found), MANIFEST]
    with _folder(folder), _told(folder):
        for name in names:
            ensure_free(folder / name, replace=replace)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as partial:
            rising = Path(partial)
            for table, name in zip(found, names, strict=False):
                rows = form.write(rising / name, tables.columns(table), tables.rows(table))
                about.files[name] = {"rows": rows, "sha256": _digest(rising / name)}
            (rising / MANIFEST).write_text(about.written(), encoding="utf-8")
            for name in names:
                settle(rising / name, folder / name, replace=replace)
    return about


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Make the folder unless it is there; one that was made goes again if nothing comes into it."""
    is_new = not folder.exists()
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    except OSError as error:
        reason = "it is a file" if folder.exists() else error.strerror
        message = f"{folder} cannot be a folder: {reason}"
        raise InvalidInputError(message, "name a new folder in one that is there") from error
    try:
        yield
    except BaseException:
        if is_new and not any(folder.iterdir()):
            folder.rmdir()
        raise


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn a failure to write into a sentence."""
    try:
        yield
    except OSError as error:
        raise unwritable(folder, error) from error
    except duckdb.Error as error:
        message = f"the tables cannot be written to {folder}: is there room enough?"
        raise DatabaseError(message) from error


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_csv(file: Path, columns: Mapping[str, str], rows: Iterable[Row]) -> int:
    """Write rows as CSV (RFC 4180, UTF-8): all text in quotes, nothing at all where there is none.

    An empty text is "", a missing value is nothing.
    """
    is_text = [kind == TEXT for kind in columns.values()]
    count = 0
    with file.open("w", encoding="utf-8", newline="") as opened:
        opened.write(",".join(columns) + "\r\n")
        for row in rows:
            cells = map(_cell, row, is_text)
            opened.write(",".join(cells) + "\r\n")
            count += 1
    return count


def _cell(value: Any, is_text: bool) -> str:  # noqa: FBT001 - mapped over columns
    if value is None:
        return ""
    if is_text:
        return '"' + as_text(str(value)).replace('"', '""') + '"'
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_text(text: str) -> str:
    """Return a text as a spreadsheet shows it and never computes it: an apostrophe marks it.

    Only what begins like a formula is marked, blanks before it or not, and what is marked already
    is marked once more, so that `from_text` gives back exactly what was there. Numbers are no
    text and stay. Source: OWASP, CSV Injection.

    >>> as_text("=1+1"), as_text("'=1+1"), as_text("Mug, 5%"), as_text("'quoted'")
    ("'=1+1", "''=1+1", 'Mug, 5%', "'quoted'")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def from_text(text: str) -> str:
    """Return what `as_text` was given.

    >>> from_text("'=1+1"), from_text("''=1+1"), from_text("'quoted'")
    ('=1+1', "'=1+1", "'quoted'")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def write_parquet(file: Path, columns: Mapping[str, str], rows: Iterable[Row]) -> int:
    """Write rows as Parquet, every text exactly as it is kept; through lines of JSON beside it."""
    staged, count = file.with_suffix(".jsonl"), 0
    with staged.open("w", encoding="utf-8") as opened:
        for row in rows:
            opened.write(
                json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n"
            )
            count += 1
    kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    turn = f"""
    COPY (
        FROM read_json(?, format = 'newline_delimited', columns = {{{kinds}}},
                       maximum_object_size = {LARGEST_ROW_BYTES})
    ) TO ? (FORMAT parquet, COMPRESSION zstd)
    """
    with duckdb.connect(config={"memory_limit": "1GB", "threads": 1}) as connection:
        connection.execute(turn, [str(staged), str(file)])
    staged.unlink()
    return count


FORMS = {"csv": Form("csv", write_csv), "parquet": Form("parquet", write_parquet)}
