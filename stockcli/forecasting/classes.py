"""How a series behaves, which settles how it is forecast."""

from __future__ import annotations

import numpy as np

from stockcli.domain.demand import DemandClass
from stockcli.forecasting.series import OpenSeries, Vector

NEW_PRODUCT_DAYS = 28
SILENT_DAYS = 180
RECENT_DAYS = 365
INTERVAL_LIMIT = 1.32
SIZE_VARIATION_LIMIT = 0.49


def classify(series: OpenSeries) -> DemandClass:
    """Return the class of a series: none, new, constant, or by how it sells."""
    sold = bool(np.any(series.units > 0))
    if not sold and series.listed_days >= NEW_PRODUCT_DAYS:
        return DemandClass.NONE
    if len(series.units) < NEW_PRODUCT_DAYS:
        return DemandClass.NEW
    if not np.any(series.units[-SILENT_DAYS:] > 0):
        return DemandClass.NONE
    if np.ptp(series.units) == 0:
        return DemandClass.CONSTANT
    return by_intermittence(series.units[-RECENT_DAYS:])


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
    """Return open days per day with a sale; infinite without any.

    >>> average_demand_interval(np.array([0.0, 2, 0, 3]))
    2.0
    """
    days_sold = int(np.count_nonzero(units > 0))
    return len(units) / days_sold if days_sold else float("inf")


def squared_size_variation(units: Vector) -> float:
    """Return the squared coefficient of variation of what is sold on days with a sale.

    >>> squared_size_variation(np.array([0.0, 2, 0, 4]))  # mean 3, variance 1
    0.1111111111111111
    """
    sizes = units[units > 0]
    return float(np.var(sizes) / np.mean(sizes) ** 2) if len(sizes) else 0.0
