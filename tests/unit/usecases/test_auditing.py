from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from stockcli.domain.audit import AuditEntry, chained_hash
from stockcli.usecases.auditing import AT_A_TIME, in_words, latest_lines, verify

NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
SHOP = 7


@dataclass
class ListedLog:
    """A chain in a list."""

    tenant: int = SHOP
    entries: list[AuditEntry] = field(default_factory=list)

    def after(self, position: int | None, limit: int) -> list[AuditEntry]:
        return [entry for entry in self.entries if entry.position > (position or 0)][:limit]

    def before(
        self, position: int | None, limit: int, *, since: datetime | None = None
    ) -> list[AuditEntry]:
        newest_first = [
            entry
            for entry in reversed(self.entries)
            if (position is None or entry.position < position)
            and (since is None or entry.written_at >= since)
        ]
        return newest_first[:limit]

    def write(
        self, table: str, *, transaction: str = "", direct: bool = False, **told: Any
    ) -> None:
        """Append an entry, as the program or as a trigger does."""
        position = len(self.entries) + 1
        transaction = transaction or f"t{position}"
        did: dict[str, Any] = {"writes": [{"table": table, "verb": "insert", "rows": 1}]}
        if direct:
            did["direct"] = True
        at = NOW + timedelta(minutes=position)
        record = json.dumps(
            {
                "tenant": SHOP,
                "position": position,
                "at": at.isoformat(),
                "who": "manager:maria",
                "via": "sql" if direct else "stock count",
                "transaction": transaction,
                "did": did,
                **told,
            }
        )
        before = self.entries[-1].hash if self.entries else bytes(32)
        self.entries.append(
            AuditEntry(
                tenant=SHOP,
                position=position,
                written_at=at,
                transaction=transaction,
                record=record,
                hash=chained_hash(before, record),
            )
        )


def words_of(did: Mapping[str, Any]) -> str:
    log = ListedLog()
    log.write("alert", did=did)
    return in_words(latest_lines(log, 1)[0])


def test_writes_are_told_in_words() -> None:
    did = {
        "writes": [
            {"table": "purchase_order", "verb": "insert", "rows": 6},
            {"table": "decision", "verb": "insert", "rows": 11},
            {"table": "outbox", "verb": "update", "rows": 2},
            {"table": "threshold", "verb": "upsert", "rows": 40},
            {"table": "alert", "verb": "delete", "rows": 1},
        ],
        "decided_by": {"rule": 10, "claude-haiku-5-5": 1},
    }
    assert words_of(did) == (
        "+6 purchase_order, +10 decision by rule, +1 decision by claude-haiku-5-5, "
        "2 outbox changed, 40 threshold set, -1 alert"
    )


def test_what_one_transaction_did_directly_is_told_by_the_programs_entry() -> None:
    log = ListedLog()
    log.write("alert")
    log.write("stock_movement", transaction="t9", direct=True)
    log.write("outbox", transaction="t9", direct=True)
    log.write("stock_movement", transaction="t9")
    newest, oldest = latest_lines(log, 10)
    assert (newest.position, newest.is_direct, newest.via) == (4, False, "stock count")
    assert in_words(newest) == "+1 stock_movement"
    assert oldest.position == 1


def test_direct_sql_alone_is_one_line_that_says_so() -> None:
    log = ListedLog()
    log.write("stock_movement", transaction="t9", direct=True)
    log.write("outbox", transaction="t9", direct=True)
    (line,) = latest_lines(log, 10)
    assert line.is_direct
    assert in_words(line) == "+1 stock_movement, +1 outbox"
    assert line.hash == log.entries[-1].hash


def test_lines_are_counted_after_entries_of_one_transaction_were_joined() -> None:
    log = ListedLog()
    for number in range(4):
        for _ in range(3):
            log.write("alert", transaction=f"t{number}", direct=True)
    assert [line.transaction for line in latest_lines(log, 2)] == ["t3", "t2"]


def test_lines_are_found_by_author_command_or_decider() -> None:
    log = ListedLog()
    log.write("alert", who="operator:local")
    log.write("alert", via="stock chat, claude-haiku-5-5")
    writes = [{"table": "decision", "verb": "insert", "rows": 1}]
    log.write("decision", did={"writes": writes, "decided_by": {"claude-opus-5": 1}})

    def found(who: str) -> list[int]:
        return [line.position for line in latest_lines(log, 10, who=who)]

    assert found("MARIA") == [3, 2]
    assert found("claude") == [3, 2]
    assert found("local") == [1]
    assert found("nobody") == []


def test_what_was_written_before_a_day_is_left_out() -> None:
    log = ListedLog()
    log.write("alert")
    log.write("outbox")
    since = log.entries[1].written_at
    assert [line.position for line in latest_lines(log, 10, since=since)] == [2]


def test_a_record_that_cannot_be_read_is_shown_all_the_same() -> None:
    log = ListedLog()
    unreadable: list[Any] = [None, 7, {"writes": 7}, {"writes": [7, {}]}, {"decided_by": []}]
    for did in unreadable:
        log.write("alert", did=did, who=None, token="x")
    lines = latest_lines(log, 10)
    assert len(lines) == 5
    assert [in_words(line) for line in lines].count("") == 4


def test_a_chain_longer_than_one_read_is_followed_to_its_end() -> None:
    log, seen = ListedLog(), list[int]()
    for _ in range(AT_A_TIME + 2):
        log.write("alert")
    report = verify(log, log.entries[0].hash, seen.append)
    assert (report.entries, report.broken, report.is_expected_there) == (AT_A_TIME + 2, None, True)
    assert seen == [AT_A_TIME, AT_A_TIME + 2]
