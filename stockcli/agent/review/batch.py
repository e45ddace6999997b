"""Reviews of many shops in one batch: each asks a single question, and has a single turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from stockcli.agent.costs.metering import estimated_price_usd
from stockcli.agent.costs.pricing import PriceList
from stockcli.agent.providers.base import Turn, TurnRequest
from stockcli.agent.providers.tally import believable
from stockcli.agent.review.reviewer import MOST_CANDIDATES, ReviewLimits, ReviewTask
from stockcli.usecases.ports import (
    BatchReply,
    BatchState,
    PreparedReview,
    Review,
    ReviewRequest,
    UnitOfWork,
)

LARGEST = TurnRequest(
    system=" " * 120_000,
    tools=(),
    messages=(),
    max_output_tokens=ReviewLimits().of_conversation(MOST_CANDIDATES).max_output_tokens,
)
"""No review asks more; what was asked a day ago is not at hand when its reply is priced."""


class BatchService(Protocol):
    """Takes batches of requests, and answers them in its own time."""

    @property
    def model(self) -> str:
        """Return who is asked."""

    def body(self, request: TurnRequest) -> dict[str, Any]:
        """Return what is sent for a turn."""

    def create(self, requests: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
        """Hand over one batch of (custom id, body); return its id."""

    def state(self, batch_id: str) -> BatchState:
        """Return how far a batch is."""

    def created_since(self, instant: datetime) -> list[BatchState]:
        """Return every batch created since an instant."""

    def replies(self, batch_id: str) -> dict[str, BatchReply]:
        """Return what came of each request of a batch that ended, by its custom id."""


class ModelBatchReviewer:
    """Asks a language model about many shops in one batch.

    Args:
        service: who takes the batch.
        prices: what the model costs; in a batch half of it.
        limits: how far a review may go.
    """

    def __init__(
        self, service: BatchService, prices: PriceList, limits: ReviewLimits | None = None
    ) -> None:
        """Send nothing yet."""
        self._service = service
        self._prices = prices
        self._limits = limits

    @property
    def model(self) -> str:
        """Return who is asked."""
        return self._service.model

    def prepare(
        self, unit: UnitOfWork, request: ReviewRequest, custom_id: str
    ) -> PreparedReview | Review:
        """Return the request that would be sent, or the review if nothing need be asked."""
        task = self._task(unit, request, self.model)
        if task.is_empty:
            return Review(remarks=task.remarks(""))
        turn = task.first_turn
        return PreparedReview(
            custom_id=custom_id,
            asked=task.shown,
            body=self._service.body(turn),
            estimate_usd=estimated_price_usd(self._prices, self.model, turn, is_batch=True),
            remarks=task.remarks(""),
        )

    def send(self, prepared: Sequence[PreparedReview]) -> str:
        """Hand over one batch; return its id."""
        return self._service.create([(one.custom_id, one.body) for one in prepared])

    def state(self, batch_id: str) -> BatchState:
        """Return how far a batch is."""
        return self._service.state(batch_id)

    def created_since(self, instant: datetime) -> list[BatchState]:
        """Return every batch created since an instant."""
        return self._service.created_since(instant)

    def replies(self, batch_id: str) -> Mapping[str, BatchReply]:
        """Return what came of each request of a batch that ended, by its custom id."""
        return self._service.replies(batch_id)

    def review(
        self, unit: UnitOfWork, request: ReviewRequest, reply: BatchReply, model: str
    ) -> Review:
        """Return what a reply proposes, and what it cost, at half price."""
        task = self._task(unit, request, model)
        usage = believable(reply.usage, LARGEST)
        price = self._prices.price_usd(model, usage, is_batch=True)
        if isinstance(reply.reply, Turn):
            return replace(task.take(reply.reply), usage=usage, price_usd=price)
        remarks = task.remarks(f"{reply.failure}; decided by rule")
        return Review(remarks=remarks, usage=usage, price_usd=price)

    def _task(self, unit: UnitOfWork, request: ReviewRequest, model: str) -> ReviewTask:
        return ReviewTask(request, unit, model, self._limits, in_one_turn=True)
