"""How long Claude may keep us waiting; imported with the client, which takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from time import monotonic, time
from typing import Any

import httpx2
from anthropic import APIResponse, APITimeoutError, Middleware

from stockcli.agent.providers.breaker import SILENT, OutOfReachError

LONGEST_RETRY_AFTER_SECONDS = 20.0


class Patience(Middleware):
    """Puts an end to what would wait for ever: a long Retry-After, and a reply that only drips.

    The client obeys a Retry-After of an hour, and its read timeout begins anew with every
    byte, the service's keep-alive pings included.

    Args:
        reply_seconds: longest time from the first byte of a reply to its last.
    """

    def __init__(self, reply_seconds: float) -> None:
        """Keep the limit."""
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
                raise OutOfReachError(SILENT) from None
            raise
        response = answer.http_response
        wait_seconds = retry_after_seconds(response.headers.get("retry-after", ""))
        if wait_seconds > LONGEST_RETRY_AFTER_SECONDS:
            response.headers["x-should-retry"] = "false"
        if response.is_success and isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = EndingStream(response.stream, monotonic() + self._reply_seconds)
        return answer


class EndingStream(httpx2.SyncByteStream):
    """The bytes of a reply, up to a deadline on the monotonic clock."""

    def __init__(self, stream: httpx2.SyncByteStream, deadline: float) -> None:
        """Wrap the bytes."""
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes as they come.

        Raises:
            httpx2.ReadTimeout: the deadline passed.
        """
        for piece in self._stream:
            if monotonic() > self._deadline:
                raise httpx2.ReadTimeout("the reply takes too long")
            yield piece

    def close(self) -> None:
        """Give the connection back."""
        self._stream.close()


def retry_after_seconds(header: str) -> float:
    """Return how long a Retry-After header asks to wait, in seconds; 0 if it says nothing."""
    try:
        return float(header)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(header).timestamp() - time()
    except ValueError:
        return 0.0
