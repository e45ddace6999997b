"""How far an import is, in bytes of its file."""

from __future__ import annotations

from collections.abc import Callable

from stockcli.usecases.importing.reading import Table
from stockcli.usecases.importing.report import SkipList, SkippedRowError
from stockcli.usecases.ports import Progress

ROWS_PER_STEP = 5_000
SHARE_OF_READING = 0.3


class Steps:
    """Reading is the first part of the way to the file's size, writing the rest."""

    def __init__(self, size_bytes: int | None, on_progress: Progress | None) -> None:
        """Begin at nothing; of standard input, whose size is not known, only bytes are told."""
        self._size = size_bytes
        self._tell = on_progress or (lambda _: None)

    def read(self, bytes_read: int) -> None:
        """Tell how many bytes were read."""
        self._tell(bytes_read if self._size is None else int(bytes_read * SHARE_OF_READING))

    def written(self, done: int, total: int) -> None:
        """Tell how many of the things to write are written."""
        if self._size is not None:
            share = SHARE_OF_READING + (1 - SHARE_OF_READING) * done / max(1, total)
            self._tell(int(self._size * share))


def take_rows(
    table: Table, take: Callable[[int, list[str]], None], steps: Steps
) -> tuple[int, SkipList]:
    """Hand each row to a function, with its line number; return how many, and those left out.

    Args:
        table: the file.
        take: raises SkippedRowError for a row it cannot take.
        steps: told now and then how far the reading is.
    """
    skips, rows_read = SkipList(), 0
    for line_number, row in table.rows():
        rows_read += 1
        try:
            if isinstance(row, SkippedRowError):
                raise row
            take(line_number, row)
        except SkippedRowError as skip:
            skips.add(line_number, skip)
        if rows_read % ROWS_PER_STEP == 0:
            steps.read(table.source.bytes_read)
    return rows_read, skips
