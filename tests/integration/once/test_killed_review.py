"""kill -9 while the model is asked, and while a large file is taken in."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from itertools import count

from sqlalchemy import Engine, event, text

from stockcli.agent.providers.claude import Claude
from stockcli.agent.review.reviewer import ModelReviewer, ReviewLimits
from stockcli.usecases.importing import SalesOptions, bytes_source, import_sales
from stockcli.usecases.ports import Clock, UnitOfWork
from tests.fakes.messages_api import MessagesApi, messages_api
from tests.fakes.replies import Reply, calls
from tests.fixtures.killing import Child, Fuse, die, in_child
from tests.fixtures.scenes import Original, Scene, check, open_scene
from tests.fixtures.striking import again, apart, undisturbed
from tests.fixtures.truths import looking_at

__all__ = ["messages_api"]

Tell = Callable[[str, object], None]
PROPOSALS = (
    ("restock", {"sku": "TEA", "reason": "low"}),
    ("restock", {"sku": "HAM", "reason": "low"}),
    ("notify_manager", {"sku": "FIG", "reason": "find a supplier"}),
)
LARGE = "date,invoice,sku,quantity,price\n" + "".join(
    f"2024-04-{1 + number % 28:02},C{number},{'TEA' if number % 2 else 'SOAP'},1,4.00\n"
    for number in range(10_500)
)


def reviewed_by(api: MessagesApi, unit: UnitOfWork, clock: Clock) -> ModelReviewer:
    claude = Claude(model="claude-haiku-5-5", api_key="test", base_url=api.url, retries=0)
    return ModelReviewer(claude, unit, clock, ReviewLimits(resend_delay_seconds=0.0))


def test_a_check_killed_while_the_model_thinks_is_made_up_for_by_the_next(
    original: Original, messages_api: MessagesApi, record_property: Tell
) -> None:
    importlib.import_module("anthropic")  # so that no child need load it anew
    open_scene(original.url)
    victims: list[Child] = []
    deed = partial(check, reviewer_of=partial(reviewed_by, messages_api))

    def strike(_: dict[str, object]) -> Reply:
        while not victims:
            pass
        victims.pop().kill()
        return calls(*PROPOSALS)

    messages_api.answer_with(lambda _: calls(*PROPOSALS))
    expected = undisturbed(original, apart(deed))
    scene = original.copy()
    messages_api.answer_with(strike)
    child = in_child(partial(deed, scene))
    victims.append(child)
    assert child.was_killed()
    messages_api.answer_with(lambda _: calls(*PROPOSALS))
    assert again(scene, apart(deed)) == expected
    record_property("kill points", 1)
    with looking_at(scene.url) as connection:
        # What was reserved for the call that nobody settled still counts as spent.
        assert connection.scalar(text("SELECT count(*) FROM model_call")) == 2


def test_a_large_file_killed_around_any_of_its_commits_is_completed_by_taking_it_again(
    original: Original, record_property: Tell
) -> None:
    open_scene(original.url)
    expected = undisturbed(original, take_large)
    for step in count(1):
        scene = original.copy()
        was_killed = in_child(partial(killed_at_commit, scene, step)).was_killed()
        if not was_killed:
            break
        assert again(scene, take_large) == expected
    record_property("kill points", step - 1)
    assert step > 3


def take_large(scene: Scene) -> None:
    with scene.unit() as unit:
        source = bytes_source("large.csv", LARGE.encode())
        import_sales(unit, source, SalesOptions(), now=scene.clock.now())


def killed_at_commit(scene: Scene, step: int) -> None:
    event.listen(Engine, "commit", Fuse(step, die).step)
    take_large(scene)
