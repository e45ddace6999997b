"""Reviews in a batch: what is stored of them, and who sends and collects them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from stockcli.domain.batches import BatchStatus
from stockcli.domain.budget import ModelUsage
from stockcli.domain.decisions import Candidate
from stockcli.domain.identifiers import RunId
from stockcli.usecases.ports.engines import Review, ReviewRequest

if TYPE_CHECKING:
    from stockcli.usecases.ports.work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class ReviewBatch:
    """One shop's review in a batch, as it is stored.

    Attributes:
        run_id: of the check that asked.
        custom_id: the name of the shop's request inside the batch.
        asked: the candidates as they were sent; JSON values only.
        reservation_id: of the budget.
        batch_id: the service's name of the batch; empty until it is known.
        submitted_at: when it was prepared, then when it was handed over.
        remark: how it ended, one sentence.
    """

    run_id: RunId
    model: str
    status: BatchStatus
    custom_id: str
    business_day: date
    asked: Sequence[Mapping[str, Any]]
    reservation_id: int
    submitted_at: datetime
    batch_id: str = ""
    collected_at: datetime | None = None
    remark: str = ""


class ReviewBatches(Protocol):
    """The reviews of one shop that went into batches."""

    def add(self, batch: ReviewBatch) -> None:
        """Store a new one."""

    def waiting(self) -> list[ReviewBatch]:
        """Return those that are not over, oldest first."""

    def move(
        self, run_id: RunId, since: Collection[BatchStatus], to: BatchStatus, **facts: Any
    ) -> bool:
        """Move one on, with the facts that come with it; False if it stands elsewhere by now."""


@dataclass(frozen=True, kw_only=True)
class PreparedReview:
    """A request ready to be sent.

    Attributes:
        asked: what it asks about; of the other candidates the rules decide at once.
        body: what is sent; the sender's own business.
        estimate_usd: the most it can cost, at the price of a batch.
        remarks: what is to be said of it, such as how many clear cases there were.
    """

    custom_id: str
    asked: tuple[Candidate, ...]
    body: Any
    estimate_usd: Decimal
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BatchState:
    """A batch as the service tells of it."""

    batch_id: str
    created_at: datetime
    has_ended: bool


@dataclass(frozen=True, kw_only=True)
class BatchReply:
    """What came of one request of a batch.

    Attributes:
        reply: the whole reply, the sender's own business; None if there is none.
        failure: why there is none, as a sentence; empty if there is one.
        usage: its tokens; a request without a reply costs nothing.
    """

    reply: Any = None
    failure: str = ""
    usage: ModelUsage = field(default_factory=ModelUsage)


class BatchReviewer(Protocol):
    """Asks a language model about many shops at once, at half price and in its own time."""

    @property
    def model(self) -> str:
        """Return the name of who is asked."""

    def prepare(
        self, unit: UnitOfWork, request: ReviewRequest, custom_id: str
    ) -> PreparedReview | Review:
        """Return the request that would be sent, or the review if a model need not be asked."""

    def send(self, prepared: Sequence[PreparedReview]) -> str:
        """Hand over one batch; return its id.

        Raises:
            NotSentError: it is certain that the service has no such batch.
            ProviderError: whether it has one is not known.
        """

    def state(self, batch_id: str) -> BatchState:
        """Return how far a batch is.

        Raises:
            ProviderError: it cannot be told.
        """

    def created_since(self, instant: datetime) -> list[BatchState]:
        """Return every batch created since an instant.

        Raises:
            ProviderError: it cannot be told.
        """

    def replies(self, batch_id: str) -> Mapping[str, BatchReply]:
        """Return what came of each request of a batch that ended, by its custom id.

        Raises:
            ProviderError: it cannot be told.
        """

    def review(
        self, unit: UnitOfWork, request: ReviewRequest, reply: BatchReply, model: str
    ) -> Review:
        """Return what a reply proposes, and what it cost, at the price of a batch.

        Args:
            unit: of the shop.
            request: as it was when the model was asked.
            reply: what came of it.
            model: who was asked.
        """
