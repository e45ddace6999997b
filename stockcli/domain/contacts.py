"""How a supplier is reached: addresses as they may be kept, and the days it takes orders."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from stockcli.domain.catalogue import OrderChannel, Supplier
from stockcli.domain.errors import InvalidInputError

LONGEST_EMAIL = 254
LONGEST_URL = 2000
WEB_SCHEMES = ("http", "https")
MAIL_SCHEMES = ("smtp", "smtps")
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANY_DAY = "any"
_PORTUGUESE = ("seg", "ter", "qua", "qui", "sex", "sab", "dom")
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# RFC 5321, section 4.1.2, without quoted names and address literals.
_EMAIL = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})*")
_SPACES_AND_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0\\]")


def email_address(text: str) -> str:
    """Return one e-mail address that can stand in a letter's header and envelope as it is.

    >>> email_address(" orders@leaf.example ")
    'orders@leaf.example'

    Raises:
        InvalidInputError: it is none.
    """
    address = text.strip()
    if len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        message = f"{text[:60]!r} is no e-mail address"
        raise InvalidInputError(message, "give one such as orders@example.com")
    return address


def web_address(text: str) -> str:
    """Return a web address that something can be posted to; nothing of it is said in an error.

    Raises:
        InvalidInputError: it is none.
    """
    address = text.strip()
    if not _is_web_address(address):
        message = "a webhook URL is no web address of http:// or https://"
        raise InvalidInputError(message, "give one such as https://orders.example.com/stock")
    return address


def _is_web_address(address: str) -> bool:
    if len(address) > LONGEST_URL or _SPACES_AND_CONTROLS.search(address):
        return False
    try:
        parts: SplitResult = urlsplit(address)
        return parts.scheme in WEB_SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def mail_server(text: str) -> str:
    """Return the address of a mail server; nothing of it is said in an error: it holds a password.

    Raises:
        InvalidInputError: it is none, or would have its password sent unencrypted.
    """
    url = text.strip()
    parts = _parts_of_mail_server(url)
    if parts is None:
        hint = "give one such as smtp://user:password@mail.example.com:587?starttls"
        raise InvalidInputError("it is no address of a mail server", hint)
    is_plain = parts.scheme == "smtp" and not parts.query
    if is_plain and parts.password and parts.hostname not in THIS_MACHINE:
        hint = "end it with ?starttls, or begin it with smtps://"
        raise InvalidInputError("its password would go unencrypted", hint)
    return url


def _parts_of_mail_server(url: str) -> SplitResult | None:
    if _SPACES_AND_CONTROLS.search(url):
        return None
    try:
        parts = urlsplit(url)
        is_one = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    options = ("", "starttls") if parts.scheme == "smtp" else ("",)
    is_one &= parts.scheme in MAIL_SCHEMES and parts.query in options
    return parts if is_one and parts.path in ("", "/") and not parts.fragment else None


def shown_address(url: str) -> str:
    """Return a web address without what may be a secret: all but the scheme and the host.

    >>> shown_address("https://user:pw@hooks.example.com:8443/T0/B1?key=x")
    'https://hooks.example.com:8443/...'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/..." if url else ""


def why_no_order_can_leave(supplier: Supplier) -> str:
    """Return what a supplier's channel is without; nothing where orders can take it."""
    if supplier.order_channel is OrderChannel.EMAIL:
        try:
            email_address(supplier.email)
        except InvalidInputError:
            return f"orders to {supplier.code} go by e-mail, and it has no usable e-mail address"
    if supplier.order_channel is OrderChannel.WEBHOOK and not supplier.webhook_url:
        return f"orders to {supplier.code} go to a webhook, and it has no webhook URL"
    return ""


def order_channel(text: str) -> OrderChannel:
    """Return how orders leave.

    Raises:
        InvalidInputError: there is no such way.
    """
    try:
        return OrderChannel(text.strip().lower())
    except ValueError:
        message = f"{text[:40]!r} is no order channel"
        raise InvalidInputError(message, f"use one of {', '.join(OrderChannel)}") from None


def order_days(text: str) -> frozenset[int]:
    """Return weekdays, Monday 0, of names such as "mon,thu"; none of "any", which is every day.

    Names may be longer than three letters, and Portuguese.

    >>> sorted(order_days("Thu, monday")), sorted(order_days("seg;qui")), sorted(order_days("any"))
    ([0, 3], [0, 3], [])

    Raises:
        InvalidInputError: one of them is no weekday.
    """
    names = [name for name in re.split(r"[\s,;/]+", text.strip().lower()) if name]
    if names == [ANY_DAY]:
        return frozenset()
    days = [_weekday(name) for name in names]
    if not days or None in days:
        message = f"{text[:40]!r} are no order days"
        raise InvalidInputError(message, f"give some of {','.join(WEEKDAYS)}, or {ANY_DAY}")
    return frozenset(day for day in days if day is not None)


def _weekday(name: str) -> int | None:
    short = name.replace("\u00e1", "a")[:3]
    for names in (WEEKDAYS, _PORTUGUESE):
        if short in names:
            return names.index(short)
    return None


def day_names(days: frozenset[int]) -> str:
    """Return weekdays as they are typed, such as "mon,thu"; "any" for none.

    >>> day_names(frozenset({3, 0})), day_names(frozenset())
    ('mon,thu', 'any')
    """
    return ",".join(WEEKDAYS[day] for day in sorted(days)) or ANY_DAY
