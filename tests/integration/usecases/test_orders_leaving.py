"""Orders on their way out: once, whatever the other side does, and told where they did not go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from stockcli.domain.catalogue import OrderChannel
from stockcli.domain.purchasing import OrderStatus
from stockcli.notifications.courier import HouseCourier
from stockcli.notifications.mail import MailServer
from stockcli.persistence.database import Database
from stockcli.usecases.alerting import latest_alerts
from stockcli.usecases.dispatching import (
    LEASE,
    DispatchReport,
    dispatch,
    resend_failed,
    resend_uncertain,
)
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import cancel_order, order_row
from stockcli.usecases.restocking import restock_by_hand
from stockcli.usecases.supplying import SupplierChanges, set_supplier
from tests.fakes.mail_server import SENDER, MailBox, free_port, mail_box, rude_server
from tests.fakes.web_hook import WebHook
from tests.fixtures.corner_shop import NOW, Shelf, SteppingClock, add_shop, stock_up

BY_MAIL = SupplierChanges(email="orders@leaf.example", order_channel=OrderChannel.EMAIL)


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    """A shop that is short of tea, on one backend after the other."""
    return shop_on(database, "acme")


def shop_on(database: Database, slug: str) -> UnitOfWork:
    unit = database.unit_of_work(add_shop(database.directory(), slug))
    stock_up(unit, {"TEA": Shelf(per_day=10, on_hand=20, name=f"Tea of {slug}")})
    return unit


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_box() as running:
        yield running


@pytest.fixture
def hook() -> Iterator[WebHook]:
    with WebHook().running() as running:
        yield running


def courier(folder: Path, port: int | None) -> HouseCourier:
    if port is None:
        return HouseCourier(folder, may_be_private=True)
    mail = MailServer(host="127.0.0.1", port=port, sender=SENDER, patience_seconds=1)
    return HouseCourier(folder, mail, may_be_private=True)


def order_tea(unit: UnitOfWork, changes: SupplierChanges) -> str:
    set_supplier(unit, "LEAF", changes)
    return restock_by_hand(
        unit, "TEA", Decimal(50), location=None, reason="", author="ana", now=NOW
    ).order_number


def test_an_order_by_mail_leaves_once_and_says_when(
    unit: UnitOfWork, clock: SteppingClock, box: MailBox, tmp_path: Path
) -> None:
    number = order_tea(unit, BY_MAIL)
    for _ in range(3):
        dispatch(unit, courier(tmp_path, box.port), clock)
        clock.advance(days=1)
    assert len(box.letters) == 1
    order = order_row(unit, number).order
    assert (order.status, order.sent_at) == (OrderStatus.SENT, NOW)


def test_an_order_waits_as_long_as_no_mail_server_is_set_up(
    unit: UnitOfWork, clock: SteppingClock, box: MailBox, tmp_path: Path
) -> None:
    number = order_tea(unit, BY_MAIL)
    for _ in range(12):  # more often than a delivery is tried that fails
        report = dispatch(unit, courier(tmp_path, None), clock)
        assert (report.waiting, report.failed) == (1, 0)
        assert "no mail server is set up" in report.troubles[0]
        clock.advance(days=1)
    alerts = [alert for alert in latest_alerts(unit, 99) if number in alert.subject]
    assert [alert.subject for alert in alerts] == [f"Order {number} did not leave"]
    assert dispatch(unit, courier(tmp_path, box.port), clock).sent == 1
    assert len(box.letters) == 1
    assert latest_alerts(unit, 99, open_only=True) == []


def test_a_server_that_is_down_costs_nothing_but_time(
    unit: UnitOfWork, clock: SteppingClock, box: MailBox, tmp_path: Path
) -> None:
    order_tea(unit, BY_MAIL)
    assert dispatch(unit, courier(tmp_path, free_port()), clock) == DispatchReport(waiting=1)
    clock.advance(minutes=2)
    assert dispatch(unit, courier(tmp_path, box.port), clock) == DispatchReport(sent=1)
    assert len(box.letters) == 1


def test_a_refused_recipient_is_told_at_once_and_leaves_when_it_is_mended(
    unit: UnitOfWork, clock: SteppingClock, box: MailBox, tmp_path: Path
) -> None:
    number = order_tea(unit, BY_MAIL)
    box.says["RCPT"] = "550 5.1.1 no such user"
    report = dispatch(unit, courier(tmp_path, box.port), clock)
    assert (report.failed, report.waiting) == (1, 0)
    (alert,) = latest_alerts(unit, 99, open_only=True)
    assert alert.subject == f"Order {number} did not leave"
    assert "refused the recipient orders@leaf.example: 550 5.1.1 no such user" in alert.text
    box.says.clear()
    set_supplier(unit, "LEAF", SupplierChanges(email="new@leaf.example"))
    assert resend_failed(unit, clock) == 1
    assert dispatch(unit, courier(tmp_path, box.port), clock) == DispatchReport(sent=1)
    assert box.recipients == ["new@leaf.example"]
    assert latest_alerts(unit, 99, open_only=True) == []


@pytest.mark.parametrize("hangs", [False, True])
def test_a_server_that_dies_with_the_letter_leaves_a_doubt_and_no_second_letter(
    hangs: bool, unit: UnitOfWork, clock: SteppingClock, box: MailBox, tmp_path: Path
) -> None:
    number = order_tea(unit, BY_MAIL)
    with rude_server(b".", hangs=hangs) as port:
        assert dispatch(unit, courier(tmp_path, port), clock).uncertain == 1
    clock.advance(days=2)
    assert dispatch(unit, courier(tmp_path, box.port), clock).uncertain == 1
    assert box.letters == []
    assert latest_alerts(unit, 1)[0].subject == f"Order {number} may not have left"
    assert order_row(unit, number).order.status is OrderStatus.APPROVED
    resend_uncertain(unit, clock)
    dispatch(unit, courier(tmp_path, box.port), clock)
    assert len(box.letters) == 1
    assert order_row(unit, number).order.status is OrderStatus.SENT


@pytest.mark.parametrize("way", ["email", "webhook"])
def test_an_order_whose_sender_died_is_in_doubt_and_a_file_is_written_again(
    way: str, unit: UnitOfWork, clock: SteppingClock, box: MailBox, hook: WebHook, tmp_path: Path
) -> None:
    order_tea(unit, replace(BY_MAIL, order_channel=OrderChannel(way), webhook_url=hook.orders_url))
    with unit:
        unit.outbox.claim_due(NOW, NOW + LEASE, 1)
        unit.commit()
    clock.advance(minutes=6)
    assert dispatch(unit, courier(tmp_path, box.port), clock).uncertain == 1
    assert (box.letters, hook.orders) == ([], [])


def test_an_order_to_a_webhook_leaves_once_and_is_tried_again_after_a_fault(
    unit: UnitOfWork, clock: SteppingClock, hook: WebHook, tmp_path: Path
) -> None:
    number = order_tea(
        unit, SupplierChanges(order_channel=OrderChannel.WEBHOOK, webhook_url=hook.orders_url)
    )
    hook.status = 503
    assert dispatch(unit, courier(tmp_path, None), clock) == DispatchReport(waiting=1)
    hook.status = 202
    clock.advance(minutes=2)
    assert dispatch(unit, courier(tmp_path, None), clock) == DispatchReport(sent=1)
    assert [order["number"] for order in hook.orders] == [number]
    assert len({headers["Idempotency-Key"] for headers in hook.headers}) == 1


def test_a_webhook_that_refuses_is_given_up_with_its_reason_and_without_its_secret(
    unit: UnitOfWork, clock: SteppingClock, hook: WebHook, tmp_path: Path
) -> None:
    url = f"{hook.orders_url}?key=hunter2"
    order_tea(unit, SupplierChanges(order_channel=OrderChannel.WEBHOOK, webhook_url=url))
    hook.status = 422
    report = dispatch(unit, courier(tmp_path, None), clock)
    assert report.failed == 1
    assert "answered 422" in report.troubles[0]
    assert "hunter2" not in f"{report.troubles} {latest_alerts(unit, 9)}"


def test_an_order_that_was_cancelled_does_not_leave_when_the_server_is_back(
    unit: UnitOfWork, clock: SteppingClock, box: MailBox, tmp_path: Path
) -> None:
    number = order_tea(unit, BY_MAIL)
    dispatch(unit, courier(tmp_path, free_port()), clock)
    cancel_order(unit, number, now=NOW)
    clock.advance(minutes=2)
    assert dispatch(unit, courier(tmp_path, box.port), clock) == DispatchReport(dropped=1)
    assert box.letters == []


def test_a_message_of_an_earlier_revision_does_not_take_the_later_one_along(
    unit: UnitOfWork, clock: SteppingClock, box: MailBox, tmp_path: Path
) -> None:
    number = order_tea(unit, BY_MAIL)
    with unit:
        order = unit.orders.get(number)
        unit.orders.save(replace(order, revision=2))
        (message,) = unit.outbox.claim_due(NOW, NOW + LEASE, 1)
        old = replace(message, payload={**message.payload, "revision": 1})
        unit.outbox.retry(old, NOW, "")
        unit.commit()
    assert dispatch(unit, courier(tmp_path, box.port), clock) == DispatchReport(dropped=1)
    assert box.letters == []


def test_two_shops_write_to_their_own_suppliers(
    database: Database, clock: SteppingClock, box: MailBox, tmp_path: Path
) -> None:
    for slug in ("north", "south"):
        unit = shop_on(database, slug)
        order_tea(unit, replace(BY_MAIL, email=f"leaf@{slug}.example"))
        dispatch(unit, courier(tmp_path, box.port), clock)
    assert box.recipients == ["leaf@north.example", "leaf@south.example"]
    for letter, slug, other in zip(
        box.letters, ("north", "south"), ("south", "north"), strict=True
    ):
        assert f"Tea of {slug}" in str(letter.get_body(("plain",)))
        assert other not in letter.as_string()
    assert len({str(letter["Message-ID"]) for letter in box.letters}) == 2
