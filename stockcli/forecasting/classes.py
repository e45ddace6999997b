"""How a series behaves, which settles how it is forecast."""

from __future__ import annotations

import numpy as np

from stockcli.domain.demand import DemandClass
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.series import OpenSeries

INTERVAL_LIMIT = 1.32
SIZE_VARIATION_LIMIT = 0.49


def classify(series: OpenSeries) -> DemandClass:
    """Return the class of a series: none, new, constant, or by how it sells."""
    units, rhythm = series.units, series.rhythm
    if not np.any(units > 0) and series.listed_periods >= rhythm.new:
        return DemandClass.NONE
    if len(units) < rhythm.new:
        return DemandClass.NEW
    if not np.any(units[-rhythm.forgotten :] > 0):
        return DemandClass.NONE
    if np.ptp(units) == 0:
        return DemandClass.CONSTANT
    return by_intermittence(units[-rhythm.year :])


def by_intermittence(units: Vector) -> DemandClass:
    """Return smooth, intermittent or lumpy.

    Limits 1.32 and 0.49 from Syntetos, Boylan and Croston (2005), "On the categorization of
    demand patterns", JORS 56. Their "erratic" (frequent, of varying size) counts as smooth
    here: it bears a regression.

    >>> by_intermittence(np.array([0.0, 2, 0, 3, 0, 0, 2]))
    <DemandClass.INTERMITTENT: 'intermittent'>
    >>> by_intermittence(np.array([0.0, 1, 0, 30, 0, 0, 2]))
    <DemandClass.LUMPY: 'lumpy'>
    """
    if average_demand_interval(units) < INTERVAL_LIMIT:
        return DemandClass.SMOOTH
    if squared_size_variation(units) < SIZE_VARIATION_LIMIT:
        return DemandClass.INTERMITTENT
    return DemandClass.LUMPY


def average_demand_interval(units: Vector) -> float:
    """Return periods per period with a sale; infinite without any.

    >>> average_demand_interval(np.array([0.0, 2, 0, 3]))
    2.0
    """
    sold = int(np.count_nonzero(units > 0))
    return len(units) / sold if sold else float("inf")


def squared_size_variation(units: Vector) -> float:
    """Return the squared coefficient of variation of what is sold in periods with a sale.

    >>> squared_size_variation(np.array([0.0, 2, 0, 4]))  # mean 3, variance 1
    0.1111111111111111
    """
    sizes = units[units > 0]
    return float(np.var(sizes) / np.mean(sizes) ** 2) if len(sizes) else 0.0
