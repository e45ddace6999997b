"""The audit log, read: what was written and by whom, and whether the log itself is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from stockcli.domain.audit import AuditEntry, ChainReport, follow
from stockcli.usecases.ports import AuditLog

AT_A_TIME = 1_000
"""Entries read in one statement, so that a long chain takes no more memory than a short one."""

_UNREADABLE = "?"


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """One transaction, as the log tells it.

    Attributes:
        position: of its last entry in the chain.
        writes: each with "table", "verb", "rows", and "values" where the rows are few.
        decided_by: who made the decisions written, and how many.
        is_direct: whether it was no command of the program, but SQL.
        token: the number of the token that was shown; None without one.
        hash: of its last entry.
    """

    position: int
    at: datetime
    who: str
    via: str
    transaction: str
    writes: tuple[Mapping[str, Any], ...]
    hash: bytes
    decided_by: Mapping[str, int] = field(default_factory=dict)
    is_direct: bool = False
    token: int | None = None


def latest_lines(
    log: AuditLog, limit: int, *, since: datetime | None = None, who: str = ""
) -> list[AuditLine]:
    """Return the latest transactions, newest first.

    Args:
        since: leaves out what was written before.
        who: keeps those whose author, command or decider holds these characters.
    """
    lines: list[AuditLine] = []
    for line in _lines(log, since):
        if len(lines) == limit:
            break
        if _is_by(line, who.casefold()):
            lines.append(line)
    return lines


def verify(
    log: AuditLog,
    expected: bytes | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> ChainReport:
    """Follow a whole chain.

    Args:
        expected: the hash of an entry that was noted down earlier.
        on_progress: told how many entries were read so far.
    """
    return follow(_oldest_first(log, on_progress), log.tenant, expected)


def in_words(line: AuditLine) -> str:
    """Return what a transaction wrote, such as "+6 purchase_order, +11 decision by rule"."""
    return ", ".join(words for one in line.writes for words in _told(one, line.decided_by))


def _told(write: Mapping[str, Any], decided_by: Mapping[str, int]) -> Iterator[str]:
    table, verb, rows = (write.get(name, _UNREADABLE) for name in ("table", "verb", "rows"))
    if table == "decision" and decided_by:
        yield from (f"+{count} decision by {who}" for who, count in decided_by.items())
    elif verb in ("insert", "delete"):
        yield f"{'+' if verb == 'insert' else '-'}{rows} {table}"
    else:
        yield f"{rows} {table} {'set' if verb == 'upsert' else 'changed'}"


def _oldest_first(log: AuditLog, on_progress: Callable[[int], None]) -> Iterator[AuditEntry]:
    count, last = 0, None
    while batch := log.after(last, AT_A_TIME):
        yield from batch
        count, last = count + len(batch), batch[-1].position
        on_progress(count)


def _lines(log: AuditLog, since: datetime | None) -> Iterator[AuditLine]:
    """Yield the transactions, newest first: the entries of one stand together in a chain."""
    for _, entries in groupby(_newest_first(log, since), lambda entry: entry.transaction):
        yield _merged([_line_of(entry) for entry in entries])


def _newest_first(log: AuditLog, since: datetime | None) -> Iterator[AuditEntry]:
    last = None
    while batch := log.before(last, AT_A_TIME, since=since):
        yield from batch
        last = batch[-1].position


def _merged(lines: Sequence[AuditLine]) -> AuditLine:
    """Return one transaction's entries as one: the program's, else all that SQL did directly."""
    told = [line for line in lines if not line.is_direct] or lines
    writes = tuple(write for line in reversed(told) for write in line.writes)
    return replace(told[0], position=lines[0].position, hash=lines[0].hash, writes=writes)


def _line_of(entry: AuditEntry) -> AuditLine:
    told = entry.told
    did = _object(told.get("did"))
    writes, token = did.get("writes"), told.get("token")
    return AuditLine(
        position=entry.position,
        at=entry.written_at,
        who=str(told.get("who", _UNREADABLE)),
        via=str(told.get("via", _UNREADABLE)),
        transaction=entry.transaction,
        writes=tuple(map(_object, writes)) if isinstance(writes, list) else (),
        hash=entry.hash,
        decided_by=_object(did.get("decided_by")),
        is_direct=did.get("direct") is True,
        token=token if isinstance(token, int) else None,
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_by(line: AuditLine, who: str) -> bool:
    return any(who in name.casefold() for name in (line.who, line.via, *line.decided_by))
