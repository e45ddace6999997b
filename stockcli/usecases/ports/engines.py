"""Those who forecast, decide and carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from stockcli.domain.budget import ModelUsage
from stockcli.domain.decisions import Candidate, Proposal
from stockcli.domain.demand import DemandForecast, DemandHistory, ForecastRequest
from stockcli.domain.errors import StockError
from stockcli.domain.shop import Tenant
from stockcli.usecases.ports.trade import OutboxMessage

Progress = Callable[[int], None]
"""Called with the count done so far."""


Learnt = Any
"""What the products of one shop told a forecaster of each other; its own business."""


class Forecaster(Protocol):
    """Forecasts many series at once."""

    def learn(self, histories: Iterable[DemandHistory], events: Mapping[date, str] = ...) -> Learnt:
        """Return what the products of one shop tell of each other, and events do to them."""

    def forecast(
        self,
        requests: Sequence[ForecastRequest],
        *,
        learnt: Learnt | None = None,
        on_progress: Progress | None = None,
    ) -> list[DemandForecast]:
        """Return one forecast per request, in order; never raises on odd series.

        Args:
            requests: of one shop.
            learnt: what `learn` returned for that shop; left out, the requests teach it.
            on_progress: told how many are done so far.
        """


@dataclass(frozen=True, kw_only=True)
class ReviewRequest:
    """The products below their reorder point, for a reviewer to decide on.

    Attributes:
        run_id: of the check that asks; empty outside of checks.
    """

    shop: Tenant
    business_day: date
    candidates: tuple[Candidate, ...]
    run_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a reviewer proposes; what it leaves out is decided by rule.

    Attributes:
        usage: tokens of all it asked a model.
        price_usd: what that cost, US dollars; None if no model was paid.
        failure: why a model that was to be asked could not be, or not to the end; None if it was.
    """

    proposals: tuple[Proposal, ...] = ()
    remarks: tuple[str, ...] = field(default=())
    usage: ModelUsage = field(default_factory=ModelUsage)
    price_usd: Decimal | None = None
    failure: StockError | None = None


class Reviewer(Protocol):
    """Decides about products below their reorder point."""

    def review(self, request: ReviewRequest) -> Review:
        """Return proposals; never raises because of a provider."""


class Courier(Protocol):
    """Carries a message out of the house."""

    def deliver(self, message: OutboxMessage, shop: Tenant) -> None:
        """Deliver one message.

        Raises:
            UncertainDeliveryError: it may or may not have arrived.
            DeliveryError: it did not arrive; it may be tried again.
        """

    def may_repeat(self, message: OutboxMessage, shop: Tenant) -> bool:
        """Return whether a message that may have been delivered can be delivered again unseen."""


@dataclass(frozen=True, kw_only=True)
class ChannelTrial:
    """What became of a test message to one channel.

    Attributes:
        channel: the kind of service, without its secret.
        kinds: of the alerts that go there, as they are typed; empty: all.
        outcome: "sent", "failed", or "uncertain" (it never answered).
        reason: why it was not sent, half a sentence.
    """

    channel: str
    kinds: str
    outcome: str
    reason: str = ""
