"""Where Claude's client is told to wait no longer; imported with it, which takes seconds."""

from __future__ import annotations

from typing import Any

import httpx2
from anthropic import APIResponse, APITimeoutError, Middleware

from stockcli.agent.providers.breaker import OnRest, told_nobody
from stockcli.agent.providers.faults import CLAUDE
from stockcli.agent.providers.waiting import end_in_time, tell_of_rest


class Patience(Middleware):
    """Asks a silent server twice at most, and holds every answer to its time.

    Args:
        reply_seconds: longest time from the first byte of a reply to its last.
        on_rest: told for how many seconds Claude asks to be left in peace.
    """

    def __init__(self, reply_seconds: float, on_rest: OnRest = told_nobody) -> None:
        """Keep the limit."""
        self._on_rest = on_rest
        self._reply_seconds = reply_seconds

    def handle(self, request: Any, call_next: Any) -> APIResponse[Any]:
        """Make a refusal with a long wait final, and a reply end in time.

        Raises:
            OutOfReachError: the second attempt, too, met with silence.
        """
        try:
            answer: APIResponse[Any] = call_next(request)
        except (APITimeoutError, httpx2.TimeoutException):
            # A silent server is asked once more, not as often as one that says "later".
            # Without a cause: the client would find the time-out in it, and try again.
            if request.retries_taken:
                raise CLAUDE.silent() from None
            raise
        tell_of_rest(answer.http_response, self._on_rest)
        end_in_time(answer.http_response, self._reply_seconds)
        return answer
