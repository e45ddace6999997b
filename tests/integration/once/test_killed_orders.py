"""kill -9 while an order leaves by web or mail: the supplier has it once, or a person is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from stockcli.domain.catalogue import OrderChannel
from stockcli.notifications.courier import HouseCourier
from stockcli.notifications.mail import MailServer
from stockcli.notifications.order_page import order_page
from stockcli.usecases.dispatching import DispatchReport, dispatch
from stockcli.usecases.supplying import SupplierChanges, set_supplier
from tests.fakes.mail_server import SENDER, MailBox, mail_box
from tests.fakes.web_hook import WebHook
from tests.fixtures.killing import Child, in_child
from tests.fixtures.order_document import order_document
from tests.fixtures.scenes import Original, Scene, check, open_scene
from tests.fixtures.striking import again, apart, killed, prepare
from tests.fixtures.truths import breaches, everything, messages_by_status

Tell = Callable[[str, object], None]


def send_out(scene: Scene, mail: MailServer | None = None) -> DispatchReport:
    """Send what waits to leave, by web and by mail."""
    with scene.unit() as unit:
        courier = HouseCourier(scene.outgoing, mail, may_be_private=True)
        return dispatch(unit, courier, scene.clock)


def ready(original: Original, changes: SupplierChanges) -> Original:
    """Let a shop's order wait to leave that way."""
    order_page(order_document())  # so that no child need load what writes a page
    open_scene(original.url)
    prepare(original, (check, partial(_by, changes)))
    return original


def _by(changes: SupplierChanges, scene: Scene) -> None:
    with scene.unit() as unit:
        set_supplier(unit, "LEAF", changes)


def test_no_step_makes_an_order_reach_a_webhook_twice_or_never(
    original: Original, web_hook: WebHook, record_property: Tell
) -> None:
    by_web = SupplierChanges(order_channel=OrderChannel.WEBHOOK, webhook_url=web_hook.orders_url)
    ready(original, by_web)
    step, in_doubt, proven = 0, 0, set()
    for step, scene in killed(original, send_out):
        left = (everything(scene.url), len(web_hook.orders))
        if left not in proven:
            proven.add(left)
            again(scene, apart(send_out))
            in_doubt += judge(scene, web_hook, f"killed at step {step}")
        web_hook.forget()
    record_property("kill points", step - 1)
    assert 0 < in_doubt < len(proven)
    assert step > 20


def judge(scene: Scene, web_hook: WebHook, when: str) -> int:
    """Hold what arrived against what the outbox says; return how many orders are in doubt."""
    statuses = messages_by_status(scene.url, "purchase_order")
    sent, doubted = statuses.get("sent", 0), statuses.get("uncertain", 0)
    assert sent + doubted == 1, (when, statuses)
    assert sent <= len(web_hook.orders) <= 1, when
    assert breaches(scene.url) == {}
    return doubted


@pytest.mark.parametrize("dies", [True, False])
def test_a_sender_killed_with_its_letter_delivered_sends_no_second_one(
    dies: bool, original: Original
) -> None:
    by_mail = SupplierChanges(email="leaf@leaf.example", order_channel=OrderChannel.EMAIL)
    with mail_box() as box:
        scene = ready(original, by_mail).copy()
        mail = MailServer(host="127.0.0.1", port=box.port, sender=SENDER)
        send = partial(send_out, mail=mail)
        victims = list[Child]()
        box.before_answering = partial(strike, victims) if dies else lambda: None
        victims.append(in_child(partial(send, scene)))
        assert victims[0].was_killed() is dies
        box.before_answering = lambda: None
        again(scene, apart(send))
        judge_letters(scene, box, dies=dies)


def strike(victims: list[Child]) -> None:
    while not victims:
        pass
    victims[0].kill()


def judge_letters(scene: Scene, box: MailBox, *, dies: bool) -> None:
    assert len(box.letters) == 1
    expected = {"uncertain": 1} if dies else {"sent": 1}
    assert messages_by_status(scene.url, "purchase_order") == expected
    assert breaches(scene.url) == {}
