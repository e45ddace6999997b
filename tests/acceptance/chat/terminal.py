"""A real terminal: a pseudo-terminal to type on, and a screen that obeys escape sequences."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pexpect
import pyte

from tests.fakes.messages_api import MessagesApi
from tests.fixtures.demo_home import COMMAND, Stock

ROWS, COLUMNS = 60, 100
PATIENCE_SECONDS = 30.0


class AnsweringScreen(pyte.HistoryScreen):
    """A screen that tells where its cursor is when it is asked, as terminals do."""

    def __init__(self, process: Any) -> None:
        self._process = process
        super().__init__(COLUMNS, ROWS, history=10_000)

    def write_process_input(self, data: str) -> None:
        self._process.send(data)


class Terminal:
    """What a person sees and types."""

    def __init__(self, process: Any) -> None:
        self._process = process
        self._screen = AnsweringScreen(process)
        self._stream = pyte.Stream(self._screen)
        self.raw = ""

    @property
    def text(self) -> str:
        """All lines that are on the screen, without the blanks at their ends."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    @property
    def everything(self) -> str:
        """What scrolled away, and all lines that are on the screen."""
        gone = (
            "".join(row[column].data for column in range(self._screen.columns)).rstrip()
            for row in self._screen.history.top
        )
        return "\n".join((*gone, self.text))

    def types(self, keys: str) -> None:
        self._process.send(keys)

    def shows(self, pattern: str) -> str:
        """Wait until the screen matches, and return what is on it."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not re.search(pattern, self.text, re.MULTILINE):
            alive = self._read()
            is_late = time.monotonic() > until
            assert alive, f"it ended without {pattern!r}:\n{self.text}"
            assert not is_late, f"no {pattern!r} on:\n{self.text}"
        return self.text

    def hears(self, text: str) -> float:
        """Wait until text was written, and return when (monotonic seconds)."""
        until = time.monotonic() + PATIENCE_SECONDS
        while text not in self.raw:
            alive = self._read()
            assert alive, f"it ended without {text!r}:\n{self.text}"
            assert time.monotonic() < until, f"no {text!r} in:\n{self.text}"
        return time.monotonic()

    def resizes(self, rows: int, columns: int) -> None:
        self._process.setwinsize(rows, columns)
        self._screen.resize(rows, columns)

    def is_told(self, number: signal.Signals) -> None:
        self._process.kill(number)

    def ends(self) -> int:
        """Wait until the program has ended, and return its exit code."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self._read():
            assert time.monotonic() < until, f"still running:\n{self.text}"
        self._process.close()
        return int(self._process.exitstatus)

    def _read(self) -> bool:
        try:
            piece = self._process.read_nonblocking(8192, timeout=0.1)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += piece
        self._stream.feed(piece)
        return True


def key_of(api: MessagesApi) -> dict[str, str]:
    """The environment in which the fake service answers."""
    return {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": api.url}


@contextmanager
def terminal(stock: Stock, *arguments: str, **environment: str) -> Iterator[Terminal]:
    """Run the command in a terminal of its own."""
    process = pexpect.spawn(
        COMMAND[0],
        [*COMMAND[1:], *arguments],
        env=stock.environment(TERM="xterm-256color", **environment),
        dimensions=(ROWS, COLUMNS),
        encoding="utf-8",
        cwd=str(stock.home),
    )
    try:
        yield Terminal(process)
    finally:
        process.close(force=True)
