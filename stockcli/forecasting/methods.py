"""Which method forecasts which class, and what happens when it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stockcli.domain.demand import DemandClass
from stockcli.forecasting.arima_pair import PairInput, fit_pair
from stockcli.forecasting.arrays import Slots, Vector
from stockcli.forecasting.intermittent import fit_tsb
from stockcli.forecasting.level_smoothing import smoothed_level
from stockcli.forecasting.prior import Prior, project_from_few
from stockcli.forecasting.projection import AverageProjection, FlatProjection, Projection
from stockcli.forecasting.series import OpenSeries
from stockcli.forecasting.slot_regression import mean_effects

FEW_CYCLES = 8
"""With fewer of them a season must first show that it is one."""
SEASONS = {7: " with day-of-week", 12: " with month-of-year"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """A projection, the coefficients found, and what was odd."""

    projection: Projection
    parameters: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Setting:
    """What is known of a series beside its own past.

    Attributes:
        slots_ahead: of the open periods ahead.
        prior: what similar products sell; None if there is none.
        last: the parameters of an earlier fit; None if there was none.
    """

    slots_ahead: Slots
    prior: Prior | None = None
    last: Mapping[str, Any] | None = None

    @property
    def periods(self) -> int:
        """Return the number of open periods ahead."""
        return len(self.slots_ahead)


def fit(series: OpenSeries, demand_class: DemandClass, setting: Setting) -> Fitted:
    """Return the class's own method, or a flat mean with a note if its mathematics fails."""
    if demand_class is DemandClass.NONE:
        return Fitted(projection=_flat("no demand", 0.0, setting.periods))
    if demand_class is DemandClass.CONSTANT:
        return Fitted(projection=_flat("constant", float(series.units[-1]), setting.periods))
    if demand_class is DemandClass.NEW:
        days = series.rhythm.counted(len(series.units))
        alone = (f"Only {days} of its own to go by.",) if setting.prior is None else ()
        return from_few(series, setting, *(alone if len(series.units) else ()))
    return _of_its_own(series, demand_class, setting)


def from_few(series: OpenSeries, setting: Setting, *notes: str) -> Fitted:
    """Return a flat mean of the last periods and the category, whichever there is."""
    prior = setting.prior
    if not len(series.units) and prior is None:
        notes = (*notes, f"No open {series.rhythm.noun} of its own and no category to learn from.")
    projection = project_from_few(series.units, prior, setting.periods, series.rhythm)
    return Fitted(projection=projection, notes=notes)


def _of_its_own(series: OpenSeries, demand_class: DemandClass, setting: Setting) -> Fitted:
    """Return a regression, or a flat mean with a note where that would mislead or fail."""
    if len(series.units) < series.rhythm.fewest_for_arima:
        note = f"{series.rhythm.counted(len(series.units))} are too few for a regression."
        return from_few(series, setting, note)
    try:
        return _from_many(series, demand_class, setting)
    except (ArithmeticError, ValueError) as error:
        return from_few(series, setting, f"The regression found no solution ({error}).")


def _from_many(series: OpenSeries, demand_class: DemandClass, setting: Setting) -> Fitted:
    """Return two regressions averaged; with TSB where lumpy; TSB alone where sales are rare."""
    rhythm = series.rhythm
    if np.count_nonzero(series.units[-rhythm.year :]) < rhythm.fewest_sales:
        return Fitted(projection=fit_tsb(series.units, setting.periods))
    given = pair_input(series, setting.slots_ahead)
    pair = fit_pair(given, setting.last)
    members: list[Projection] = list(pair.projections)
    if demand_class is not DemandClass.SMOOTH:
        members.append(
            smoothed_level(
                given.units,
                given.slots,
                given.slots_ahead,
                given.slots_per_cycle,
                rhythm.level_rate,
            )
        )
    if demand_class is DemandClass.LUMPY:
        members.append(fit_tsb(series.units, setting.periods))
    projection = AverageProjection(
        model=" + ".join(one.model for one in members) + SEASONS.get(given.slots_per_cycle, ""),
        parts=[(1 / len(members), one) for one in members],
    )
    return Fitted(projection=projection, parameters=pair.parameters)


def pair_input(series: OpenSeries, slots_ahead: Slots) -> PairInput:
    """Return a series as two regressions see it, with its season where it bears one."""
    cycle = series.rhythm.slots
    if not bears_season(series.units, series.slots, cycle):
        return PairInput(
            units=series.units,
            slots=np.zeros_like(series.slots),
            slots_ahead=np.zeros_like(slots_ahead),
            slots_per_cycle=1,
            period=series.last_period,
            half_life=series.rhythm.half_life,
        )
    return PairInput(
        units=series.units,
        slots=series.slots,
        slots_ahead=slots_ahead,
        slots_per_cycle=cycle,
        period=series.last_period,
        half_life=series.rhythm.half_life,
    )


def bears_season(units: Vector, slots: Slots, cycle: int) -> bool:
    """Return whether a season explains more than chance would, if it was seen a few times only.

    By AICc (Hurvich and Tsai, 1989) of the means by slot against one mean.

    >>> bears_season(np.array([1.0, 9.0] * 6), np.array([0, 1] * 6), 2)
    True
    >>> bears_season(np.array([1.0, 1.0, 9.0, 9.0] * 3), np.array([0, 1] * 6), 2)
    False
    """
    if cycle <= 1 or len(units) < 2 * cycle:
        return False
    if len(units) >= FEW_CYCLES * cycle:
        return True
    apart = units - mean_effects(units, slots, cycle)[slots]
    return _aicc(apart, cycle + 1) < _aicc(units - np.mean(units), 2)


def _aicc(errors: Vector, parameters: int) -> float:
    count = len(errors)
    square = max(float(errors @ errors) / count, 1e-12)
    if count <= parameters + 1:
        return float("inf")
    return count * float(np.log(square)) + 2 * parameters * count / (count - parameters - 1)


def _flat(model: str, mean: float, open_periods: int) -> FlatProjection:
    return FlatProjection(
        model=model,
        mean_per_day=mean,
        variance_per_day=0.0,
        variance_of_mean=0.0,
        open_days=open_periods,
    )
