"""Where a shop's alerts go: a notify URL, and which kinds of alerts go there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from stockcli.domain.alerts import AlertKind
from stockcli.domain.errors import InvalidInputError

EVERY_KIND = frozenset(AlertKind)
_WITH_KINDS = re.compile(
    r"(?P<url>.*\S)\s+kinds\s*=\s*(?P<kinds>[^:/]*)", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One way to reach the manager.

    Attributes:
        url: an Apprise URL; it holds a secret.
        kinds: of the alerts that go there.
    """

    url: str = field(repr=False)
    kinds: frozenset[AlertKind] = EVERY_KIND

    @property
    def kinds_in_words(self) -> str:
        """Return the kinds as they are typed; empty if all go there."""
        if self.kinds == EVERY_KIND:
            return ""
        return ",".join(kind for kind in AlertKind if kind in self.kinds)

    def as_typed(self) -> str:
        """Return it as it is kept and typed, such as `json://host/ kinds=late_order`."""
        kinds = self.kinds_in_words
        return f"{self.url} kinds={kinds}" if kinds else self.url


def parse_channel(text: str) -> Channel:
    """Return a channel as it is typed: a URL, and after a space which kinds go there, if not all.

    >>> parse_channel("sms://1 kinds=late_order,low_stock").kinds_in_words
    'low_stock,late_order'
    >>> parse_channel("json://example.com/").kinds == EVERY_KIND
    True

    Raises:
        InvalidInputError: a kind is none.
    """
    found = _WITH_KINDS.fullmatch(text.strip())
    if found is None:
        return Channel(url=text.strip())
    names = [name.strip().lower() for name in found["kinds"].split(",") if name.strip()]
    unknown = [name for name in names if name not in tuple(AlertKind)]
    if unknown or not names:
        message = f"kinds={found['kinds'].strip()[:60]} names no kind of alert"
        raise InvalidInputError(message, f"give some of {', '.join(AlertKind)}")
    return Channel(url=found["url"], kinds=frozenset(AlertKind(name) for name in names))


def channels_of(texts: Iterable[str]) -> tuple[Channel, ...]:
    """Return a shop's channels; a URL that is named twice gets what either would.

    Raises:
        InvalidInputError: a kind is none.
    """
    found: dict[str, Channel] = {}
    for channel in map(parse_channel, texts):
        before = found.get(channel.url, channel)
        found[channel.url] = replace(channel, kinds=channel.kinds | before.kinds)
    return tuple(found.values())
