"""Servers we did not write, and our chat and our review against them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stockcli.agent.chat.session import ChatSession
from stockcli.agent.loop import Limits
from stockcli.agent.providers.claude import Claude
from stockcli.agent.review.reviewer import ModelReviewer, ReviewLimits
from stockcli.agent.tools.actions import ShopActions
from stockcli.agent.tools.reading import ShopTools
from stockcli.forecasting.engine import Forecaster
from stockcli.usecases.ports import Review, UnitOfWork
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.candidates import candidate, request
from tests.integration.agent.foreign.aimock import has_node

collect_ignore = [] if has_node() else ["test_aimock.py"]

RESEND_SECONDS = 0.06
"""Short, and long enough to be told from no pause at all."""


def claude_at(url: str) -> Claude:
    """Return Claude's client, pointed at a server that is none of ours."""
    return Claude(
        model="claude-haiku-5-5",
        api_key="test",
        base_url=url,
        read_timeout_seconds=1.0,
        reply_timeout_seconds=5.0,
        rest_seconds=0.0,
    )


OpenSession = Callable[[Claude], ChatSession]
AskReview = Callable[[Claude], Review]


@pytest.fixture
def open_session(unit: UnitOfWork, clock: SteppingClock) -> OpenSession:
    """A conversation with a manager who says yes to everything."""

    def opened(provider: Claude) -> ChatSession:
        return ChatSession(
            provider,
            unit,
            clock,
            shop_tools=ShopTools(unit, clock, Forecaster),
            actions=ShopActions(unit, clock, "manager:test"),
            confirm=lambda _: True,
            limits=Limits(resend_delay_seconds=RESEND_SECONDS),
        )

    return opened


@pytest.fixture
def ask_review(unit: UnitOfWork, clock: SteppingClock) -> AskReview:
    """A review of two low products."""

    def reviewed(provider: Claude) -> Review:
        limits = ReviewLimits(resend_delay_seconds=RESEND_SECONDS)
        low = request(unit, candidate(unit, "MILK"), candidate(unit, "BREAD"))
        return ModelReviewer(provider, unit, clock, limits).review(low)

    return reviewed
