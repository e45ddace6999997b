from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from stockcli.domain.errors import DeliveryError, UncertainDeliveryError
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.shop import Tenant
from stockcli.notifications.courier import HouseCourier
from stockcli.usecases.alerting import latest_alerts, notify_manager
from stockcli.usecases.dispatching import LEASE, DispatchReport, dispatch
from stockcli.usecases.message_fates import RETRY_AFTER
from stockcli.usecases.ports import OutboxMessage, UnitOfWork
from stockcli.usecases.purchasing import cancel_order, order_row, receive_order
from stockcli.usecases.restocking import restock_by_hand
from tests.fixtures.corner_shop import NOW, SteppingClock


@dataclass
class Messenger:
    """A courier that writes down what it carried, and is ill for a while."""

    ill_for: int = 0
    carried: list[str] = field(default_factory=list)

    def deliver(self, message: OutboxMessage, shop: Tenant) -> None:
        if self.ill_for:
            self.ill_for -= 1
            raise DeliveryError
        self.carried.append(message.idempotency_key)

    def may_repeat(self, message: OutboxMessage, shop: Tenant) -> bool:
        return message.channel == "purchase_order"


def order_tea(unit: UnitOfWork) -> str:
    outcome = restock_by_hand(
        unit, "TEA", Decimal(50), location=None, reason="", author="ana", now=NOW
    )
    return outcome.order_number


def test_an_approved_order_leaves_once_and_is_then_sent(
    corner_shop: UnitOfWork, clock: SteppingClock, tmp_path: Path
) -> None:
    number, courier = order_tea(corner_shop), HouseCourier(tmp_path / "sent")
    assert dispatch(corner_shop, courier, clock) == DispatchReport(sent=1)
    assert dispatch(corner_shop, courier, clock) == DispatchReport()
    order = order_row(corner_shop, number).order
    assert (order.status, order.sent_at) == (OrderStatus.SENT, NOW)
    names = sorted(file.name for file in (tmp_path / "sent" / "acme").iterdir())
    assert names == [f"{number}.html", f"{number}.txt"]


def test_an_order_cancelled_before_it_left_never_leaves(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    cancel_order(corner_shop, order_tea(corner_shop), now=NOW)
    messenger = Messenger()
    assert dispatch(corner_shop, messenger, clock) == DispatchReport(dropped=1)
    assert messenger.carried == []


def test_a_failed_delivery_is_tried_again_later_and_not_at_once(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    order_tea(corner_shop)
    messenger = Messenger(ill_for=1)
    assert dispatch(corner_shop, messenger, clock) == DispatchReport(waiting=1)
    assert dispatch(corner_shop, messenger, clock) == DispatchReport()
    clock.advance(minutes=2)
    assert dispatch(corner_shop, messenger, clock) == DispatchReport(sent=1)


def test_a_message_that_never_arrives_is_given_up_and_counted(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    order_tea(corner_shop)
    messenger = Messenger(ill_for=99)
    for _ in RETRY_AFTER:
        assert dispatch(corner_shop, messenger, clock) == DispatchReport(waiting=1)
        clock.advance(days=2)
    report = dispatch(corner_shop, messenger, clock)
    assert (report.failed, report.waiting) == (1, 1)  # the alert about it waits
    with corner_shop.reading():
        assert corner_shop.outbox.counts()["failed"] == 1


def test_the_same_words_on_the_same_day_reach_the_manager_once(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    messenger = Messenger()
    for _ in range(3):
        notify_manager(corner_shop, "Tea is odd", "Look at it.", now=NOW)
    dispatch(corner_shop, messenger, clock)
    assert len(messenger.carried) == 1
    assert latest_alerts(corner_shop, 10)[0].subject == "Tea is odd"


def test_an_order_does_not_wait_behind_alerts(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    for number in range(5):
        notify_manager(corner_shop, f"Matter {number}", "Look.", now=NOW)
    order = order_tea(corner_shop)
    messenger = Messenger()
    dispatch(corner_shop, messenger, clock, limit=1)
    assert messenger.carried == [f"order:{order}"]


def in_the_words_of_an_earlier_version(number: int) -> OutboxMessage:
    payload = {"subject": f"Matter {number}", "text": "- Look."}
    return OutboxMessage(idempotency_key=f"alert:{number}", channel="alert", payload=payload)


def test_a_slow_service_does_not_make_messages_leave_twice(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    with corner_shop:
        corner_shop.outbox.put([in_the_words_of_an_earlier_version(n) for n in range(5)])
        corner_shop.commit()
    other = Messenger()

    class Slow(Messenger):
        def deliver(self, message: OutboxMessage, shop: Tenant) -> None:
            clock.advance(minutes=4)
            super().deliver(message, shop)
            if len(self.carried) == 2:
                dispatch(corner_shop, other, clock)

    slow = Slow()
    dispatch(corner_shop, slow, clock)
    assert len({*slow.carried, *other.carried}) == len(slow.carried) + len(other.carried) == 5


def test_what_a_receiver_never_answered_is_in_doubt_and_not_sent_again(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    class Silent(Messenger):
        def deliver(self, message: OutboxMessage, shop: Tenant) -> None:
            super().deliver(message, shop)
            raise UncertainDeliveryError

    notify_manager(corner_shop, "Tea is odd", "Look at it.", now=NOW)
    silent = Silent()
    for _ in range(3):
        assert dispatch(corner_shop, silent, clock) == DispatchReport(uncertain=1)
        clock.advance(days=2)
    assert len(silent.carried) == 1


def test_who_has_an_alert_is_not_written_to_again(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    class Halfway(Messenger):
        def deliver(self, message: OutboxMessage, shop: Tenant) -> None:
            self.carried.append(",".join(message.payload.get("reached", ())))
            if len(self.carried) == 1:
                raise DeliveryError(reached=("ana",))

    notify_manager(corner_shop, "Tea is odd", "Look at it.", now=NOW)
    halfway = Halfway()
    assert dispatch(corner_shop, halfway, clock) == DispatchReport(waiting=1)
    clock.advance(minutes=2)
    assert dispatch(corner_shop, halfway, clock) == DispatchReport(sent=1)
    assert halfway.carried == ["", "ana"]


def test_an_order_that_may_have_left_and_was_cancelled_since_is_told_of(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    number = order_tea(corner_shop)
    with corner_shop:
        corner_shop.outbox.claim_due(NOW, NOW + LEASE, 1)
        corner_shop.commit()
    cancel_order(corner_shop, number, now=NOW)
    clock.advance(minutes=6)
    assert dispatch(corner_shop, Messenger(), clock) == DispatchReport(sent=1, uncertain=1)
    assert latest_alerts(corner_shop, 1)[0].subject == f"Order {number} may not have left"


def test_an_order_whose_goods_came_need_not_leave_any_more(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    receive_order(corner_shop, order_tea(corner_shop), receipt="DN 1", now=NOW)
    messenger = Messenger()
    assert dispatch(corner_shop, messenger, clock) == DispatchReport(dropped=1)
    assert messenger.carried == []
