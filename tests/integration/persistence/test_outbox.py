from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from stockcli.usecases.ports import OutboxMessage
from tests.fixtures.corner_shop import NOW
from tests.integration.persistence.street import Shop, message

SOON = NOW + timedelta(minutes=5)


def claim(shop: Shop, now: datetime = NOW, limit: int = 10) -> list[OutboxMessage]:
    with shop.unit:
        claimed = shop.unit.outbox.claim_due(now, now + timedelta(minutes=5), limit)
        shop.unit.commit()
    return claimed


def put(shop: Shop, *keys: str) -> None:
    with shop.unit:
        shop.unit.outbox.put([message(key) for key in keys])
        shop.unit.commit()


def test_a_message_is_claimed_once_and_a_neighbours_never(shop: Shop) -> None:
    put(shop, "po:PO-00001")
    (claimed,) = claim(shop)
    assert claimed == message(id=claimed.id, attempts=1)
    assert claim(shop) == []


def test_a_known_key_is_put_once(shop: Shop) -> None:
    put(shop, "a", "b", "a")
    put(shop, "b")
    assert [each.idempotency_key for each in claim(shop)] == ["a", "b"]


def test_no_more_than_the_limit_is_claimed_oldest_first(shop: Shop) -> None:
    put(shop, "a", "b", "c")
    assert [each.idempotency_key for each in claim(shop, limit=2)] == ["a", "b"]
    assert [each.idempotency_key for each in claim(shop, limit=2)] == ["c"]


def test_a_message_whose_dispatcher_died_is_due_again(shop: Shop) -> None:
    put(shop, "a")
    claim(shop)
    (again,) = claim(shop, now=SOON)
    assert (again.idempotency_key, again.attempts) == ("a", 2)


def test_a_message_that_failed_is_tried_again_when_it_is_due(shop: Shop) -> None:
    put(shop, "a")
    (claimed,) = claim(shop)
    with shop.unit:
        shop.unit.outbox.retry(claimed, NOW + timedelta(hours=1), "no answer")
        shop.unit.commit()
    assert claim(shop, now=SOON) == []
    assert claim(shop, now=NOW + timedelta(hours=1)) == [replace(claimed, attempts=2)]


def test_messages_are_counted_by_status(shop: Shop) -> None:
    put(shop, "a", "b", "c", "d")
    first, second, _third = claim(shop, limit=3)
    with shop.unit:
        shop.unit.outbox.sent(first, NOW)
        shop.unit.outbox.failed(second, "no such address")
        assert shop.unit.outbox.counts() == {"failed": 1, "pending": 1, "sending": 1, "sent": 1}
        shop.unit.commit()
    assert [each.idempotency_key for each in claim(shop, now=SOON)] == ["c", "d"]


def test_what_has_left_cannot_be_put_back(shop: Shop) -> None:
    put(shop, "a")
    (claimed,) = claim(shop)
    with shop.unit:
        shop.unit.outbox.sent(claimed, NOW)
        shop.unit.outbox.retry(claimed, NOW, "late news")
        assert shop.unit.outbox.counts() == {"sent": 1}


def test_a_neighbours_message_cannot_be_marked(shop: Shop, neighbour: Shop) -> None:
    with neighbour.unit:
        (theirs,) = neighbour.unit.outbox.claim_due(SOON, SOON, 1)
    with shop.unit:
        shop.unit.outbox.sent(theirs, NOW)
        shop.unit.outbox.retry(theirs, NOW, "")
        shop.unit.outbox.failed(theirs, "")
        shop.unit.commit()
    with shop.unit.reading():
        assert shop.unit.outbox.counts() == {}


def test_putting_nothing_is_fine(shop: Shop) -> None:
    put(shop)
    assert claim(shop) == []


def test_one_whose_dispatcher_died_is_known_for_it(shop: Shop) -> None:
    put(shop, "a")
    (first,) = claim(shop)
    (again,) = claim(shop, now=SOON)
    assert (first.is_in_doubt, again.is_in_doubt) == (False, True)


def test_a_dispatcher_that_comes_late_puts_nothing_back_that_another_took_over(shop: Shop) -> None:
    put(shop, "a")
    (late,), _ = claim(shop), claim(shop, now=SOON)
    with shop.unit:
        shop.unit.outbox.retry(late, NOW, "no answer")
        shop.unit.outbox.failed(late, "no answer")
        assert shop.unit.outbox.counts() == {"sending": 1}
        shop.unit.outbox.sent(late, SOON)
        assert shop.unit.outbox.counts() == {"sent": 1}


def test_what_is_in_doubt_waits_for_a_person(shop: Shop) -> None:
    put(shop, "a", "b")
    one, other = claim(shop)
    with shop.unit:
        shop.unit.outbox.doubt(one, "no answer")
        shop.unit.outbox.drop(other, "cancelled")
        shop.unit.commit()
    assert claim(shop, now=NOW + timedelta(days=9)) == []
    with shop.unit:
        assert shop.unit.outbox.counts() == {"dropped": 1, "uncertain": 1}
        assert shop.unit.outbox.resend_uncertain(SOON) == 1
        shop.unit.commit()
    (again,) = claim(shop, now=SOON)
    assert (again.idempotency_key, again.is_in_doubt) == ("a", False)


