"""Thresholds moved by a check, and what was forecast for them kept to be judged one day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from stockcli.domain.replenishment import ForecastRecord, Threshold
from stockcli.usecases.forecasting import DemandRead, read_demand
from stockcli.usecases.nothing_new import last_fit, mark_of_demand
from stockcli.usecases.ports import Forecaster, UnitOfWork
from stockcli.usecases.reordering import changed_thresholds, refresh_thresholds

BETWEEN_RECORDS = timedelta(days=7)
"""A forecast a week is enough to judge by, and is told from the next by a week of sales."""

OnStep = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def move_thresholds(
    unit: UnitOfWork,
    forecaster: Forecaster,
    epoch: int,
    day: date,
    on_step: OnStep,
    *,
    refits_all: bool = False,
) -> tuple[str, int]:
    """Refit the forecasts and write the thresholds that changed; nothing where they would not.

    Once a week what is forecast is written down beside them, in the same transaction.

    Returns:
        The mark of what they were made from, and how many thresholds there are.
    """
    with unit.reading():
        mark = mark_of_demand(unit, day)
        if not refits_all and (last := last_fit(unit, mark)):
            return mark, last.checked
        recorded = unit.forecast_records.latest_day()
    demand = read_demand(unit, day)
    fresh = refit(unit, forecaster, demand, on_step)
    changed = changed_thresholds(fresh, demand.thresholds)
    records = records_of(fresh) if is_due(recorded, day) else []
    if changed or records:
        with unit:
            unit.runs.fence(epoch)
            unit.thresholds.put(changed)
            unit.forecast_records.put(records)
            unit.commit()
    return mark, len(fresh)


def refit(
    unit: UnitOfWork, forecaster: Forecaster, demand: DemandRead, on_step: OnStep
) -> list[Threshold]:
    """Return the thresholds of what was read; nothing is written."""
    total = len(demand.histories)
    return refresh_thresholds(
        demand,
        unit.tenant.policy,
        forecaster,
        on_progress=lambda done: on_step("forecasting", done, total),
    )


def is_due(recorded: date | None, day: date) -> bool:
    """Return whether a week passed since forecasts were last written down.

    >>> is_due(date(2026, 11, 2), date(2026, 11, 8)), is_due(date(2026, 11, 2), date(2026, 11, 9))
    (False, True)
    """
    return recorded is None or day - recorded >= BETWEEN_RECORDS


def records_of(thresholds: Iterable[Threshold]) -> list[ForecastRecord]:
    """Return what was forecast for each product and location, as of the day it was computed."""
    return [
        ForecastRecord(key=one.key, computed_for=one.computed_for, mean_per_day=one.mean_per_day)
        for one in thresholds
    ]
