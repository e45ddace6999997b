"""The audit log: who wrote what, each entry chained to the one before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

HOUSE = 0
"""Whose chain holds what belongs to no shop."""

BEGINNING = bytes(32)
"""What the first entry of a chain is chained to."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who writes, and by which way; it stands beside every write in the audit log.

    Attributes:
        who: role and label, such as "manager:maria".
        via: the command that was given, such as "stock chat".
        token_id: of the token that was shown; None for somebody at the machine itself.
    """

    who: str = "operator:local"
    via: str = "stock"
    token_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One transaction that wrote: a link of a shop's chain.

    Attributes:
        tenant: the shop's number; HOUSE for the house's own chain.
        position: 1, 2, ... within the chain, without gaps.
        record: the very text that was hashed; a JSON object.
        hash: SHA-256 of the hash before it, followed by the record.
    """

    tenant: int
    position: int
    written_at: datetime
    transaction: str
    record: str
    hash: bytes

    @property
    def told(self) -> Mapping[str, Any]:
        """Return what the record says; nothing if it is no JSON object."""
        try:
            told = json.loads(self.record)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}


@dataclass(frozen=True, kw_only=True)
class ChainBreak:
    """Where a chain is broken first, and how.

    Attributes:
        reason: half a sentence, such as "its hash is not that of its record".
    """

    position: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """What became of following a chain.

    Attributes:
        entries: how many were found in order.
        head: the last of them; None of an empty chain.
        broken: None of an unbroken chain.
        is_expected_there: whether the hash that was looked for is that of one of them.
    """

    entries: int
    head: AuditEntry | None
    broken: ChainBreak | None = None
    is_expected_there: bool = True


def chained_hash(before: bytes, record: str) -> bytes:
    """Return the hash of an entry: SHA-256 of the hash before it, followed by its record.

    >>> chained_hash(BEGINNING, "{}").hex()[:16]
    'fb1634c4e6cd4b1f'
    """
    return sha256(before + record.encode()).digest()


def next_entry(
    last: tuple[int, bytes] | None,
    *,
    tenant: int,
    at: datetime,
    actor: Actor,
    transaction: str,
    did: Mapping[str, Any],
) -> AuditEntry:
    """Return the entry that follows on a chain's last one.

    Args:
        last: its position and hash; None begins the chain.
        did: what was written; JSON values only.
    """
    position, before = last or (0, BEGINNING)
    told = {
        "tenant": tenant,
        "position": position + 1,
        "at": at.astimezone(UTC).isoformat(),
        "who": actor.who,
        "via": actor.via,
        "token": actor.token_id,
        "transaction": transaction,
        "did": did,
    }
    record = canonical(told)
    return AuditEntry(
        tenant=tenant,
        position=position + 1,
        written_at=at,
        transaction=transaction,
        record=record,
        hash=chained_hash(before, record),
    )


def canonical(value: Any) -> str:
    """Return JSON that is always written alike: sorted, and without blanks.

    >>> canonical({"b": 1, "a": [None, "é"]})
    '{"a":[null,"é"],"b":1}'
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def follow(
    entries: Iterable[AuditEntry], tenant: int, expected: bytes | None = None
) -> ChainReport:
    """Follow a chain from its beginning, to its end or its first break.

    Args:
        entries: in the order they are to stand in.
        tenant: whose chain it is.
        expected: the hash of an entry that was noted down earlier: a chain whose tail was cut is
            unbroken, yet that entry is gone.
    """
    count, head, is_there = 0, None, expected is None
    for entry in entries:
        broken = _break_at(entry, head, tenant)
        if broken is not None:
            return ChainReport(entries=count, head=head, broken=broken, is_expected_there=is_there)
        count, head = count + 1, entry
        is_there = is_there or entry.hash == expected
    return ChainReport(entries=count, head=head, is_expected_there=is_there)


def _break_at(entry: AuditEntry, last: AuditEntry | None, tenant: int) -> ChainBreak | None:
    position, before = (last.position + 1, last.hash) if last else (1, BEGINNING)
    reason = ""
    if entry.position > position:
        reason = "there is no such entry"
    elif entry.position < position:
        reason = f"entry {entry.position} stands in its place"
    elif entry.tenant != tenant:
        reason = "it is another chain's"
    elif entry.hash != chained_hash(before, entry.record):
        reason = "its hash is not that of its record and the entry before it"
    else:
        reason = _contradiction(entry)
    return ChainBreak(position=position, reason=reason) if reason else None


def _contradiction(entry: AuditEntry) -> str:
    """Return what an entry's record says of itself otherwise than the row around it."""
    told = entry.told
    around = {
        "tenant": entry.tenant,
        "position": entry.position,
        "transaction": entry.transaction,
    }
    for name, value in around.items():
        if told.get(name) != value:
            return f"its record names another {name}"
    return "" if _instant(told.get("at")) == entry.written_at else "its record names another time"


def _instant(text: Any) -> datetime | None:
    """Return a point in time; without a zone it is UTC, and None if it is none."""
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
