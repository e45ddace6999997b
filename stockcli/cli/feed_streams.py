"""What a feed listens to: lines that arrive when they arrive, and signals that end it."""

from __future__ import annotations

import os
import select
import signal
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from stockcli.usecases.feeding.lines import LONGEST_LINE_BYTES

CHUNK_BYTES = 1 << 16
IDLE_SECONDS = 0.1
"""A batch waits no longer for a till that says nothing: so it makes 600 writes a minute at most,
which is what a token may by default."""

ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_LEFT_ALONE = (signal.SIG_IGN, None)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Ending:
    """Whether somebody asked a feed to end; the batch at hand is finished first. Serves once."""

    def __init__(self) -> None:
        """Begin without."""
        self.asked = False
        self._heard, self._told = os.pipe()
        os.set_blocking(self._told, False)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take signals to end as a wish; the second one ends the program as ever."""
        heeded = {one: signal.getsignal(one) for one in ENDINGS}
        before = {one: has for one, has in heeded.items() if has not in _LEFT_ALONE}
        told = signal.set_wakeup_fd(self._told, warn_on_full_buffer=False)

        def wish(number: int, _frame: FrameType | None) -> None:
            self.asked = True
            signal.signal(number, before[signal.Signals(number)])

        for one in before:
            signal.signal(one, wish)
        try:
            yield
        finally:
            signal.set_wakeup_fd(told)
            for one, handler in before.items():
                signal.signal(one, handler)
            os.close(self._heard)
            os.close(self._told)

    def is_readable(self, descriptor: int, seconds: float | None) -> bool:
        """Wait until a descriptor can be read, for so long, or until somebody asks to end."""
        ready, _, _ = select.select([descriptor, self._heard], [], [], seconds)
        if self._heard in ready:
            os.read(self._heard, CHUNK_BYTES)
        return descriptor in ready

    def wait(self, seconds: float) -> None:
        """Wait for so long, or until somebody asks to end."""
        if not self.asked:
            select.select([self._heard], [], [], seconds)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How lines are gathered into batches.

    Attributes:
        most_lines: of a batch.
        longest_seconds: from a batch's first line until it is booked.
    """

    most_lines: int
    longest_seconds: float


class LineReader:
    """Lines of a descriptor, in batches; a line too long is kept only as far as that shows."""

    def __init__(self, descriptor: int, ending: Ending) -> None:
        """Read from a descriptor, which somebody else closes."""
        self._descriptor, self._ending = descriptor, ending
        self._lines: deque[bytes] = deque()
        self._rest = b""
        self._has_begun = self._has_ended = False
        self.line_number = 0

    def batches(self, pace: Pace) -> Iterator[list[tuple[int, bytes]]]:
        """Yield lines and their numbers, a batch at a time; blank lines are passed over."""
        while not self._is_over:
            batch = self._batch(pace)
            if batch:
                yield batch

    @property
    def _is_over(self) -> bool:
        return self._ending.asked or (self._has_ended and not self._lines)

    def _batch(self, pace: Pace) -> list[tuple[int, bytes]]:
        batch: list[tuple[int, bytes]] = []
        until = 0.0
        while len(batch) < pace.most_lines and not self._is_over:
            if self._lines:
                self._take(batch)
                until = until or time.monotonic() + pace.longest_seconds
                continue
            left = min(IDLE_SECONDS, until - time.monotonic()) if batch else None
            if left is not None and left <= 0:
                break
            if not self._ending.is_readable(self._descriptor, left):
                if batch:
                    break
                continue
            self._fill()
        return batch

    def _take(self, batch: list[tuple[int, bytes]]) -> None:
        line = self._lines.popleft()
        self.line_number += 1
        if len(line) <= LONGEST_LINE_BYTES:  # of a longer one the middle may be gone
            line = line.strip()
        if line:
            batch.append((self.line_number, line))

    def _fill(self) -> None:
        chunk = os.read(self._descriptor, CHUNK_BYTES)
        if not self._has_begun and chunk:
            self._has_begun = True
            chunk = chunk.removeprefix(_BYTE_ORDER_MARK)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._lines.extend(lines)
        if not chunk:
            self._has_ended = True
            self._lines.append(self._rest)
        elif len(self._rest) > LONGEST_LINE_BYTES:
            self._rest = self._rest[: LONGEST_LINE_BYTES + 1]


def descriptor_of(stream: Any) -> int | None:
    """Return the descriptor behind a stream; None without any."""
    try:
        return int(stream.fileno())
    except (AttributeError, OSError, ValueError):
        return None
