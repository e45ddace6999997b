"""What is going on while nobody says anything: one quiet row on stderr that leaves no trace."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

FIRST_AFTER_SECONDS = 0.25
"""What is quicker needs no row."""
TURN_SECONDS = 0.12
FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
PLAIN_FRAMES = "|/-\\"


class Status:
    """A row that says what is waited for, on a terminal that can erase it again."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._moves = sys.stderr.isatty() and os.environ.get("TERM") not in (None, "", "dumb")
        self._frames = FRAMES if "utf" in (sys.stderr.encoding or "").lower() else PLAIN_FRAMES
        self._is_over = threading.Event()
        self._turning: threading.Thread | None = None

    def show(self, what: str) -> None:
        """Say what is waited for, until something else is said."""
        self.hide()
        if self._moves:
            self._is_over = threading.Event()
            turn = threading.Thread(target=self._turn, args=(what, self._is_over), daemon=True)
            self._turning = turn
            turn.start()

    def hide(self) -> None:
        """Take the row away."""
        if self._turning is not None:
            self._is_over.set()
            self._turning.join()
            self._turning = None

    def _turn(self, what: str, is_over: threading.Event) -> None:
        if is_over.wait(FIRST_AFTER_SECONDS):
            return
        # A terminal that went away is the main thread's to find out.
        with suppress(OSError, ValueError):
            number = 0
            while True:
                self._write(f"\r{self._frames[number % len(self._frames)]} {what}\x1b[K")
                number += 1
                if is_over.wait(TURN_SECONDS):
                    break
            self._write("\r\x1b[K")

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
