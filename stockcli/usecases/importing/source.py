"""Where a file comes from: a path or standard input, plain or gzip, read once."""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from stockcli.domain.errors import InvalidInputError

STANDARD_INPUT = "-"
LONGEST_LINE_BYTES = 100_000
_GZIP = b"\x1f\x8b"
_BUFFER_BYTES = 1 << 17


@dataclass(frozen=True, kw_only=True)
class ImportSource:
    """A file to take in, not opened yet.

    Attributes:
        name: what people call it.
        open: opens its bytes; called once.
        size_bytes: as stored, for a progress bar; None if it cannot be known.
    """

    name: str
    open: Callable[[], BinaryIO]
    size_bytes: int | None = None


def file_source(path: str | Path) -> ImportSource:
    """Return a file's source; "-" is standard input.

    Raises:
        InvalidInputError: there is no such file, or it may not be looked at.
    """
    if str(path) == STANDARD_INPUT:
        return ImportSource(name="standard input", open=lambda: sys.stdin.buffer)
    file = Path(path)
    try:
        if not file.exists() or file.is_dir():
            raise InvalidInputError(f"there is no file {path}", "give the path of a CSV file, or -")
        size = file.stat().st_size if file.is_file() else None
    except OSError as error:
        raise _unreadable(file.name[:80], error) from None
    return ImportSource(name=file.name, open=lambda: file.open("rb"), size_bytes=size)


def bytes_source(name: str, content: bytes) -> ImportSource:
    """Return a source of bytes at hand."""
    return ImportSource(name=name, open=lambda: io.BytesIO(content), size_bytes=len(content))


class _Watched(io.RawIOBase):
    """Passes bytes on, counting and hashing what went by."""

    def __init__(self, name: str, raw: BinaryIO) -> None:
        self._name = name
        self._raw = raw
        self._hash = hashlib.sha256()
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        try:
            chunk = self._raw.read(len(view))
        except OSError as error:
            raise _unreadable(self._name, error) from None
        view[: len(chunk)] = chunk
        self._hash.update(chunk)
        self.bytes_read += len(chunk)
        return len(chunk)

    def checksum(self) -> str:
        return self._hash.hexdigest()


class OpenSource:
    """A file being read, line by line."""

    def __init__(self, source: ImportSource, raw: BinaryIO) -> None:
        """Look at the first bytes to see whether they are packed."""
        self.name = source.name
        self._watched = _Watched(source.name, raw)
        stored = io.BufferedReader(self._watched, _BUFFER_BYTES)
        self._stored = stored
        packed = stored.peek(2)[:2] == _GZIP
        self._plain = (
            io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=stored)), _BUFFER_BYTES)
            if packed
            else stored
        )
        self._refuse_other_formats()

    @property
    def bytes_read(self) -> int:
        """Return how many bytes were read of the file as it is stored."""
        return self._watched.bytes_read

    def checksum(self) -> str:
        """Return the SHA-256 of the whole file as it is stored, hexadecimal."""
        while self._stored.read(_BUFFER_BYTES):
            pass
        return self._watched.checksum()

    def lines(self) -> Iterator[str | None]:
        """Yield the file's lines with their ends; None for one too long to be a row.

        UTF-8, and Latin-1 where a line is none. Nothing is kept in memory but one line.

        Raises:
            InvalidInputError: a packed file breaks off.
        """
        try:
            while line := self._plain.readline(LONGEST_LINE_BYTES):
                yield _text(line) if self._ends(line) else None
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise InvalidInputError(
                f"{self.name} is damaged or cut off, nothing was taken from it", "fetch it again"
            ) from None

    def _ends(self, line: bytes) -> bool:
        """Return whether a line fits; the rest of one that does not is passed over."""
        if len(line) < LONGEST_LINE_BYTES or line.endswith(b"\n"):
            return True
        while line and not line.endswith(b"\n"):
            line = self._plain.readline(LONGEST_LINE_BYTES)
        return False

    def _refuse_other_formats(self) -> None:
        try:
            start = self._plain.peek(1024)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            start = b"\0"
        if b"\0" in start or start.startswith((b"PK\x03\x04", b"%PDF")):
            raise InvalidInputError(
                f"{self.name} is not a CSV file",
                "save the table as CSV (UTF-8), plain or .gz, and import that",
            )
        if not start.strip():
            raise InvalidInputError(
                f"{self.name} is empty", "give a CSV file with a header and rows"
            )


@contextmanager
def opened(source: ImportSource) -> Iterator[OpenSource]:
    """Open a source for reading.

    Raises:
        InvalidInputError: it cannot be read, is empty, or is not a text file.
    """
    try:
        raw = source.open()
    except OSError as error:
        raise _unreadable(source.name, error) from None
    with raw:
        yield OpenSource(source, raw)


def _unreadable(name: str, error: OSError) -> InvalidInputError:
    reason = error.strerror or "unknown reason"
    return InvalidInputError(f"{name} cannot be read: {reason}", "give the path of a CSV file")


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")
