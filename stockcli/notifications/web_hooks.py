"""Orders to a supplier's web address: posted once, never into the house, nowhere else."""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

from stockcli import __version__
from stockcli.domain.contacts import shown_address, web_address
from stockcli.domain.errors import (
    DeliveryError,
    InvalidInputError,
    RefusedDeliveryError,
    UncertainDeliveryError,
)
from stockcli.notifications.addresses import is_public
from stockcli.notifications.letters import one_line
from stockcli.notifications.telling import KEY_HEADER

SECONDS = 30.0
"""What one delivery may take from the call to the answer, however slowly it trickles in."""

OK, ANY_OTHER, REDIRECTS, REFUSALS, FAULTS, GATEWAY_TIMEOUT = 200, 300, 300, 400, 500, 504
LATER = frozenset({408, 423, 425, 429})
"""Refusals that say: try again."""

LONGEST_REASON = 160
KEPT_IN_PATHS = "/%:@!$&'()*+,;=?~"
OPERATOR_HINT = "an operator may allow it with STOCK_ALLOW_PRIVATE_WEBHOOKS=1"


@dataclass(frozen=True)
class Target:
    """A web address, and the machine behind it that was found to be fit."""

    parts: SplitResult
    address: str

    @property
    def port(self) -> int:
        """Return the port to call."""
        return self.parts.port or (443 if self.parts.scheme == "https" else 80)


def ensure_public_address(url: str) -> None:
    """Refuse a web address that leads to this machine or its own network.

    One whose name is not known yet passes: it is looked at again before each delivery.

    Raises:
        InvalidInputError: so it does, or it is no web address.
    """
    parts = urlsplit(web_address(url))
    if any(not is_public(address) for address in _addresses(parts.hostname or "")):
        message = f"the webhook URL leads into a private network: {shown_address(url)}"
        raise InvalidInputError(message, OPERATOR_HINT)


def post(
    url: str,
    body: str,
    *,
    key: str,
    may_be_private: bool = False,
    seconds: float = SECONDS,
) -> None:
    """Post JSON once.

    Args:
        key: tells the receiver that two deliveries are one order.
        may_be_private: whether it may go to this machine or its own network.
        seconds: what it may take in all.

    Raises:
        UncertainDeliveryError: it went over, and the answer never came.
        RefusedDeliveryError: it will never be taken there.
        DeliveryError: it was not taken this time.
    """
    target = _target(url, may_be_private=may_be_private)
    shown = shown_address(url)
    with _called(target, shown, seconds) as line:
        try:
            line.request("POST", _path(target.parts), body.encode(), _headers(target.parts, key))
            answer = line.getresponse()
            code, reason = answer.status, one_line(answer.reason)[:LONGEST_REASON]
        except (OSError, http.client.HTTPException):
            said = f"{shown} did not say whether it took the order"
            raise UncertainDeliveryError(said) from None
    _judge(code, f"{shown} answered {code} {reason}".rstrip())


def _judge(code: int, said: str) -> None:
    """Pass if the receiver took it."""
    if OK <= code < ANY_OTHER:
        return
    if code == GATEWAY_TIMEOUT:
        raise UncertainDeliveryError(f"{said}: it may have taken the order")
    if REDIRECTS <= code < REFUSALS:
        raise RefusedDeliveryError(f"{said}: an order is not sent on to another address")
    if REFUSALS <= code < FAULTS and code not in LATER:
        raise RefusedDeliveryError(said)
    raise DeliveryError(said)


def _target(url: str, *, may_be_private: bool) -> Target:
    """Look a web address up, once: what is called is what was looked at.

    Raises:
        RefusedDeliveryError: it is no web address, or leads into the house.
        DeliveryError: its name is not known now.
    """
    try:
        parts = urlsplit(web_address(url))
    except InvalidInputError as error:
        raise RefusedDeliveryError(error.message) from None
    addresses = _addresses(parts.hostname or "")
    if not addresses:
        raise DeliveryError(f"{shown_address(url)} is not known to the name server")
    if not may_be_private and not all(is_public(address) for address in addresses):
        said = f"the webhook URL leads into a private network: {shown_address(url)}"
        raise RefusedDeliveryError(said, OPERATOR_HINT)
    return Target(parts, addresses[0])


def _addresses(host: str) -> list[str]:
    """Return the addresses of a host, in the order to be tried; none if it is not known."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(address[0]) for *_, address in found]


@contextmanager
def _called(target: Target, shown: str, seconds: float) -> Iterator[http.client.HTTPConnection]:
    """Open a connection that is cut when its time is over.

    Raises:
        DeliveryError: nobody answers there, or not as who they should be.
    """
    host = target.parts.hostname or ""
    try:
        reached = socket.create_connection((target.address, target.port), timeout=seconds)
    except OSError as error:
        raise DeliveryError(f"{shown} cannot be reached: {_why(error)}") from None
    with reached, _cut_after(seconds, reached):
        if target.parts.scheme == "http":
            line = http.client.HTTPConnection(host, target.port)
            line.sock = reached
        else:
            line = http.client.HTTPSConnection(host, target.port)
            line.sock = _encrypted(reached, host, shown)
        with closing(line):
            yield line


def _encrypted(reached: socket.socket, host: str, shown: str) -> ssl.SSLSocket:
    try:
        return ssl.create_default_context().wrap_socket(reached, server_hostname=host)
    except (OSError, ValueError) as error:
        raise DeliveryError(f"{shown} cannot be reached: {_why(error)}") from None


@contextmanager
def _cut_after(seconds: float, reached: socket.socket) -> Iterator[None]:
    """End a connection when its time is over, whoever holds it.

    A receiver that sends a sign a minute would keep every other shop's orders waiting.
    """
    # TLS takes the socket itself over.
    with reached.dup() as same:
        ends = threading.Timer(seconds, _cut, [same])
        ends.daemon = True
        ends.start()
        try:
            yield
        finally:
            ends.cancel()
            ends.join()


def _cut(reached: socket.socket) -> None:
    with suppress(OSError):
        reached.shutdown(socket.SHUT_RDWR)


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=KEPT_IN_PATHS)
    return f"{path}?{quote(parts.query, safe=KEPT_IN_PATHS)}" if parts.query else path


def _headers(parts: SplitResult, key: str) -> Mapping[str, str]:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": f"stockcli/{__version__}",
        "Connection": "close",
        KEY_HEADER: key,
    }
    if parts.username:
        known = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(known.encode()).decode()}"
    return headers
