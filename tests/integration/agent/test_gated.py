"""Several processes ask one model through the gate they share, on both databases."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from stockcli.agent.providers.claude import Claude
from stockcli.agent.providers.gated import Gated
from stockcli.agent.review.reviewer import ModelReviewer
from stockcli.domain.errors import ProviderError, RateLimitedError
from stockcli.domain.identifiers import RunId
from stockcli.domain.model_limits import ModelLimits
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.run_check import Crew, check_shop
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import Reply, fails, says
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.asking import QUESTION, ask, ask_at_once, model_of

SOMEBODY_WAITS = replace(QUESTION, nobody_waits=False)


class CountingApi(MessagesApi):
    """Counts the calls that are under way, each of which takes a while."""

    def __init__(self) -> None:
        super().__init__()
        self.under_way, self.most, self.answered = 0, 0, 0
        self._counts = threading.Lock()

    def record(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Reply:
        with self._counts:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        time.sleep(0.1)
        with self._counts:
            self.under_way -= 1
            self.answered += 1
        return says("yes")


@pytest.fixture
def counting_api() -> Iterator[CountingApi]:
    with CountingApi().running() as api:
        yield api


def test_processes_never_have_more_calls_under_way_than_the_limit(
    database_url: str, counting_api: CountingApi
) -> None:
    model_of(database_url, counting_api.url, at_once=2)
    begun = multiprocessing.get_context("forkserver")
    begun.set_forkserver_preload(["anthropic", "stockcli.persistence.database"])
    with ProcessPoolExecutor(2, mp_context=begun) as pool:
        asking = [pool.submit(ask_at_once, database_url, counting_api.url, 4) for _ in range(2)]
        said = [one.result() for one in asking]
    assert said == [["yes"] * 4] * 2
    assert (counting_api.most, counting_api.answered) == (2, 8)


def test_when_one_process_is_told_to_wait_the_others_ask_nothing(
    database_url: str, messages_api: MessagesApi
) -> None:
    messages_api.answer_with(lambda _: fails(429, "rate_limit_error", retry_after="250"))
    with pytest.raises(ProviderError, match="rate limit is reached"):
        ask(model_of(database_url, messages_api.url))
    messages_api.answer_with(lambda _: says("yes"))
    for request in (QUESTION, SOMEBODY_WAITS):
        with pytest.raises(ProviderError, match="takes no more requests for now") as refused:
            ask(model_of(database_url, messages_api.url), request)
        assert refused.value.hint.startswith("try again in ")
    assert len(messages_api.asked) == 1


def test_a_short_rest_is_waited_for(database_url: str, messages_api: MessagesApi) -> None:
    messages_api.script(fails(529, "overloaded_error", retry_after="1"), says("one"), says("two"))
    assert ask(model_of(database_url, messages_api.url)) == "one"
    assert ask(model_of(database_url, messages_api.url)) == "two"


def test_where_no_place_is_free_nothing_is_asked_and_whoever_waits_is_told_when_to_come_again(
    sqlite_database_url: str, messages_api: MessagesApi
) -> None:
    database = Database(sqlite_database_url, clock=SteppingClock())
    gate = database.model_gate(ModelLimits(at_once=Decimal(1)))
    gate.enter("claude")
    claude = Claude(model="m", api_key="k", base_url=messages_api.url)
    with pytest.raises(RateLimitedError, match="as this installation may") as refused:
        ask(Gated(claude, gate, "claude", waits_seconds=0.5))
    assert refused.value.hint.startswith("try again in 20 seconds")
    assert messages_api.asked == []
    database.dispose()


def test_a_call_that_fails_gives_its_place_back(
    database_url: str, messages_api: MessagesApi
) -> None:
    model = model_of(database_url, messages_api.url, at_once=1)
    messages_api.script(fails(400, "invalid_request_error"), says("yes"))
    with pytest.raises(ProviderError, match="did not accept"):
        ask(model)
    assert ask(model) == "yes"


def test_when_all_shops_budget_is_spent_the_rules_decide_and_it_is_said(
    database: Database,
    unit: UnitOfWork,
    claude: Claude,
    clock: SteppingClock,
    messages_api: MessagesApi,
) -> None:
    database.model_gate(ModelLimits(per_day_usd=Decimal(0)))
    crew = Crew(forecaster=Forecaster(), reviewer=ModelReviewer(claude, unit, clock), clock=clock)
    report = check_shop(unit, crew, RunId("run-1"))
    assert {one.decided_by for one in report.outcome.decisions} == {"rule"}
    said = "this installation's language-model budget for the day has no room for this call"
    assert report.remarks == (f"{said}; 2 products decided by rule",)
    assert messages_api.asked == []
    with unit.reading():
        assert unit.model_calls.costs_usd() == (Decimal(0), Decimal(0))
