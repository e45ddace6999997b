"""Which method forecasts which class, and what happens when it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stockcli.domain.demand import DemandClass
from stockcli.forecasting.arima import STARTS, ArimaProjection, fit_arima
from stockcli.forecasting.intermittent import fit_tsb
from stockcli.forecasting.obsolescence import note_of_a_stop
from stockcli.forecasting.prior import Prior, project_from_few
from stockcli.forecasting.projection import AverageProjection, FlatProjection, Projection
from stockcli.forecasting.series import OpenSeries, Weekdays

FEWEST_ARIMA_DAYS = 60
FEWEST_ARIMA_SALES = 15
"""With fewer days of sale in the last year a regression finds nothing to hold on to."""
RECENT_DAYS = 365


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """A projection, the coefficients found, and what was odd."""

    projection: Projection
    parameters: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def fit(
    series: OpenSeries,
    demand_class: DemandClass,
    weekdays_ahead: Weekdays,
    prior: Prior | None,
) -> Fitted:
    """Return the class's own method, or a flat mean with a note if its mathematics fails.

    The search for coefficients always begins in the same places: from the last ones it would
    be no quicker, and may end in another valley, so that figures would depend on when they
    were computed before.
    """
    open_days = len(weekdays_ahead)
    if demand_class is DemandClass.NONE:
        return Fitted(projection=_flat("no demand", 0.0, open_days))
    if demand_class is DemandClass.CONSTANT:
        return Fitted(projection=_flat("constant", float(series.units[-1]), open_days))
    if demand_class is DemandClass.NEW:
        return from_few(series, prior, open_days)
    return _of_its_own(series, demand_class, weekdays_ahead, prior)


def from_few(series: OpenSeries, prior: Prior | None, open_days: int, *notes: str) -> Fitted:
    """Return a flat mean of the last days and the category, whichever there is."""
    if not len(series.units) and prior is None:
        notes = (*notes, "No open day of its own and no category to learn from.")
    return Fitted(projection=project_from_few(series.units, prior, open_days), notes=notes)


def _of_its_own(
    series: OpenSeries, demand_class: DemandClass, weekdays_ahead: Weekdays, prior: Prior | None
) -> Fitted:
    """Return a regression, or a flat mean with a note where that would mislead or fail."""
    open_days = len(weekdays_ahead)
    if len(series.units) < FEWEST_ARIMA_DAYS:
        note = f"{len(series.units)} open days are too few for a regression."
        return from_few(series, prior, open_days, note)
    if (stop := note_of_a_stop(series)) is not None:
        return from_few(series, None, open_days, stop)
    try:
        return _from_many(series, demand_class, weekdays_ahead)
    except (ArithmeticError, ValueError) as error:
        return from_few(series, prior, open_days, f"The regression found no solution ({error}).")


def _from_many(
    series: OpenSeries,
    demand_class: DemandClass,
    weekdays_ahead: Weekdays,
) -> Fitted:
    """Return two regressions averaged; with TSB where lumpy; TSB alone where sales are rare."""
    if np.count_nonzero(series.units[-RECENT_DAYS:]) < FEWEST_ARIMA_SALES:
        return Fitted(projection=fit_tsb(series.units, len(weekdays_ahead)))
    arimas = [
        fit_arima(series.units, series.weekdays, weekdays_ahead, order, start)
        for order, start in STARTS.items()
    ]
    projection = _average_of(arimas)
    if demand_class is DemandClass.LUMPY:
        smoothed = fit_tsb(series.units, len(weekdays_ahead))
        model = f"{projection.model}, averaged with TSB"
        projection = AverageProjection(model=model, parts=[(0.5, projection), (0.5, smoothed)])
    parameters = {arima.model: [float(value) for value in arima.arma] for arima in arimas}
    return Fitted(projection=projection, parameters=parameters)


def _average_of(arimas: list[ArimaProjection]) -> AverageProjection:
    names = " + ".join(arima.model for arima in arimas)
    share = 1 / len(arimas)
    return AverageProjection(
        model=f"{names} with day-of-week", parts=[(share, arima) for arima in arimas]
    )


def _flat(model: str, mean: float, open_days: int) -> FlatProjection:
    return FlatProjection(
        model=model,
        mean_per_day=mean,
        variance_per_day=0.0,
        variance_of_mean=0.0,
        open_days=open_days,
    )
