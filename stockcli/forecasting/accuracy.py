"""How good a quantile of a total was: loss, share covered, and the scale that compares series."""

from __future__ import annotations

import numpy as np

from stockcli.forecasting.arrays import Flags, Vector


def pinball_loss(actual: Vector, quantile: float, probability: float) -> Vector:
    """Return what each actual total costs a forecast of its quantile, units.

    probability x shortfall, or (1 - probability) x excess: the only kind of loss whose least
    expectation is at the quantile. Koenker and Bassett (1978), "Regression quantiles";
    Gneiting (2011), "Quantiles as optimal point forecasts", IJF 27.

    >>> pinball_loss(np.array([12.0, 8.0]), 10.0, 0.75).tolist()  # 0.75 x 2, 0.25 x 2
    [1.5, 0.5]
    """
    short = actual - quantile
    return np.asarray(np.maximum(probability * short, (probability - 1.0) * short))


def covered(actual: Vector, quantile: float) -> Vector:
    """Return 1.0 for each total at or under the quantile, else 0.0.

    Their mean should be the quantile's probability: calibration, Gneiting, Balabdaoui and
    Raftery (2007), JRSS B 69.

    >>> covered(np.array([12.0, 10.0, 8.0]), 10.0).tolist()
    [0.0, 1.0, 1.0]
    """
    return np.asarray(actual <= quantile + 1e-9 * (1.0 + abs(quantile)), dtype=np.float64)


def typical_change(units: Vector, known: Flags) -> float:
    """Return the mean absolute difference between a period and the one before it, units.

    Losses divided by it add up over series of any size: the scale of Hyndman and Koehler
    (2006), "Another look at measures of forecast accuracy", IJF 22. Periods that are not
    known (stock-outs, closed days) are passed over; zero if nothing changed.

    >>> typical_change(np.array([3.0, 5.0, 0.0, 1.0]), np.array([True, True, False, True]))
    3.0
    """
    steps = np.abs(np.diff(units[known]))
    return float(np.mean(steps)) if len(steps) else 0.0


def window_totals(units: Vector, start: int, lengths: Vector) -> Vector:
    """Return the total from one period on, over each of some numbers of periods.

    >>> window_totals(np.array([9.0, 1.0, 2.0, 3.0]), 1, np.array([1, 3])).tolist()
    [1.0, 6.0]
    """
    running = np.concatenate([[0.0], np.cumsum(units[start:])])
    return np.asarray(running[np.asarray(lengths, dtype=np.int64)])
