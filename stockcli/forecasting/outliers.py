"""Sales far above all others: a wholesale line among single pieces."""

from __future__ import annotations

import numpy as np

from stockcli.forecasting.arrays import Vector


def winsorise(units: Vector) -> tuple[Vector, int, float]:
    """Cut values far above all others down to a cap; return them, how many, and the cap.

    The cap is the larger of the limits of all periods and of the last 28, so that a product
    that has just taken off keeps its new level (winsorising: Tukey, 1962, "The Future of
    Data Analysis").

    >>> cut, above, cap = winsorise(np.array([1.0, 2.0, 0.0, 2.0, 10_000.0]))
    >>> cut.tolist(), above, cap
    ([1.0, 2.0, 0.0, 2.0, 10.0], 1, 10.0)
    """
    if np.count_nonzero(units) < 2:
        return units, 0, 0.0
    cap = max(_upper_limit(units), _upper_limit(units[-28:]))
    above = int((units > cap).sum())
    return (np.minimum(units, cap), above, cap) if above else (units, 0, cap)


def _upper_limit(units: Vector) -> float:
    """Return what no ordinary day exceeds; zero if fewer than two days sold anything."""
    sold = np.sort(units[units > 0])
    if len(sold) < 2:
        return 0.0
    usual = 5.0 * float(sold[int(0.95 * (len(sold) - 1))])
    if len(sold) == 2:
        return usual
    centre = float(np.median(sold))
    spread = 1.4826 * float(np.median(np.abs(sold - centre)))
    return max(usual, centre + 10.0 * spread)
