from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from stockcli.persistence.written import FEW, LONGEST, NOT_AUDITED, Written, plain_value


def test_nothing_written_is_nothing_to_tell() -> None:
    assert Written().take() is None


def test_rows_of_one_table_and_verb_are_told_together() -> None:
    written = Written()
    written.note("alert", "insert", 4)
    written.note("alert", "insert", 3)
    written.note("alert", "update", 1)
    assert written.take() == {
        "writes": [
            {"table": "alert", "verb": "insert", "rows": 7},
            {"table": "alert", "verb": "update", "rows": 1},
        ]
    }


def test_the_values_of_a_few_rows_are_told_and_of_many_none() -> None:
    written = Written()
    written.note("alert", "insert", FEW, [{"subject": "low"}] * FEW)
    told = written.take()
    assert told is not None
    assert told["writes"][0]["values"] == [{"subject": "low"}] * FEW
    written.note("alert", "insert", FEW, [{"subject": "low"}] * FEW)
    written.note("alert", "insert", 1, [{"subject": "low"}])
    assert written.take() == {"writes": [{"table": "alert", "verb": "insert", "rows": FEW + 1}]}


def test_what_was_told_is_not_told_again() -> None:
    written = Written()
    written.note("decision", "insert", 1, [{"decided_by": "rule"}])
    assert written.take() is not None
    assert written.take() is None


def test_decisions_are_told_by_who_made_them() -> None:
    written = Written()
    written.note("decision", "insert", 3, [{"decided_by": name} for name in ("rule", "m", "rule")])
    told = written.take()
    assert told is not None
    assert told["decided_by"] == {"rule": 2, "m": 1}


@pytest.mark.parametrize("table", sorted(NOT_AUDITED))
def test_caches_and_counters_are_not_told(table: str) -> None:
    written = Written()
    written.note(table, "insert", 1, [{"a": 1}])
    assert written.take() is None


def test_a_change_that_met_no_row_is_none() -> None:
    written = Written()
    written.note("outbox", "update", 0)
    assert written.take() is None


def test_secrets_and_talk_are_left_out() -> None:
    written = Written()
    written.note("api_token", "insert", 1, [{"prefix": "stk_m_a", "secret_sha256": b"secret"}])
    written.note("conversation", "upsert", 1, [{"id": "c", "title": "private", "messages": []}])
    written.note("tenant", "insert", 1, [{"slug": "a", "policy": {"notify_urls": ["mailto://p"]}}])
    told = written.take()
    assert told is not None
    values = [one["values"] for one in told["writes"]]
    assert values == [[{"prefix": "stk_m_a"}], [{"id": "c"}], [{"slug": "a"}]]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (Decimal("1.2500"), 1.25),
        (Decimal(12), 12),
        (Decimal("NaN"), "NaN"),
        (float("inf"), "inf"),
        (date(2026, 11, 30), "2026-11-30"),
        (datetime(2026, 11, 30, 6, tzinfo=UTC), "2026-11-30T06:00:00+00:00"),
        (b"abc", "3 bytes"),
        ("pão", "pão"),
        ("a\x00b", "a\ufffdb"),
        ("a\ud800b", "a?b"),
        ({"a": [1, Decimal("0.5")]}, {"a": [1, 0.5]}),
        ({1: None}, {"1": None}),
    ],
)
def test_values_are_told_as_json_takes_them(value: object, told: object) -> None:
    assert plain_value(value) == told
    json.dumps(plain_value(value), allow_nan=False, ensure_ascii=False).encode()


def test_long_texts_and_long_json_are_cut() -> None:
    text = plain_value("x" * 1000)
    assert (len(text), text[-3:]) == (LONGEST, "...")
    cut = plain_value({"rows": ["y" * 1000]})
    assert isinstance(cut, str)
    assert len(cut) == LONGEST
