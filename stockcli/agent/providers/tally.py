"""The tokens of a reply, counted while it arrives."""

from __future__ import annotations

from typing import Any

from stockcli.agent.costs.metering import estimated_tokens
from stockcli.agent.providers.base import OnUsage, TurnRequest
from stockcli.domain.budget import ModelUsage

CHARACTERS_PER_TOKEN = 3
"""Fewer than a token has on average, so that an estimate errs on the dear side."""

MOST_TOKENS = 100_000_000
"""More than any reply has; a count beyond it would not even fit where calls are booked."""


PROMPT_SHARE = 4
"""Of a prompt's estimate, the most that is believed: more than one token a byte there is not."""
MORE_PROMPT_TOKENS = 10_000
"""That a gateway may add of its own to what it was sent."""


class Tally:
    """Tells what has been seen so far: what the service reports, else what was read.

    It begins with the prompt's estimate: that was sent, whether or not a word comes back.

    Args:
        on_usage: told whenever it grows.
        request: that was sent; no count beyond what it can have cost is believed.
    """

    def __init__(self, on_usage: OnUsage, request: TurnRequest) -> None:
        """Begin with what is known."""
        self._on_usage = on_usage
        self._request = request
        self._reported = ModelUsage(input_tokens=estimated_tokens(request))
        self._is_final = False
        self.characters_read = 0
        self._on_usage(self.usage)

    @property
    def usage(self) -> ModelUsage:
        """Return the tokens seen so far."""
        reported = believable(self._reported, self._request, self.characters_read)
        more = self.characters_read // CHARACTERS_PER_TOKEN - reported.output_tokens
        if self._is_final or more <= 0:
            return reported
        return reported + ModelUsage(output_tokens=more)

    def read(self, text: Any) -> None:
        """Count a piece of the reply, whatever kind of output it is."""
        self.characters_read += len(str(text or ""))
        self._on_usage(self.usage)

    def report(self, usage: ModelUsage, *, is_final: bool = False) -> None:
        """Take the service's own count; a final one counts the output that was read, too."""
        self._reported = usage
        self._is_final = is_final and usage.output_tokens > 0
        self._on_usage(self.usage)


def believable(usage: ModelUsage, request: TurnRequest, characters_read: int = 0) -> ModelUsage:
    """Return a service's count, cut to what the request can have cost at the very most.

    Args:
        characters_read: of the reply; a server that overran its limit honestly is charged.
    """
    most_prompt = PROMPT_SHARE * estimated_tokens(request) + MORE_PROMPT_TOKENS
    written = min(usage.cache_write_tokens, most_prompt)
    unkept = min(usage.input_tokens, most_prompt - written)
    return ModelUsage(
        input_tokens=unkept,
        output_tokens=min(usage.output_tokens, max(request.max_output_tokens, characters_read)),
        cache_write_tokens=written,
        cache_read_tokens=min(usage.cache_read_tokens, most_prompt - written - unkept),
    )


def tokens(count: Any) -> int:
    """Return a service's count of tokens; what is no such count is none, or cut to a real one's."""
    return min(count, MOST_TOKENS) if isinstance(count, int) and count > 0 else 0
