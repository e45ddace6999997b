"""The forecast engine, imported when something is forecast: most checks find nothing to refit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stockcli.domain.demand import DemandForecast, DemandHistory, ForecastRequest
    from stockcli.usecases.ports import Forecaster, Progress
    from stockcli.usecases.ports.engines import Learnt

NO_EVENTS: Mapping[date, str] = MappingProxyType({})


@dataclass(frozen=True)
class ForecasterWhenAsked:
    """A forecaster whose libraries are loaded by its first question, a second or two of CPU.

    Attributes:
        workers: processes to use at most.
    """

    workers: int

    @cached_property
    def _engine(self) -> Forecaster:
        from stockcli.forecasting.engine import Forecaster as Engine

        return Engine(workers=self.workers)

    def learn(
        self, histories: Iterable[DemandHistory], events: Mapping[date, str] = NO_EVENTS
    ) -> Learnt:
        """Return what the products of one tenant tell of each other."""
        return self._engine.learn(histories, events)

    def forecast(
        self,
        requests: Sequence[ForecastRequest],
        *,
        learnt: Learnt | None = None,
        on_progress: Progress | None = None,
    ) -> list[DemandForecast]:
        """Return one forecast per request, in the same order."""
        return self._engine.forecast(requests, learnt=learnt, on_progress=on_progress)
