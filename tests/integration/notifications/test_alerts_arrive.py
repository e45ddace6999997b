"""Alerts from a check to the manager's mail and web hook, and the hours and pauses between."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.alerts import AlertKind
from stockcli.domain.errors import ConflictError
from stockcli.notifications.channels import try_channels
from stockcli.usecases.alerting import latest_alerts, notify_manager
from stockcli.usecases.dispatching import DispatchReport
from stockcli.usecases.holding import held_alerts
from stockcli.usecases.lifecycle import snooze
from stockcli.usecases.purchasing import approve_order, order_rows
from stockcli.usecases.stock_keeping import count_stock
from tests.fakes.letter_box import LetterBox
from tests.fakes.web_hook import WebHook
from tests.fixtures.corner_shop import NOW, TODAY, sell
from tests.integration.notifications.conftest import Lisbon

DOWN = "json://127.0.0.1:9/"
LOW_HAM = "[Acme] HAM está com estoque baixo"


def count(lisbon: Lisbon, sku: str, units: int) -> None:
    lisbon.clock.advance(minutes=1)
    count_stock(
        lisbon.unit,
        sku,
        counted=Decimal(units),
        location=None,
        reference=f"count:{sku}:{lisbon.clock.now()}",
        now=lisbon.clock.now(),
    )


def test_a_portuguese_mail_has_the_day_and_the_money_as_they_are_written_there(
    lisbon: Lisbon, letter_box: LetterBox
) -> None:
    lisbon.check()
    assert lisbon.send() == DispatchReport(sent=2)
    (letter,) = letter_box.letters
    assert letter["Subject"] == LOW_HAM
    assert letter["To"] == "ana@acme.example"
    (text,) = letter_box.texts
    assert "HAM (Presunto) em SHOP: 10 em estoque, 0 a receber, ponto de reposição " in text
    assert "Acaba mesmo que se peça hoje: quarta-feira, 1 de maio de 2024." in text
    assert ",00 €." in text
    assert "Não tem fornecedor, por isso não pode ser pedido." in text


def test_the_terminal_keeps_plain_english_with_the_day_the_shelf_is_empty(lisbon: Lisbon) -> None:
    lisbon.check()
    (alert,) = latest_alerts(lisbon.unit, 9)
    assert alert.subject == "HAM is low"
    assert alert.text.endswith(
        "it has no supplier, so it cannot be ordered; out on Wed 2024-05-01 even if ordered today"
    )


def test_all_that_a_run_finds_is_one_mail(lisbon: Lisbon, letter_box: LetterBox) -> None:
    lisbon.check()
    lisbon.send()
    lisbon.clock.advance(days=20)
    sell(lisbon.unit, "FIG", 595, reference="till-1", at=lisbon.clock.now())
    lisbon.wants(order_approval_limit=Decimal(1))
    lisbon.check("run-2", as_of=TODAY + timedelta(days=20))
    lisbon.send()
    assert letter_box.subjects == [LOW_HAM, "[Acme] 2 assuntos precisam da sua atenção"]
    assert "FIG (Figos)" in letter_box.texts[1]
    assert "O pedido PO-00001 era esperado há 15 dias" in letter_box.texts[1]


def test_quiet_hours_hold_alerts_and_no_orders(lisbon: Lisbon, letter_box: LetterBox) -> None:
    lisbon.is_quiet("21:00-09:30")
    lisbon.check()
    assert lisbon.send() == DispatchReport(sent=1)
    assert list(lisbon.outgoing.glob("acme/PO-*"))
    held = held_alerts(lisbon.unit, lisbon.clock.now())
    assert held is not None
    assert (held.messages, f"{held.until:%H:%M}") == (1, "09:30")
    lisbon.clock.advance(hours=2, minutes=29)
    assert lisbon.send() == DispatchReport()
    assert letter_box.letters == []
    lisbon.clock.advance(minutes=1)
    assert lisbon.send() == DispatchReport(sent=1)
    assert letter_box.subjects == [LOW_HAM]
    assert held_alerts(lisbon.unit, lisbon.clock.now()) is None


def test_what_waited_through_the_night_is_one_mail(lisbon: Lisbon, letter_box: LetterBox) -> None:
    lisbon.is_quiet("05:00-09:00")
    lisbon.check()
    for number in range(5):
        notify_manager(lisbon.unit, f"Assunto {number}", f"Veja {number}.", now=lisbon.clock.now())
    lisbon.send()
    lisbon.clock.advance(hours=2)
    assert lisbon.send() == DispatchReport(sent=1)
    assert letter_box.subjects == ["[Acme] 6 assuntos precisam da sua atenção"]
    assert letter_box.texts[0].count("\n- ") == 5
    lisbon.clock.advance(days=3)
    assert lisbon.send() == DispatchReport()


def test_quiet_hours_that_are_cleared_hold_nothing(lisbon: Lisbon, letter_box: LetterBox) -> None:
    lisbon.is_quiet("05:00-09:00")
    lisbon.check()
    lisbon.send()
    lisbon.wants(quiet_hours=None)
    assert lisbon.send() == DispatchReport(sent=1)
    assert len(letter_box.letters) == 1


def test_what_is_over_or_snoozed_by_the_morning_is_not_told(
    lisbon: Lisbon, letter_box: LetterBox
) -> None:
    lisbon.is_quiet("05:00-09:00")
    lisbon.wants(order_approval_limit=Decimal(1))
    lisbon.check()
    notify_manager(lisbon.unit, "Frigorífico", "Avariou.", now=lisbon.clock.now())
    approve_order(lisbon.unit, order_rows(lisbon.unit)[0].order.number, by="ana", now=NOW)
    snooze(lisbon.unit, "HAM", until=TODAY + timedelta(days=3))
    lisbon.clock.advance(hours=2)
    assert lisbon.send() == DispatchReport(sent=2)
    assert letter_box.subjects == ["[Acme] Frigorífico"]


def test_nothing_is_sent_where_all_of_it_is_over(lisbon: Lisbon, letter_box: LetterBox) -> None:
    lisbon.is_quiet("05:00-09:00")
    lisbon.check()
    snooze(lisbon.unit, "HAM", until=TODAY + timedelta(days=3))
    lisbon.send()
    lisbon.clock.advance(hours=2)
    assert lisbon.send() == DispatchReport()
    assert letter_box.letters == []
    with lisbon.unit.reading() as unit:
        assert unit.outbox.counts() == {"dropped": 1, "sent": 1}


def test_a_situation_is_told_once_and_again_only_after_it_cleared(
    lisbon: Lisbon, letter_box: LetterBox
) -> None:
    for number in range(3):
        lisbon.check(f"run-{number}")
        lisbon.send()
        sell(lisbon.unit, "HAM", 1, reference=f"till-{number}")
    assert letter_box.subjects == [LOW_HAM]
    count(lisbon, "HAM", 900)
    lisbon.check("run-3")
    assert latest_alerts(lisbon.unit, 9, open_only=True) == []
    count(lisbon, "HAM", 5)
    lisbon.check("run-4")
    lisbon.send()
    assert letter_box.subjects == [LOW_HAM, LOW_HAM]


def test_a_pause_ends_the_alert_and_after_it_the_product_is_told_again(
    lisbon: Lisbon, letter_box: LetterBox
) -> None:
    lisbon.check()
    lisbon.send()
    snooze(lisbon.unit, "HAM", until=TODAY + timedelta(days=1))
    assert latest_alerts(lisbon.unit, 9, open_only=True) == []
    lisbon.check("run-2")
    assert len(letter_box.letters) == 1
    sell(lisbon.unit, "FIG", 1, reference="till-1")
    lisbon.clock.advance(days=1)
    lisbon.check("run-3")
    lisbon.send()
    assert letter_box.subjects == [LOW_HAM, LOW_HAM]


def test_a_late_order_of_snoozed_products_alone_is_not_told(lisbon: Lisbon) -> None:
    lisbon.check()
    lisbon.send()
    late = TODAY + timedelta(days=20)
    lisbon.clock.advance(days=20)
    snooze(lisbon.unit, "TEA", until=late + timedelta(days=1))
    lisbon.check("run-2", as_of=late)
    kinds = [one.kind for one in latest_alerts(lisbon.unit, 9, open_only=True)]
    assert AlertKind.LATE_ORDER not in kinds
    snooze(lisbon.unit, "TEA", until=None)
    lisbon.check("run-3", as_of=late)
    kinds = [one.kind for one in latest_alerts(lisbon.unit, 9, open_only=True)]
    assert AlertKind.LATE_ORDER in kinds


def test_a_draft_is_not_late_for_it_waits_for_the_shop(lisbon: Lisbon) -> None:
    lisbon.wants(order_approval_limit=Decimal(1))
    lisbon.check()
    lisbon.clock.advance(days=20)
    lisbon.check("run-2", as_of=TODAY + timedelta(days=20))
    kinds = {one.kind for one in latest_alerts(lisbon.unit, 9, open_only=True)}
    assert kinds == {AlertKind.LOW_STOCK, AlertKind.ORDER_TO_APPROVE}


def test_no_message_is_sent_about_a_snoozed_product(lisbon: Lisbon) -> None:
    snooze(lisbon.unit, "HAM", until=TODAY + timedelta(days=3))
    with pytest.raises(ConflictError, match="left alone until 2024-05-03") as caught:
        notify_manager(lisbon.unit, "Ham", "It is low.", now=NOW, sku="HAM")
    assert "stock snooze HAM --off" in caught.value.hint
    assert latest_alerts(lisbon.unit, 9) == []


def test_of_two_channels_only_the_one_that_failed_is_tried_again(
    lisbon: Lisbon, letter_box: LetterBox, web_hook: WebHook
) -> None:
    lisbon.wants(notify_urls=(letter_box.url, web_hook.url))
    letter_box.takes_letters = False
    lisbon.check()
    assert lisbon.send() == DispatchReport(sent=1, waiting=1)
    assert (len(letter_box.letters), web_hook.taken) == (0, 1)
    letter_box.takes_letters = True
    lisbon.clock.advance(minutes=2)
    assert lisbon.send() == DispatchReport(sent=1)
    assert (letter_box.subjects, web_hook.taken) == ([LOW_HAM], 1)
    lisbon.clock.advance(days=2)
    assert lisbon.send() == DispatchReport()


def test_a_channel_that_may_not_be_written_to_keeps_no_other_from_being_told(
    lisbon: Lisbon, web_hook: WebHook
) -> None:
    lisbon.wants(notify_urls=("syslog://", web_hook.url))
    lisbon.check()
    assert lisbon.send() == DispatchReport(sent=1, waiting=1)
    assert web_hook.taken == 1


def test_each_channel_gets_its_kinds(
    lisbon: Lisbon, letter_box: LetterBox, web_hook: WebHook
) -> None:
    urls = (f"{letter_box.url} kinds=message,late_order", f"{web_hook.url} kinds=low_stock")
    lisbon.wants(notify_urls=urls)
    lisbon.check()
    notify_manager(lisbon.unit, "Frigorífico", "Avariou.", now=lisbon.clock.now())
    assert lisbon.send() == DispatchReport(sent=2)
    assert letter_box.subjects == ["[Acme] Frigorífico"]
    assert list(web_hook.titles) == [LOW_HAM]


def test_an_alert_that_no_channel_wants_leaves_to_nobody_and_does_not_wait(
    lisbon: Lisbon, letter_box: LetterBox
) -> None:
    lisbon.wants(notify_urls=(f"{letter_box.url} kinds=late_order",))
    lisbon.check()
    assert lisbon.send() == DispatchReport(sent=2)
    assert letter_box.letters == []


def test_a_test_message_goes_to_every_channel_and_says_which_failed(
    lisbon: Lisbon, letter_box: LetterBox
) -> None:
    lisbon.wants(notify_urls=(f"{letter_box.url} kinds=late_order", DOWN, "syslog://"))
    tried = try_channels(lisbon.unit.tenant, "1")
    assert [(one.channel, one.kinds, one.outcome) for one in tried] == [
        ("mailto://...", "late_order", "sent"),
        ("json://...", "", "failed"),
        ("syslog://...", "", "failed"),
    ]
    assert "may not be of the kind syslog" in tried[2].reason
    assert letter_box.subjects == ["[Acme] Mensagem de teste"]
    assert letter_box.texts == ["Isto é um teste: os alertas de Acme chegam aqui."]


def test_each_test_message_has_a_key_of_its_own(lisbon: Lisbon, web_hook: WebHook) -> None:
    lisbon.wants(notify_urls=(web_hook.url,))
    for key in ("1", "2"):
        try_channels(lisbon.unit.tenant, key)
    assert len(web_hook.keys) == 2
