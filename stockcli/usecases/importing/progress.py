"""How far an import is, in bytes of its file."""

from __future__ import annotations

from collections.abc import Callable

from stockcli.usecases.importing.number_signs import ROWS_HELD, NumberSigns
from stockcli.usecases.importing.reading import Table
from stockcli.usecases.importing.report import SkipList, SkippedRowError
from stockcli.usecases.ports import Progress

ROWS_PER_STEP = 5_000
SHARE_OF_READING = 0.3

Take = Callable[[int, list[str]], None]


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


def take_rows(table: Table, take: Take, steps: Steps, signs: NumberSigns) -> tuple[int, SkipList]:
    """Hand each row to a function, with its line number; return how many, and those left out.

    Args:
        table: the file.
        take: raises SkippedRowError for a row it cannot take.
        steps: told now and then how far the reading is.
        signs: keeps rows back that only the rest of the file makes clear.
    """
    skips, rows_read = SkipList(), 0
    waiting: list[tuple[int, list[str]]] = []
    for line_number, row in table.rows():
        rows_read += 1
        if isinstance(row, SkippedRowError):
            skips.add(line_number, row)
        elif signs.must_wait(row) or (waiting and signs.keeps_order):
            waiting.append((line_number, row))
        else:
            _take_row(line_number, row, take, skips)
        if len(waiting) >= ROWS_HELD:
            _take_waiting(waiting, take, skips, signs)
        if rows_read % ROWS_PER_STEP == 0:
            steps.read(table.source.bytes_read)
    _take_waiting(waiting, take, skips, signs)
    return rows_read, skips


def _take_waiting(
    waiting: list[tuple[int, list[str]]], take: Take, skips: SkipList, signs: NumberSigns
) -> None:
    for line_number, row in waiting:
        try:
            signs.check(row)
        except SkippedRowError as skip:
            skips.add(line_number, skip)
        else:
            _take_row(line_number, row, take, skips)
    waiting.clear()


def _take_row(line_number: int, row: list[str], take: Take, skips: SkipList) -> None:
    try:
        take(line_number, row)
    except SkippedRowError as skip:
        skips.add(line_number, skip)
