"""A check's review, asked of either network provider, and of whom the settings choose."""

from __future__ import annotations

from pathlib import Path

import pytest

from stockcli.agent.review.reviewer import ModelReviewer
from stockcli.bootstrap import make_app
from stockcli.domain.decisions import Action
from stockcli.settings import load_settings
from stockcli.usecases.ports import UnitOfWork
from tests.fakes.openai_api import OpenAiApi
from tests.fakes.replies import Fault, calls
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.candidates import candidate, request
from tests.integration.agent.conformance.voices import Voice

DECIDED = calls(
    ("restock", {"sku": "MILK", "reason": "one day left"}),
    ("ignore", {"sku": "BREAD", "reason": "a holiday starts"}),
)


def test_a_review_is_decided_in_one_turn_and_has_its_price(
    unit: UnitOfWork, clock: SteppingClock, wire: Voice
) -> None:
    wire.thinks(lambda _: DECIDED)
    low = request(unit, candidate(unit, "MILK"), candidate(unit, "BREAD"))
    made = ModelReviewer(wire.provider, unit, clock).review(low)
    assert [one.action for one in made.proposals] == [Action.RESTOCK, Action.IGNORE]
    assert made.remarks == ()
    assert made.price_usd is not None
    assert made.price_usd > 0
    assert wire.api is not None
    assert len(wire.api.asked) == 1


def test_a_review_that_breaks_off_leaves_all_to_the_rules(
    unit: UnitOfWork, clock: SteppingClock, wire: Voice
) -> None:
    wire.thinks(lambda _: DECIDED.going_wrong(Fault.TRUNCATE, after_events=6))
    low = request(unit, candidate(unit, "MILK"), candidate(unit, "BREAD"))
    made = ModelReviewer(wire.provider, unit, clock).review(low)
    assert made.proposals == ()
    assert "reply broke off" in made.remarks[0]


@pytest.mark.parametrize(
    ("model", "environ", "signed"),
    [
        ("openai:llama", {"OPENAI_BASE_URL": "{url}"}, "openai:llama"),
        ("openai:llama", {"ANTHROPIC_API_KEY": "k"}, "there is no OPENAI_API_KEY"),
        ("claude-haiku-5-5", {"OPENAI_API_KEY": "k"}, "there is no ANTHROPIC_API_KEY"),
        ("rules", {"ANTHROPIC_API_KEY": "k"}, "the model is `rules`"),
    ],
)
def test_the_settings_choose_who_reviews(
    unit: UnitOfWork, tmp_path: Path, model: str, environ: dict[str, str], signed: str
) -> None:
    with OpenAiApi().running() as api:
        api.answer_with(lambda _: DECIDED)
        given = {name: value.format(url=api.url) for name, value in environ.items()}
        settings = {"STOCK_HOME": str(tmp_path), "STOCK_MODEL": model, **given}
        app = make_app(load_settings(settings, tmp_path))
        low = request(unit, candidate(unit, "MILK"), candidate(unit, "BREAD"))
        made = app.reviewer(unit).review(low)
    assert signed in str([*(one.decided_by for one in made.proposals), *made.remarks])
