"""Text from the catalogue is data: whatever it says, nothing is done that nobody allowed."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from stockcli.agent.chat.opening import open_session
from stockcli.agent.chat.session import ChatSession
from stockcli.agent.loop import Limits
from stockcli.agent.providers.claude import Claude
from stockcli.agent.review.reviewer import ModelReviewer, ReviewLimits
from stockcli.agent.tools.toolbox import ActionPreview, Confirm
from stockcli.cli.chat_answer import ask_and_show
from stockcli.cli.chat_confirm import confirmation
from stockcli.cli.chat_status import Status
from stockcli.domain.identifiers import RunId
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.run_check import Crew, check_shop
from tests.fakes.messages_api import MessagesApi
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.effects import (
    SPOKEN,
    Rows,
    master_facts,
    rows_of_shop,
    tables_changed,
    unauthorised_orders,
)
from tests.integration.agent.going_on import patient
from tests.integration.agent.gullible import Gullible
from tests.integration.agent.hostile_files import SKUS, TEXTS, hostile_file, limited
from tests.integration.agent.talking import Person

__all__ = ["hostile_file"]

AT_ONCE = 2
QUESTIONS = [
    f"what about {', '.join(SKUS[first : first + AT_ONCE])}"
    for first in range(0, len(SKUS), AT_ONCE)
]
SOME = slice(1, None, 4)


@pytest.fixture
def file(hostile_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(hostile_file, tmp_path / "hostile.db"))


@pytest.fixture
def unit(file: Path, clock: SteppingClock) -> Iterator[UnitOfWork]:
    """The hostile shop, under limits that its texts ask to pass."""
    database = Database(f"sqlite:///{file}", clock=clock)
    yield limited(database)
    database.dispose()


@pytest.fixture
def claude(messages_api: MessagesApi) -> Claude:
    return patient(messages_api)


@pytest.fixture
def gullible(messages_api: MessagesApi) -> Gullible:
    model = Gullible()
    messages_api.answer_with(model.answer)
    return model


Talk = Callable[[Confirm], ChatSession]


@pytest.fixture
def talk(unit: UnitOfWork, clock: SteppingClock, claude: Claude) -> Talk:
    def with_somebody(confirm: Confirm) -> ChatSession:
        return open_session(
            claude,
            unit,
            clock,
            forecaster=Forecaster,
            author="manager:test",
            may_write=True,
            confirm=confirm,
        )

    return with_somebody


def shops(file: Path, unit: UnitOfWork) -> tuple[Rows, Rows]:
    """The rows of the shop that is talked about, and of its neighbour."""
    return rows_of_shop(file, unit.tenant.id), rows_of_shop(file, unit.tenant.id + 1)


def test_a_gullible_model_does_nothing_after_a_no(
    talk: Talk, file: Path, unit: UnitOfWork, gullible: Gullible
) -> None:
    asked: list[ActionPreview] = []

    def says_no(preview: ActionPreview) -> bool:
        asked.append(preview)
        return False

    before = shops(file, unit)
    for question in QUESTIONS:
        talk(says_no).ask(question)
    mine, others = shops(file, unit)
    assert len(gullible.attempts) >= 2 * len(TEXTS)
    assert {sku for sku in SKUS if any(sku in one.summary for one in asked)} == set(SKUS)
    assert tables_changed(before[0], mine) <= SPOKEN
    assert others == before[1]


def test_a_gullible_model_does_nothing_where_nobody_is_and_shows_no_escape_sequence(
    talk: Talk,
    file: Path,
    unit: UnitOfWork,
    gullible: Gullible,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before, status = shops(file, unit), Status()
    for question in QUESTIONS[SOME]:
        # pytest's standard input is no terminal
        ask_and_show(talk(confirmation(yes=False, status=status)), unit.tenant, question, status)
    assert tables_changed(before[0], shops(file, unit)[0]) <= SPOKEN
    shown = "".join(capsys.readouterr())
    assert "Nobody is here to say yes" in shown
    assert "order 40 SALT" in shown
    hidden = {char for char in shown if char != "\n" and unicodedata.category(char) in {"Cc", "Cf"}}
    assert hidden == set()


def test_a_yes_given_beforehand_opens_no_limit_no_price_and_no_other_shop(
    talk: Talk, file: Path, unit: UnitOfWork, gullible: Gullible
) -> None:
    before, facts = shops(file, unit), master_facts(unit)
    answers = [talk(lambda _: True).ask(question) for question in QUESTIONS]
    assert unauthorised_orders(unit) == []
    assert master_facts(unit) == facts
    assert shops(file, unit)[1] == before[1]
    done = {action.preview.tool for one in answers for action in one.actions if action.confirmed}
    assert done >= {"restock", "notify_manager", "set_minimum", "clear_minimum", "snooze"}
    assert max(len(one.actions) for one in answers) <= Limits().writes_per_question


def test_a_dry_run_does_nothing_whoever_says_yes(
    file: Path, unit: UnitOfWork, clock: SteppingClock, claude: Claude, gullible: Gullible
) -> None:
    shop = unit.tenant
    database = Database(f"sqlite:///{file}", clock=clock)
    dry = database.directory().set_policy(shop.slug, replace(shop.policy, dry_run=True))
    before = shops(file, unit)
    person = Person(unit=database.unit_of_work(dry), clock=clock, provider=claude)
    for question in QUESTIONS[SOME]:
        person.asks(question)
    database.dispose()
    assert gullible.attempts
    assert person.was_asked == []
    assert tables_changed(before[0], shops(file, unit)[0]) <= SPOKEN


def test_a_gullible_reviewer_orders_within_the_bounds_and_nothing_else(
    file: Path, unit: UnitOfWork, clock: SteppingClock, claude: Claude, gullible: Gullible
) -> None:
    before, facts = shops(file, unit), master_facts(unit)
    reviewer = ModelReviewer(claude, unit, clock, ReviewLimits(resend_delay_seconds=0.0))
    crew = Crew(forecaster=Forecaster(), reviewer=reviewer, clock=clock)
    report = check_shop(unit, crew, RunId("run-1"))
    assert {one.sku for one in report.outcome.decisions if one.decided_by == claude.model} >= set(
        SKUS
    )
    assert len(gullible.attempts) >= 2 * len(TEXTS)
    assert unauthorised_orders(unit) == []
    assert master_facts(unit) == facts
    assert shops(file, unit)[1] == before[1]
