from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stockcli.domain.audit import (
    BEGINNING,
    HOUSE,
    Actor,
    AuditEntry,
    ChainBreak,
    chained_hash,
    follow,
    next_entry,
)

SHOP = 7
NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
Chain = list[AuditEntry]


def a_chain(length: int = 5, tenant: int = SHOP) -> Chain:
    chain: Chain = []
    for number in range(length):
        entry = next_entry(
            (chain[-1].position, chain[-1].hash) if chain else None,
            tenant=tenant,
            at=NOW + timedelta(minutes=number),
            actor=Actor(who="manager:maria", via="stock count", token_id=3),
            transaction=f"t{number}",
            did={"writes": [{"table": "stock_movement", "verb": "insert", "rows": number}]},
        )
        chain.append(entry)
    return chain


def broken(chain: Sequence[AuditEntry], tenant: int = SHOP) -> ChainBreak | None:
    return follow(chain, tenant).broken


def test_a_chain_as_it_was_written_is_unbroken_and_ends_in_its_head() -> None:
    chain = a_chain()
    report = follow(chain, SHOP)
    assert (report.entries, report.head, report.broken) == (5, chain[-1], None)


def test_an_empty_chain_is_unbroken() -> None:
    report = follow([], SHOP)
    assert (report.entries, report.head, report.broken) == (0, None, None)


def test_the_first_entry_is_chained_to_zeros_and_each_other_to_the_one_before() -> None:
    first, second = a_chain(2)
    assert first.hash == chained_hash(bytes(32), first.record)
    assert second.hash == chained_hash(first.hash, second.record)


def test_a_record_says_who_wrote_what_by_which_way() -> None:
    told = a_chain(1)[0].told
    assert (told["tenant"], told["position"], told["transaction"]) == (SHOP, 1, "t0")
    assert (told["who"], told["via"], told["token"]) == ("manager:maria", "stock count", 3)
    assert told["at"] == "2026-11-30T06:00:00+00:00"
    assert told["did"]["writes"][0]["table"] == "stock_movement"


def rewritten(chain: Chain) -> Chain:
    forged = chain[2].record.replace("maria", "bruno")
    return [*chain[:2], replace(chain[2], record=forged), *chain[3:]]


def rehashed(chain: Chain) -> Chain:
    """Forge a record and its own hash: the next entry still remembers the old one."""
    forged = rewritten(chain)
    own = chained_hash(forged[1].hash, forged[2].record)
    return [*forged[:2], replace(forged[2], hash=own), *forged[3:]]


def with_another_hash(chain: Chain) -> Chain:
    return [*chain[:2], replace(chain[2], hash=bytes(32)), *chain[3:]]


def without_the_third(chain: Chain) -> Chain:
    return [*chain[:2], *chain[3:]]


def closed_up(chain: Chain) -> Chain:
    """Take the third out, and number the rest anew."""
    rest = [replace(entry, position=entry.position - 1) for entry in chain[3:]]
    return [*chain[:2], *rest]


def swapped(chain: Chain) -> Chain:
    third, fourth = chain[2], chain[3]
    as_third = replace(fourth, position=third.position)
    return [*chain[:2], as_third, replace(third, position=fourth.position), chain[4]]


def out_of_order(chain: Chain) -> Chain:
    return [*chain[:2], chain[3], chain[2], chain[4]]


def repeated(chain: Chain) -> Chain:
    return [*chain[:2], chain[1], *chain[2:]]


@pytest.mark.parametrize(
    ("tamper", "position", "reason"),
    [
        (rewritten, 3, "its hash is not that of its record"),
        (rehashed, 4, "its hash is not that of its record"),
        (with_another_hash, 3, "its hash is not that of its record"),
        (without_the_third, 3, "there is no such entry"),
        (closed_up, 3, "its hash is not that of its record"),
        (swapped, 3, "its hash is not that of its record"),
        (out_of_order, 3, "there is no such entry"),
        (repeated, 3, "entry 2 stands in its place"),
        (lambda chain: chain[1:], 1, "there is no such entry"),
    ],
)
def test_tampering_is_found_where_it_begins(
    tamper: Callable[[Chain], Chain], position: int, reason: str
) -> None:
    found = broken(tamper(a_chain()))
    assert found is not None
    assert found.position == position
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"transaction": "another"}, "its record names another transaction"),
        ({"written_at": NOW + timedelta(days=1)}, "its record names another time"),
    ],
)
def test_a_row_that_contradicts_its_record_is_found(
    changes: dict[str, object], reason: str
) -> None:
    (entry,) = a_chain(1)
    found = broken([replace(entry, **changes)])  # type: ignore[arg-type]
    assert found == ChainBreak(position=1, reason=reason)


def hashed_anew(entry: AuditEntry, record: str) -> AuditEntry:
    return replace(entry, record=record, hash=chained_hash(BEGINNING, record))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"position": 2}, "its record names another position"),
        ({"tenant": 8}, "its record names another tenant"),
        ({"at": "yesterday"}, "its record names another time"),
    ],
)
def test_a_record_of_another_place_is_found_though_its_hash_is_right(
    change: dict[str, object], reason: str
) -> None:
    (entry,) = a_chain(1)
    forged = hashed_anew(entry, json.dumps({**entry.told, **change}))
    assert broken([forged]) == ChainBreak(position=1, reason=reason)


@pytest.mark.parametrize("record", ["", "no JSON", "[1, 2]", "null"])
def test_a_record_that_is_none_is_found(record: str) -> None:
    (entry,) = a_chain(1)
    assert broken([hashed_anew(entry, record)]) is not None


def test_another_shops_chain_is_not_this_ones() -> None:
    found = broken(a_chain(tenant=HOUSE))
    assert found == ChainBreak(position=1, reason="it is another chain's")


def test_a_time_is_the_same_in_any_zone_and_in_utc_without_one() -> None:
    (entry,) = a_chain(1)
    for text in ("2026-11-30T08:00:00+02:00", "2026-11-30T06:00:00Z", "2026-11-30 06:00:00"):
        assert broken([hashed_anew(entry, json.dumps({**entry.told, "at": text}))]) is None


def test_a_cut_tail_is_unbroken_yet_misses_what_was_noted_down() -> None:
    chain = a_chain()
    noted = chain[-1].hash
    assert follow(chain, SHOP, noted).is_expected_there
    cut = follow(chain[:-1], SHOP, noted)
    assert (cut.broken, cut.is_expected_there) == (None, False)


def test_an_entry_noted_down_long_ago_is_found_in_a_chain_that_grew() -> None:
    chain = a_chain()
    assert follow(chain, SHOP, chain[1].hash).is_expected_there
    assert not follow([], SHOP, chain[1].hash).is_expected_there


def test_entries_are_taken_one_by_one_up_to_the_break() -> None:
    taken = []

    def told_one_by_one() -> object:
        for entry in without_the_third(a_chain()):
            taken.append(entry.position)
            yield entry

    follow(told_one_by_one(), SHOP)  # type: ignore[arg-type]
    assert taken == [1, 2, 4]
