"""kill -9 while messages leave: a letter is there once, an alert is told once or in doubt."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from stockcli.domain.shop import Tenant
from stockcli.notifications.addresses import recipient
from stockcli.usecases.dispatching import dispatch, drop_uncertain, resend_uncertain
from stockcli.usecases.ports import OutboxMessage
from tests.fakes.web_hook import WebHook
from tests.fixtures.corner_shop import SteppingClock
from tests.fixtures.killing import Child, in_child
from tests.fixtures.scenes import Original, Scene, check, open_scene, send
from tests.fixtures.striking import again, apart, killed, prepare, undisturbed
from tests.fixtures.truths import breaches, everything, messages_by_status

Tell = Callable[[str, object], None]
ALERTS = 2
SEND = apart(send)


def notify(scene: Scene) -> None:
    """Let a message wait beside the check's digest that does not become one with it."""
    words = {"subject": "The freezer hums", "text": "Look at it."}
    message = OutboxMessage(idempotency_key="alert:freezer", channel="alert", payload=words)
    with scene.unit() as unit, unit:
        unit.outbox.put([message])
        unit.commit()


class Nobody:
    """A courier that takes everything, and nowhere."""

    def deliver(self, message: OutboxMessage, shop: Tenant) -> None:
        pass

    def may_repeat(self, message: OutboxMessage, shop: Tenant) -> bool:
        return True


@pytest.fixture
def waiting(original: Original, web_hook: WebHook) -> Original:
    """A shop with an order and two alerts that wait to leave."""
    recipient(web_hook.url)  # so that no child need load Apprise anew
    open_scene(original.url, notify_url=web_hook.url)
    prepare(original, (check, notify))
    with original.copy().unit() as unit:  # so that no child need make its statements anew
        dispatch(unit, Nobody(), SteppingClock())
    return original


def judge(scene: Scene, web_hook: WebHook) -> int:
    """Hold what arrived against what the outbox says of it; return how many are in doubt."""
    statuses = messages_by_status(scene.url, "alert")
    sent, doubted = statuses.get("sent", 0), statuses.get("uncertain", 0)
    assert sent + doubted == ALERTS, statuses
    assert sent <= web_hook.taken <= sent + doubted
    assert max(web_hook.titles.values(), default=0) <= 1
    assert messages_by_status(scene.url, "purchase_order") == {"sent": 1}
    (letter,) = scene.letters()
    assert scene.others() == [letter.replace(".txt", ".html")]
    return doubted


def test_no_step_of_a_dispatch_makes_a_message_leave_twice_or_never(
    waiting: Original, web_hook: WebHook, record_property: Tell
) -> None:
    expected = undisturbed(waiting, SEND)
    web_hook.forget()
    step, in_doubt, proven = 0, 0, set()
    for step, scene in killed(waiting, send):
        # Many steps leave the same behind: what follows from it need be tried only once.
        left = (everything(scene.url), *scene.letters(), *scene.others(), *web_hook.titles.items())
        if left not in proven:
            proven.add(left)
            assert again(scene, SEND) == expected, f"killed at step {step}"
            in_doubt += judge(scene, web_hook)
        web_hook.forget()
    record_property("kill points", step - 1)
    assert 0 < in_doubt < len(proven)
    assert step > 30


def test_a_sender_killed_before_the_answer_came_leaves_a_doubt_and_no_second_alert(
    waiting: Original, web_hook: WebHook, record_property: Tell
) -> None:
    for number in range(1, ALERTS + 1):
        scene, victims = waiting.copy(), list[Child]()

        def strike(arrival: int = number, victims: list[Child] = victims) -> None:
            while not victims:
                pass
            if web_hook.taken == arrival:
                victims[0].kill()

        web_hook.forget()
        web_hook.before_answering = strike
        victims.append(in_child(partial(send, scene)))
        assert victims[0].was_killed()
        web_hook.before_answering = lambda: None
        again(scene, SEND)
        assert judge(scene, web_hook) == 1
        assert web_hook.taken == ALERTS
    record_property("kill points", ALERTS)


def test_what_is_in_doubt_leaves_again_on_a_persons_word_with_the_same_key(
    waiting: Original, web_hook: WebHook
) -> None:
    scene = in_doubt(waiting, web_hook)
    with scene.unit() as unit:
        assert resend_uncertain(unit, scene.clock) == 1
    SEND(scene)
    assert messages_by_status(scene.url, "alert") == {"sent": 2}
    assert sorted(web_hook.keys.values()) == [1, 2]
    assert breaches(scene.url) == {}


def test_what_is_in_doubt_rests_on_a_persons_word(waiting: Original, web_hook: WebHook) -> None:
    scene = in_doubt(waiting, web_hook)
    with scene.unit() as unit:
        assert drop_uncertain(unit) == 1
    SEND(scene)
    assert messages_by_status(scene.url, "alert") == {"dropped": 1, "sent": 1}


def in_doubt(waiting: Original, web_hook: WebHook) -> Scene:
    """Return a shop where a dispatcher died between an alert's arrival and its answer."""
    scene, victims = waiting.copy(), list[Child]()

    def strike() -> None:
        while not victims:
            pass
        victims[0].kill()

    web_hook.before_answering = strike
    victims.append(in_child(partial(send, scene)))
    assert victims[0].was_killed()
    web_hook.before_answering = lambda: None
    again(scene, SEND)
    return scene
