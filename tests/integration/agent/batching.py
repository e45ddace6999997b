"""Submitting and collecting in a test, as cron does, over real HTTP and on a real shop."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.agent.costs.price_files import published_prices
from stockcli.agent.providers.claude_batches import ClaudeBatches
from stockcli.agent.review.batch import ModelBatchReviewer
from stockcli.domain.decisions import Action
from stockcli.domain.identifiers import RunId
from stockcli.forecasting.engine import Forecaster
from stockcli.usecases.collecting_reviews import Collection
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.ports import ReviewBatch, UnitOfWork
from stockcli.usecases.review_batches import Submission
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from tests.fakes.message_batches import MessageBatches
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import Reply, calls
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.conftest import MODEL

MILK = ("restock", {"sku": "MILK", "reason": "one day left", "quantity": 150})
BREAD = ("notify_manager", {"sku": "BREAD", "reason": "the baker closes"})
USAGE = {"input_tokens": 1000, "output_tokens": 200}
HALF_PRICE = Decimal("0.000100")


def decides(_: object) -> Reply:
    return calls(MILK, BREAD, usage=USAGE)


@pytest.fixture
def batches(messages_api: MessagesApi, clock: SteppingClock) -> MessageBatches:
    messages_api.batches.now = clock.now
    return messages_api.batches


@pytest.fixture
def service(messages_api: MessagesApi) -> ClaudeBatches:
    return ClaudeBatches(
        model=MODEL, api_key="test", base_url=messages_api.url, read_timeout_seconds=1.0, retries=0
    )


@pytest.fixture
def reviewer(service: ClaudeBatches) -> ModelBatchReviewer:
    return ModelBatchReviewer(service, published_prices())


class Cron:
    """Submits and collects, as the command does."""

    def __init__(self, reviewer: ModelBatchReviewer, clock: SteppingClock) -> None:
        self._reviewer = reviewer
        self._clock = clock
        self._runs = 0

    def submit(self, *units: UnitOfWork) -> list[CheckReport]:
        submission = self.prepared(*units)
        sent = submission.send()
        return [sent.get(report.tenant, report) for report in self.prepared_reports]

    def prepared(self, *units: UnitOfWork) -> Submission:
        submission = Submission(self._reviewer, Forecaster(), self._clock, self._next("submit"))
        self.prepared_reports = [submission.prepare(unit) for unit in units]
        return submission

    def collect(self, unit: UnitOfWork) -> CheckReport:
        return Collection(self._reviewer, self._clock, self._next("collect")).collect(unit)

    def check(self, unit: UnitOfWork) -> CheckReport:
        crew = Crew(forecaster=Forecaster(), reviewer=RuleReviewer(), clock=self._clock)
        return check_shop(unit, crew, self._next("check"))

    def _next(self, what: str) -> RunId:
        self._runs += 1
        return RunId(f"{what}-{self._runs}")


@pytest.fixture
def cron(reviewer: ModelBatchReviewer, clock: SteppingClock) -> Cron:
    return Cron(reviewer, clock)


def decided(report: CheckReport) -> dict[str, tuple[Action, str]]:
    return {one.sku: (one.action, one.decided_by) for one in report.outcome.decisions}


def spent(unit: UnitOfWork, clock: SteppingClock) -> Decimal:
    with unit.reading():
        return unit.model_calls.spent_usd(clock.now() - timedelta(days=7))


def waiting(unit: UnitOfWork) -> list[ReviewBatch]:
    with unit.reading():
        return unit.review_batches.waiting()


def said(report: CheckReport) -> str:
    return "\n".join(report.remarks)
