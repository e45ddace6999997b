"""The tokens of a reply, counted while it arrives."""

from __future__ import annotations

from typing import Any

from stockcli.agent.providers.base import NO_TOKENS, OnUsage
from stockcli.domain.budget import ModelUsage

CHARACTERS_PER_TOKEN = 3
"""Fewer than a token has on average, so that an estimate errs on the dear side."""

MOST_TOKENS = 100_000_000
"""More than any reply has; a count beyond it would not even fit where calls are booked."""


class Tally:
    """Tells what has been seen so far: what the service reports, else what was read.

    Args:
        on_usage: told whenever it grows.
        reported: what is known before anything is read.
    """

    def __init__(self, on_usage: OnUsage, reported: ModelUsage = NO_TOKENS) -> None:
        """Begin with what is known."""
        self._on_usage = on_usage
        self._reported = reported
        self._characters_read = 0
        self._is_final = False

    @property
    def usage(self) -> ModelUsage:
        """Return the tokens seen so far."""
        more = self._characters_read // CHARACTERS_PER_TOKEN - self._reported.output_tokens
        if self._is_final or more <= 0:
            return self._reported
        return self._reported + ModelUsage(output_tokens=more)

    def read(self, text: Any) -> None:
        """Count a piece of the reply, whatever kind of output it is."""
        self._characters_read += len(str(text or ""))
        self._on_usage(self.usage)

    def report(self, usage: ModelUsage, *, is_final: bool = False) -> None:
        """Take the service's own count; a final one counts the output that was read, too."""
        self._reported = usage
        self._is_final = is_final and usage.output_tokens > 0
        self._on_usage(self.usage)


def tokens(count: Any) -> int:
    """Return a service's count of tokens; what is no such count is none, or cut to a real one's."""
    return min(count, MOST_TOKENS) if isinstance(count, int) and count > 0 else 0
