"""A digest: what waits for one channel, written in the shop's language and to its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stockcli.domain.alerts import AlertKind
from stockcli.domain.channels import EVERY_KIND, Channel
from stockcli.domain.shop import Tenant
from stockcli.notifications.letters import alert_text, one_line
from stockcli.notifications.sentences import Said, said
from stockcli.notifications.tongues import Tongue

SHORT = 320
"""A channel that takes no more letters than this, such as an SMS, gets the subjects alone."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message as one channel gets it."""

    title: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Digest:
    """The alerts of a message in words.

    Attributes:
        alerts: kind and words of each.
        plain: of a message put by an earlier version, which came in words.
    """

    shop: Tenant
    alerts: Sequence[tuple[str, Said]]
    plain: Letter | None = None

    def letter(self, channel: Channel, *, longest: int) -> Letter | None:
        """Return what a channel gets of it; None if nothing in it goes there.

        Args:
            longest: letters the channel takes.
        """
        if self.plain:
            return self.plain
        chosen = [words for kind, words in self.alerts if _goes_to(kind, channel)]
        if not chosen:
            return None
        tongue = Tongue.of(self.shop)
        subject = chosen[0].subject if len(chosen) == 1 else _subject_of(len(chosen), tongue)
        title = f"[{one_line(self.shop.name)}] {subject}"
        short = longest <= SHORT
        lines = [words.subject if short else words.text for words in chosen]
        room = longest - (len(title) + 2 if short else 0)
        return Letter(title=title, body=_fitting(lines, room, tongue))


def digest_of(payload: Mapping[str, Any], shop: Tenant) -> Digest:
    """Return the alerts of a message in the shop's words."""
    if "alerts" not in payload:
        title = f"[{one_line(shop.name)}] {one_line(payload['subject'])}"
        return Digest(shop=shop, alerts=(), plain=Letter(title=title, body=alert_text(payload)))
    tongue = Tongue.of(shop)
    alerts = [(str(entry.get("kind", "")), said(entry, tongue)) for entry in payload["alerts"]]
    return Digest(shop=shop, alerts=alerts)


def trial(shop: Tenant) -> Letter:
    """Return the message that tries a channel out."""
    tongue, name = Tongue.of(shop), one_line(shop.name)
    subject = tongue.say("Test message")
    return Letter(
        title=f"[{name}] {subject}",
        body=tongue.say("This is a test: the alerts of %(shop)s reach you here.", shop=name),
    )


def _goes_to(kind: str, channel: Channel) -> bool:
    """Return whether a channel gets alerts of a kind; one of another version goes everywhere."""
    return channel.kinds == EVERY_KIND or kind in channel.kinds or kind not in tuple(AlertKind)


def _subject_of(count: int, tongue: Tongue) -> str:
    return tongue.say_many(
        "%(count)s thing needs your attention", "%(count)s things need your attention", count
    )


def _fitting(lines: Sequence[str], room: int, tongue: Tongue) -> str:
    """Return as many lines as there is room for, and how many more there are."""
    marked = [f"- {line}" for line in lines]
    if len("\n".join(marked)) <= room:
        return "\n".join(marked)
    for kept in range(len(marked) - 1, 0, -1):
        body = "\n".join([*marked[:kept], _rest(len(marked) - kept, tongue)])
        if len(body) <= room:
            return body
    rest = f"\n{_rest(len(marked) - 1, tongue)}" if len(marked) > 1 else ""
    return f"{marked[0][: max(0, room - len(rest) - 1)]}…{rest}"


def _rest(count: int, tongue: Tongue) -> str:
    return tongue.say_many(
        "... and one more: `stock alerts`", "... and %(count)s more: `stock alerts`", count
    )
