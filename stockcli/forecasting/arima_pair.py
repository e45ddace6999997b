"""The two regressions that are averaged, refitted warm from what was kept of the last run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stockcli.forecasting.arima import ArimaProjection, FittedArima, fit_order, project
from stockcli.forecasting.arima_memory import Memory, gone_astray, outdated, remembered
from stockcli.forecasting.arrays import Slots, Vector
from stockcli.forecasting.order_selection import FAMILIES, Choice
from stockcli.forecasting.recency import HALF_LIFE_DAYS
from stockcli.forecasting.slot_regression import borne_slots

FEWEST_PERIODS = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedPair:
    """Two fitted orders, and what to keep of them.

    Attributes:
        fits: the stationary one first.
        projections: of the same orders, over the periods ahead.
        memory: what the next run begins with.
        chosen_anew: why the orders were not those of the last run; None where they were.
    """

    fits: tuple[FittedArima, ...]
    projections: tuple[ArimaProjection, ...]
    memory: Memory
    chosen_anew: str | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the memory as JSON values, to hand back as `last` at the next run."""
        return self.memory.to_json()


@dataclass(frozen=True, kw_only=True, eq=False)
class PairInput:
    """A series as two regressions see it.

    Attributes:
        units: at least ten finite values, oldest first.
        slots: of the same periods, each at least zero and less than slots_per_cycle: such as
            the day of the week; all zero for weeks.
        slots_ahead: of the periods ahead, at least one.
        slots_per_cycle: 7 for days, 1 for weeks, 12 for months. With less than two cycles of
            history all slots count as one.
        period: number of the last period, counted from anywhere: a date's ordinal for days,
            a seventh of it for weeks.
        half_life: periods after which an error counts half.
    """

    units: Vector
    slots: Slots
    slots_ahead: Slots
    slots_per_cycle: int = 7
    period: int = 0
    half_life: int = HALF_LIFE_DAYS


def fit_pair(given: PairInput, last: Mapping[str, Any] | None = None) -> FittedPair:
    """Fit one order around a mean and one around a drifting level, warm where that is sound.

    Args:
        given: the series.
        last: `FittedPair.parameters` of an earlier run; what cannot be read counts as none.

    Raises:
        ValueError: too few or unsound values, or no likelihood has a maximum.
    """
    if len(given.units) < FEWEST_PERIODS or not len(given.slots_ahead):
        raise ValueError(f"a regression needs {FEWEST_PERIODS} values and a period ahead")
    if not np.all(np.isfinite(given.units)):
        raise ValueError("a regression needs finite values")
    memory = remembered(last)
    if memory is None:
        return _fitted(given, None, "there was nothing to begin with")
    reason = outdated(memory, len(given.units), given.period)
    if reason is None:
        pair = _fitted(given, memory, None)
        errors = pair.projections[0].errors
        reason = gone_astray(memory, pair.memory.log_likelihoods, errors)
        if reason is None:
            return pair
    return _fitted(given, None, reason)


def _fitted(given: PairInput, memory: Memory | None, chosen_anew: str | None) -> FittedPair:
    slots = borne_slots(given.slots, given.slots_per_cycle)
    borne = slots is given.slots
    cycle = given.slots_per_cycle if borne else 1
    ahead = given.slots_ahead if borne else np.zeros_like(given.slots_ahead)
    lasts = memory.choices if memory is not None else (None, None)
    fits = tuple(
        fit_order(given.units, slots, cycle, usual, last)
        for usual, last in zip(FAMILIES, lasts, strict=True)
    )
    return FittedPair(
        fits=fits,
        projections=tuple(
            project(fit, given.units, slots, ahead, half_life=given.half_life) for fit in fits
        ),
        memory=_memory_of(fits, given, memory),
        chosen_anew=chosen_anew,
    )


def _memory_of(fits: tuple[FittedArima, ...], given: PairInput, memory: Memory | None) -> Memory:
    periods = len(given.units)
    return Memory(
        choices=tuple(Choice(fit.order, fit.found.arma) for fit in fits),
        chosen_in=memory.chosen_in if memory is not None else given.period,
        periods=memory.periods if memory is not None else periods,
        log_likelihoods=tuple(fit.log_likelihood / periods for fit in fits),
    )
