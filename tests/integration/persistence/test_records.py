from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from stockcli.domain.budget import ModelCall, ModelUsage
from stockcli.domain.calendar import LONGEST_EVENT, CalendarDay
from stockcli.usecases.ports import Conversation, ImportRecord, Snapshot
from tests.fixtures.corner_shop import NOW, TODAY
from tests.integration.persistence.street import Shop

DAY = timedelta(days=1)
OPEN, SHUT = CalendarDay(is_open=True), CalendarDay(is_open=False)
SNAPSHOT = Snapshot(topic="levels", payload={"b": 1, "a": ["é", None, 2.5]}, as_of=NOW, version=3)
CHAT = Conversation(
    id="chat-1",
    title="What is low?",
    messages=[{"role": "user", "content": "O que está em falta?"}],
    updated_at=NOW,
)
RECORD = ImportRecord(
    kind="sales",
    file_name="lines.csv",
    checksum="a" * 64,
    imported_at=NOW,
    report={"taken": 3, "skipped": [{"row": 2, "why": "no SKU"}]},
)


def test_a_snapshot_is_stored_and_replaced(shop: Shop) -> None:
    newer = replace(SNAPSHOT, payload={}, version=4)
    with shop.unit:
        assert shop.unit.snapshots.get("levels") is None
        shop.unit.snapshots.put(SNAPSHOT)
        assert shop.unit.snapshots.get("levels") == SNAPSHOT
        shop.unit.snapshots.put(newer)
        assert shop.unit.snapshots.get("levels") == newer


def test_conversations_are_stored_replaced_and_listed_newest_first(shop: Shop) -> None:
    second = replace(CHAT, id="chat-2", updated_at=NOW + DAY)
    with shop.unit:
        assert shop.unit.conversations.get("chat-1") is None
        shop.unit.conversations.put(CHAT)
        shop.unit.conversations.put(second)
        assert shop.unit.conversations.latest(5) == [second, CHAT]
        longer = replace(CHAT, messages=[*CHAT.messages, {"role": "assistant", "content": "…"}])
        shop.unit.conversations.put(replace(longer, updated_at=NOW + 2 * DAY))
        assert [chat.id for chat in shop.unit.conversations.latest(1)] == ["chat-1"]
        found = shop.unit.conversations.get("chat-1")
    assert found is not None
    assert found.messages == longer.messages


def test_a_message_keeps_the_order_of_its_keys(shop: Shop) -> None:
    with shop.unit:
        shop.unit.conversations.put(CHAT)
        found = shop.unit.conversations.get("chat-1")
    assert found is not None
    assert list(found.messages[0]) == ["role", "content"]


def test_a_reservation_counts_until_it_is_settled(shop: Shop) -> None:
    price = Decimal("0.000000125")
    usage = ModelUsage(input_tokens=1, output_tokens=2, cache_write_tokens=3, cache_read_tokens=4)
    with shop.unit:
        calls = shop.unit.model_calls
        assert calls.spent_usd(NOW - DAY) == 0
        reserved = calls.reserve("review", "claude", Decimal("0.25"), NOW)
        calls.reserve("chat", "claude", Decimal("0.5"), NOW - 2 * DAY)
        assert calls.spent_usd(NOW - DAY) == Decimal("0.25")
        call = ModelCall(purpose="review", model="claude", usage=usage, price_usd=price)
        calls.settle(reserved, call)
        assert calls.spent_usd(NOW - DAY) == price
        assert calls.spent_usd(NOW - 3 * DAY) == Decimal("0.5") + price


def test_a_neighbours_reservation_cannot_be_settled(shop: Shop, neighbour: Shop) -> None:
    free = ModelCall(purpose="", model="", usage=ModelUsage(), price_usd=Decimal(0))
    with shop.unit:
        for number in range(5):
            shop.unit.model_calls.settle(number, free)
        shop.unit.commit()


def test_imports_are_listed_newest_first(shop: Shop) -> None:
    second = replace(RECORD, file_name="second.csv")
    with shop.unit:
        shop.unit.imports.add(RECORD)
        shop.unit.imports.add(second)
        assert shop.unit.imports.latest(5) == [second, RECORD]
        assert shop.unit.imports.latest(1) == [second]


def test_column_mappings_are_saved_replaced_and_listed(shop: Shop) -> None:
    with shop.unit:
        assert shop.unit.imports.profile("till") is None
        shop.unit.imports.save_profile("till", {"sku": "StockCode"})
        shop.unit.imports.save_profile("bank", {})
        assert shop.unit.imports.profiles() == ["bank", "till"]
        shop.unit.imports.save_profile("till", {"sku": "Code"})
        assert shop.unit.imports.profile("till") == {"sku": "Code"}


def test_events_are_kept_whether_or_not_the_shop_is_said_to_be_open(shop: Shop) -> None:
    said = {
        TODAY: CalendarDay(event="Mother's Day"),
        TODAY + DAY: CalendarDay(is_open=False, event="é" * LONGEST_EVENT),
    }
    with shop.unit:
        shop.unit.calendar.put(said)
        assert shop.unit.calendar.days(TODAY, TODAY + DAY) == said


def test_days_are_stored_replaced_and_read_by_range(shop: Shop) -> None:
    with shop.unit:
        shop.unit.calendar.put({TODAY: OPEN, TODAY + DAY: SHUT, TODAY + 2 * DAY: OPEN})
        shop.unit.calendar.put({TODAY + DAY: OPEN})
        days = shop.unit.calendar.days(TODAY, TODAY + DAY)
        assert days == {TODAY: OPEN, TODAY + DAY: OPEN}
        shop.unit.calendar.put({})
