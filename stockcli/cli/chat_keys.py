"""Keys typed while an answer is made must not be drawn into it, nor answer a question unread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

LOCAL_FLAGS = 3
"""Where termios keeps them."""


@contextmanager
def unseen_typing() -> Iterator[None]:
    """Let keys that are typed meanwhile wait, unseen, for the next prompt."""
    with _echo(on=False):
        yield


@contextmanager
def seen_typing() -> Iterator[None]:
    """Show what is typed meanwhile; what was typed before is no answer, and is thrown away."""
    with _echo(on=True):
        if sys.stdin.isatty():
            import termios

            with suppress(termios.error):
                termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
        yield


@contextmanager
def _echo(*, on: bool) -> Iterator[None]:
    try:
        import termios
    except ImportError:  # not a POSIX system: there is no such setting
        yield
        return
    if not sys.stdin.isatty():
        yield
        return
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    wanted = list(before)
    flags = int(before[LOCAL_FLAGS])
    wanted[LOCAL_FLAGS] = flags | termios.ECHO if on else flags & ~termios.ECHO
    termios.tcsetattr(keyboard, termios.TCSANOW, wanted)
    try:
        yield
    finally:
        termios.tcsetattr(keyboard, termios.TCSANOW, before)
