"""Thresholds written as CSV or Parquet, whole or not at all."""

from __future__ import annotations

import csv
import gzip
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, cast

import duckdb

from stockcli.domain.errors import InvalidInputError
from stockcli.usecases.ports import THRESHOLD_COLUMNS, SeriesThreshold

ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet", ".pq")
PARQUET_MAGIC = b"PAR1"
_TEXTS = frozenset({"product", "location", "demand_class", "model", "note"})
_KINDS = {
    column: "VARCHAR" if column in _TEXTS else "BIGINT" if column == "periods" else "DOUBLE"
    for column in THRESHOLD_COLUMNS
}


@dataclass(frozen=True, kw_only=True)
class ThresholdFile:
    """A file of thresholds; the old one stands until the new one is complete.

    Attributes:
        path: where it will be; its ending says how it is written.
        shown: as the user named it.
    """

    path: Path
    shown: str

    @property
    def is_parquet(self) -> bool:
        """Return whether it is written as Parquet."""
        return self.path.name.lower().endswith((".parquet", ".pq"))

    def write(self, rows: Iterable[SeriesThreshold]) -> int:
        """Write the rows as they come, and return how many.

        Raises:
            InvalidInputError: the file cannot be written.
        """
        with _beside(self.path, self.shown) as rising:
            written = self._write_rows(rising, rows)
            with _told(self.shown):
                if self.is_parquet:
                    _turn_into_parquet(rising)
                rising.replace(self.path)
        return written

    def _write_rows(self, rising: Path, rows: Iterable[SeriesThreshold]) -> int:
        name, written = self.path.name.lower(), 0
        with _told(self.shown):
            file = _opened(rising, name)
        table = csv.writer(
            file,
            delimiter=_delimiter(name),
            lineterminator="\n",
            quoting=csv.QUOTE_ALL if self.is_parquet else csv.QUOTE_MINIMAL,
        )
        try:
            table.writerow(THRESHOLD_COLUMNS)
            for row in rows:
                # What fails while the rows are made is no failure to write.
                with _told(self.shown):
                    table.writerow(row.cells())
                written += 1
        finally:
            with _told(self.shown):
                file.close()
        return written


def open_threshold_file(path: Path, source: Path) -> ThresholdFile:
    """Return where thresholds will be written, sure that they can be.

    Args:
        source: the file that is read, which must not be written over.

    Raises:
        InvalidInputError: it cannot be written there, or something else stands there.
    """
    shown = str(path)
    if not path.name.lower().endswith(ENDINGS):
        message = f"{shown} is neither CSV nor Parquet by its ending"
        raise InvalidInputError(message, "name it .csv, .csv.gz, .tsv or .parquet")
    with _told(shown):
        target = path.resolve()
        if target.is_dir():
            raise InvalidInputError(f"{shown} is a folder", "name a file in it")
        if not target.parent.is_dir():
            raise InvalidInputError(f"there is no folder {path.parent}", "make it first")
        if target.exists():
            _ensure_replaceable(target, source, shown)
        # To know now, not after an hour of forecasting.
        with _beside(target, shown) as probe:
            probe.touch()
    return ThresholdFile(path=target, shown=shown)


def _ensure_replaceable(target: Path, source: Path, shown: str) -> None:
    if source.exists() and target.samefile(source):
        raise InvalidInputError(f"{shown} is the file that is read", "name another for the output")
    if target.is_file() and (target.stat().st_size == 0 or _is_ours(target)):
        return
    message = f"{shown} exists and is no table of thresholds: it stays as it is"
    raise InvalidInputError(message, "name another file")


def _is_ours(target: Path) -> bool:
    name = target.name.lower()
    if name.endswith((".parquet", ".pq")):
        return _parquet_columns(target) == THRESHOLD_COLUMNS
    opener = gzip.open if name.endswith(".gz") else open
    expected = _delimiter(name).join(THRESHOLD_COLUMNS)
    try:
        with opener(target, "rt", encoding="utf-8") as file:
            return cast("TextIO", file).readline(len(expected) + 2).rstrip("\r\n") == expected
    except (gzip.BadGzipFile, EOFError, UnicodeDecodeError):
        return False


def _parquet_columns(target: Path) -> tuple[str, ...]:
    with target.open("rb") as file:
        if file.read(len(PARQUET_MAGIC)) != PARQUET_MAGIC:
            return ()
    with duckdb.connect() as connection, suppress(duckdb.Error):
        return tuple(connection.read_parquet(_plain_pattern(target)).columns)
    return ()


def _plain_pattern(path: Path) -> str:
    """Return a path in which *, ? and [ mean themselves."""
    return "".join(f"[{one}]" if one in "*?[" else one for one in str(path))


@contextmanager
def _beside(target: Path, shown: str) -> Iterator[Path]:
    """Yield a name beside the target; whatever is left there in the end is removed."""
    rising = target.parent / f".stock-{os.getpid()}-{secrets.token_hex(4)}.rising"
    try:
        yield rising
    finally:
        with _told(shown):
            rising.unlink(missing_ok=True)


@contextmanager
def _told(shown: str) -> Iterator[None]:
    """Turn a failure to write into a sentence.

    Raises:
        InvalidInputError: something could not be written.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise InvalidInputError(f"{shown} cannot be written: {reason}") from None
    except duckdb.Error:
        message = f"{shown} cannot be written: is there room enough?"
        raise InvalidInputError(message) from None


def _opened(rising: Path, name: str) -> TextIO:
    if name.endswith(".gz"):
        return cast("TextIO", gzip.open(rising, "wt", encoding="utf-8", newline=""))
    return rising.open("w", encoding="utf-8", newline="")


def _delimiter(name: str) -> str:
    return "\t" if name.endswith((".tsv", ".tsv.gz")) else ","


def _turn_into_parquet(rising: Path) -> None:
    """Replace rows written as CSV by the same rows as Parquet."""
    turned = rising.with_suffix(".turned")
    kinds = ", ".join(f"'{column}': '{kind}'" for column, kind in _KINDS.items())
    texts = ", ".join(f"'{column}'" for column in sorted(_TEXTS))
    sql = f"""
    COPY (
        FROM read_csv(?, columns = {{{kinds}}}, auto_detect = false, header = true, delim = ',',
                      quote = '"', escape = '"', parallel = false, force_not_null = [{texts}])
    ) TO ? (FORMAT parquet, COMPRESSION zstd)
    """
    try:
        with duckdb.connect(config={"memory_limit": "200MB", "threads": 1}) as connection:
            connection.execute(sql, [_plain_pattern(rising), str(turned)])
        turned.replace(rising)
    finally:
        turned.unlink(missing_ok=True)