def test_a_clock_set_back_does_not_keep_a_message_for_as_long_as_it_was_wrong(shop: Shop) -> None:
    put(shop, "fresh", "sending", "put back")
    long_ago = NOW - timedelta(days=400)
    _, _, put_back = claim(shop)
    with shop.unit:
        shop.unit.outbox.retry(put_back, NOW + timedelta(hours=1), "no answer")
        shop.unit.commit()
    put(shop, "fresher")
    keys = [each.idempotency_key for each in claim(shop, now=long_ago)]
    assert keys == ["fresh", "sending", "put back", "fresher"]


def test_channels_that_are_held_back_stay_where_they_are(shop: Shop) -> None:
    with shop.unit:
        shop.unit.outbox.put([message("a", channel="alert"), message("o")])
        shop.unit.commit()
    with shop.unit:
        (claimed,) = shop.unit.outbox.claim_due(NOW, SOON, 10, without=("alert",))
        assert claimed.idempotency_key == "o"
        (waits,) = shop.unit.outbox.waiting("alert")
        assert (waits.idempotency_key, waits.attempts) == ("a", 0)
        shop.unit.commit()
    assert [each.idempotency_key for each in claim(shop)] == ["a"]


def test_messages_that_join_another_leave_with_it_and_never_again(shop: Shop) -> None:
    put(shop, "a", "b", "c")
    (first,) = claim(shop, limit=1)
    others = [replace(message("b"), id=first.id + 1), replace(message("c"), id=first.id + 2)]
    with shop.unit:
        shop.unit.outbox.join(replace(first, payload={"all": 3}), others)
        shop.unit.commit()
    (again,) = claim(shop, now=SOON)
    assert (again.idempotency_key, again.payload) == ("a", {"all": 3})
    with shop.unit.reading():
        assert shop.unit.outbox.counts() == {"dropped": 2, "sending": 1}


def test_a_neighbours_messages_neither_wait_here_nor_join(shop: Shop, neighbour: Shop) -> None:
    put(shop, "a")
    (mine,) = claim(shop)
    with neighbour.unit.reading():
        (theirs,) = neighbour.unit.outbox.waiting("purchase_order")
    with shop.unit:
        assert shop.unit.outbox.waiting("purchase_order") == []
        shop.unit.outbox.join(mine, [theirs])
        shop.unit.commit()
    with neighbour.unit.reading():
        assert neighbour.unit.outbox.waiting("purchase_order") == [theirs]


def test_what_was_given_up_leaves_again_on_a_persons_word(shop: Shop, neighbour: Shop) -> None:
    put(shop, "a", "b")
    first, second = claim(shop)
    with shop.unit:
        shop.unit.outbox.failed(first, "no such address")
        shop.unit.outbox.doubt(second, "no answer")
        shop.unit.commit()
    with neighbour.unit:
        assert neighbour.unit.outbox.resend_failed(NOW) == 0
        neighbour.unit.commit()
    with shop.unit:
        assert shop.unit.outbox.resend_failed(NOW) == 1
        shop.unit.commit()
    (again,) = claim(shop)
    assert (again.idempotency_key, again.is_in_doubt) == ("a", False)


def test_a_message_that_has_not_begun_to_leave_is_withdrawn(shop: Shop) -> None:
    put(shop, "a", "b")
    with shop.unit:
        assert shop.unit.outbox.withdraw("a") == "dropped"
        assert shop.unit.outbox.withdraw("a") == "dropped"
        assert shop.unit.outbox.withdraw("unknown") == ""
        shop.unit.commit()
    assert [each.idempotency_key for each in claim(shop)] == ["b"]


def test_a_message_that_was_given_up_is_withdrawn(shop: Shop) -> None:
    put(shop, "a")
    (claimed,) = claim(shop)
    with shop.unit:
        shop.unit.outbox.failed(claimed, "gone")
        assert shop.unit.outbox.withdraw("a") == "dropped"


def test_a_message_that_is_leaving_or_left_or_may_have_is_not_withdrawn(shop: Shop) -> None:
    put(shop, "a", "b", "c")
    _, left, doubtful = claim(shop)
    with shop.unit:
        shop.unit.outbox.sent(left, NOW)
        shop.unit.outbox.doubt(doubtful, "no answer")
        states = [shop.unit.outbox.withdraw(key) for key in ("a", "b", "c")]
        assert states == ["sending", "sent", "uncertain"]
        assert [shop.unit.outbox.status(key) for key in ("a", "b", "c")] == states


def test_a_neighbours_message_is_not_withdrawn(shop: Shop, neighbour: Shop) -> None:
    with shop.unit:
        assert shop.unit.outbox.withdraw("po:PO-00001") == ""
        shop.unit.commit()
    with neighbour.unit.reading():
        assert neighbour.unit.outbox.status("po:PO-00001") == "pending"
