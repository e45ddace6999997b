"""How long a service may keep us waiting; imported with a client, which takes a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from time import monotonic, time
from typing import Any

import httpx2

from stockcli.agent.providers.breaker import OnRest, told_nobody
from stockcli.agent.providers.faults import Service
from stockcli.domain.errors import StockError

LONGEST_RETRY_AFTER_SECONDS = 20.0
UNSAID_SECONDS = 2.0
"""For how long a service that is asked too much is left in peace if it names no time."""
ASKED_TOO_MUCH = frozenset({429, 503, 529})


def tell_of_rest(response: httpx2.Response, on_rest: OnRest) -> None:
    """Tell for how many seconds a service that was asked too much wants to be left in peace.

    What cannot be told is not told: the answer itself goes on its way.
    """
    if response.status_code in ASKED_TOO_MUCH:
        with suppress(StockError):
            on_rest(asked_wait_seconds(response) or UNSAID_SECONDS)


def asked_wait_seconds(response: httpx2.Response) -> float:
    """Return how long an answer asks to wait, in seconds; 0 if it says nothing."""
    wait_seconds = retry_after_seconds(response.headers.get("retry-after", ""))
    wait_milliseconds = retry_after_seconds(response.headers.get("retry-after-ms", ""))
    return max(wait_seconds, wait_milliseconds / 1000, 0.0)


def end_in_time(response: httpx2.Response, reply_seconds: float) -> None:
    """Put an end to what would wait for ever: a long Retry-After, and a reply that only drips.

    The clients obey a Retry-After of minutes or an hour, and their read timeout begins anew with
    every byte, a service's keep-alive pings included.

    Args:
        response: whose body has not been read.
        reply_seconds: longest time from the first byte of a reply to its last.
    """
    if asked_wait_seconds(response) > LONGEST_RETRY_AFTER_SECONDS:
        response.headers["x-should-retry"] = "false"
    if response.is_success and isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = EndingStream(response.stream, monotonic() + reply_seconds)


class PatientClient(httpx2.Client):
    """Asks a silent server twice at most, and holds every answer to its time.

    Args:
        service: that is asked, through a client which counts its retries in a header.
        reply_seconds: longest time from the first byte of a reply to its last.
        on_rest: told for how many seconds the service asks to be left in peace.
    """

    def __init__(
        self, service: Service, reply_seconds: float, on_rest: OnRest = told_nobody
    ) -> None:
        """Keep the limit."""
        super().__init__(follow_redirects=True)
        self._on_rest = on_rest
        self._service = service
        self._reply_seconds = reply_seconds

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request, and see that its answer ends.

        Raises:
            OutOfReachError: the second attempt, too, met with silence.
        """
        try:
            response = super().send(request, **options)
        except httpx2.TimeoutException:
            if request.headers.get("x-stainless-retry-count", "0") != "0":
                raise self._service.silent() from None
            raise
        tell_of_rest(response, self._on_rest)
        end_in_time(response, self._reply_seconds)
        return response


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
