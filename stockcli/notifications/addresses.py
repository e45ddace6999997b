"""Notify URLs: which of the many that Apprise knows a shop may use."""

from __future__ import annotations

import ipaddress
import logging
import socket
from typing import Any

from stockcli.domain.errors import InvalidInputError

_SERVICES = (
    "bulksms clicksend dingtalk discord feishu form forms gchat gotify gotifys ifttt json jsons "
    "line mailgun mailto mailtos mmost mmosts msg91 nctalk nctalks ntfy ntfys onesignal opsgenie "
    "pagerduty pbul plivo postmark pover prowl pushy resend rocket rockets sendgrid ses signal "
    "signals sinch slack smtp2go sns sparkpost synology synologys tgram threema twilio viber "
    "vonage whatsapp workflows wxteams xml xmls zulip"
)
SERVICES = frozenset(_SERVICES.split())
"""All go over the network; others act on this machine, or read keys from its files."""
_REFUSED_OPTIONS = "attach filename keyfile pgp pgpkey pgpprv pgppub redirect template wkd"
REFUSED_OPTIONS = frozenset(_REFUSED_OPTIONS.split())
"""Make a service read a file of this machine, or fetch something from elsewhere."""
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/96"))
"""Where a network translates to IPv4 addresses, its own among them."""
EXAMPLE = "a notify URL looks like mailto://user:password@example.com"


def notifier(url: str) -> Any:
    """Return the Apprise service that a notify URL stands for; Apprise logs nothing of it.

    Raises:
        InvalidInputError: Apprise cannot read it, or it may do more than send a message.
    """
    # Half a second that only a message is worth.
    import apprise  # noqa: PLC0415
    from apprise.plugins import url_to_dict  # noqa: PLC0415

    # What it logs holds the URL, and so the secret in it.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    parsed = url_to_dict(url) or {}  # type: ignore[no-untyped-call]  # Apprise has few types
    if parsed:
        _ensure_harmless(parsed)
    # A redirect may lead into the house.
    asset = apprise.AppriseAsset(http_redirects=False)
    service = apprise.Apprise.instantiate(parsed, asset=asset) if parsed else None
    if service is None:
        message = f"a notify URL is not one Apprise knows: {shown(url)}"
        raise InvalidInputError(message, EXAMPLE)
    return service


def ensure_public(url: str) -> None:
    """Refuse a notify URL that leads to this machine or its own network.

    Raises:
        InvalidInputError: so it does, or `notifier` refuses it.
    """
    if any(_is_private(host) for host in _hosts(notifier(url))):
        message = f"a notify URL leads into a private network: {shown(url)}"
        raise InvalidInputError(message, "name a public service, or ask your operator to set it")


def recipient(url: str) -> Any:
    """Return the service behind a notify URL that may be written to now.

    A name that led nowhere, or to the open internet, when it was set may lead into the house
    by now. An address cannot: one of the house was set by an operator.

    Raises:
        InvalidInputError: a name leads into a private network, or `notifier` refuses the URL.
    """
    service = notifier(url)
    if any(_is_private(host) for host in _hosts(service) if not _is_address(host)):
        message = f"a notify URL leads into a private network by a name: {shown(url)}"
        raise InvalidInputError(message, "an operator may give the address, such as 10.0.0.5")
    return service


def shown(url: str) -> str:
    """Return the part of a URL that holds no secret."""
    kind, found, _ = url.partition("://")
    return f"{kind[:20]}://..." if found else "it has no ://"


def _ensure_harmless(parsed: dict[str, Any]) -> None:
    if parsed["schema"] not in SERVICES:
        message = f"a notify URL may not be of the kind {parsed['schema']}://"
        raise InvalidInputError(message, f"use one of {', '.join(sorted(SERVICES))}")
    refused = sorted(REFUSED_OPTIONS.intersection(parsed.get("qsd", {})))
    if refused:
        message = f"a notify URL may not have the option {refused[0]}="
        raise InvalidInputError(message, "it may read files of this machine: leave it out")


def _hosts(service: Any) -> set[str]:
    """Return whom a service connects to, where its URL says so."""
    # Elsewhere the host's place holds a key, which the name server must not see.
    named = "host" in service.template_tokens
    hosts = {service.host, getattr(service, "smtp_host", None)} if named else set()
    return {host.strip("[]") for host in hosts if host}


def _is_address(host: str) -> bool:
    """Return whether a host needs no name server: an address in any spelling, or localhost."""
    if host.lower() == "localhost":
        return True
    try:
        socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return False
    return True


def _is_private(host: str) -> bool:
    """Return whether a host is not on the open internet; one that is unknown is no danger yet."""
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        return False
    return any(not is_public(str(address[0])) for *_, address in found)


def is_public(text: str) -> bool:
    """Return whether an address is on the open internet."""
    address = ipaddress.ip_address(text.partition("%")[0])
    behind = _behind(address) if isinstance(address, ipaddress.IPv6Address) else address
    return bool(behind.is_global and not behind.is_multicast)


def _behind(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the IPv4 address an IPv6 one stands for, where it does; else itself."""
    if any(address in network for network in NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
