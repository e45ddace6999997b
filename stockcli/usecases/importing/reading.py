"""A CSV file as a header and rows, whatever its delimiter, quotes and line ends."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator

from stockcli.domain.errors import InvalidInputError
from stockcli.usecases.importing.report import SkippedRowError
from stockcli.usecases.importing.source import OpenSource

DELIMITERS = ",;\t|"
LONGEST_QUOTED_LINES = 20
_DELIMITER_SAID = re.compile(r'"?sep=(.)"?')

_MARK_AS_LATIN = b"\xef\xbb\xbf".decode("latin-1")

Row = list[str] | SkippedRowError
_Line = tuple[int, str | None]


class Table:
    """A CSV file being read.

    Attributes:
        header: the column names, trimmed.
        delimiter: the one that gives the header most columns.
    """

    def __init__(self, source: OpenSource) -> None:
        """Read the header.

        Raises:
            InvalidInputError: there is none.
        """
        self.source = source
        self._lines = enumerate(source.lines(), start=1)
        self._returned: deque[_Line] = deque()
        first = self._first_line(source.name)
        said = _DELIMITER_SAID.fullmatch(first.strip())
        line = self._first_line(source.name) if said else first
        self.delimiter = said[1] if said else max(DELIMITERS, key=line.count)
        self.header = _header(line, self.delimiter, source.name)

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Yield each row with its line number, as wide as the header, or what is wrong with it."""
        width = len(self.header)
        while (following := self._next_line()) is not None:
            number, line = following
            if line is None:
                yield number, SkippedRowError("line too long", "it is no row of a table")
            elif '"' in line:
                yield number, self._quoted(line, width)
            elif not line.isspace():
                yield number, _fitted(line.rstrip("\r\n").split(self.delimiter), width)

    def _next_line(self) -> _Line | None:
        return self._returned.popleft() if self._returned else next(self._lines, None)

    def _first_line(self, file_name: str) -> str:
        for _, line in self._lines:
            if line is not None and line.strip("\ufeff \r\n\t"):
                return line.removeprefix("\ufeff").removeprefix(_MARK_AS_LATIN)
        raise InvalidInputError(f"{file_name} has no header", "its first line names the columns")

    def _quoted(self, line: str, width: int) -> Row:
        """Return a row with quotes, which may go on in the next lines.

        A quote that is never closed would swallow the rest of the file: after a few lines
        only its own line is given up, and the lines after it are read on their own.
        """
        text = line
        held: list[_Line] = []
        while True:
            try:
                return _fitted(_strictly(text, self.delimiter), width)
            except csv.Error:
                following = self._next_line() if _is_open(text, len(held)) else None
            if following is not None:
                held.append(following)
            if following is None or following[1] is None:
                break
            text += following[1]
        self._returned.extendleft(reversed(held))
        return SkippedRowError("quotes do not match", repr(line[:60].strip()))


def _header(line: str, delimiter: str, file_name: str) -> tuple[str, ...]:
    try:
        names = next(csv.reader((line,), delimiter=delimiter), [])
    except csv.Error:
        raise InvalidInputError(
            f"the header of {file_name} cannot be read", "save the table as CSV (UTF-8)"
        ) from None
    return tuple(name.strip() for name in names)


def _is_open(text: str, lines_held: int) -> bool:
    return text.count('"') % 2 == 1 and lines_held < LONGEST_QUOTED_LINES


def _strictly(line: str, delimiter: str) -> list[str]:
    return next(csv.reader((line,), delimiter=delimiter, strict=True), [])


def _fitted(row: list[str], width: int) -> Row:
    """Return a row as wide as the header: short ones padded, blank cells at the end cut."""
    if len(row) == width:
        return row
    if len(row) < width:
        return row + [""] * (width - len(row))
    if any(cell.strip() for cell in row[width:]):
        return SkippedRowError("too many columns", f"{len(row)} instead of {width}")
    return row[:width]
