"""What each slot of a cycle adds: the day of the week, or the month of the year.

Least squares loses little against generalised least squares for regressors that repeat
(Grenander and Rosenblatt, 1957, ch. 7); it is where the exact likelihood sets out from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stockcli.forecasting.arrays import Slots, Vector
from stockcli.forecasting.exact_likelihood import Likelihood, Matrix, rows_of

FEWEST_CYCLES = 2
SMALLEST_SHARE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class SlotRegression:
    """A series around its slots' effects, or its first differences around theirs.

    Attributes:
        rows: what the likelihood filters: noise by least squares, of mean square one; the slots.
        size: units that one stands for.
        effects: units by slot, by least squares.
        seen: the slots the rows' regressors stand for.
        differenced: whether the noise is that of first differences.
    """

    rows: Matrix
    size: float
    effects: Vector
    seen: Slots
    differenced: bool

    @property
    def bare_rows(self) -> Matrix:
        """Return the rows without regressors."""
        return self.rows[[0, -2, -1]]

    @property
    def has_noise(self) -> bool:
        """Return whether anything is left to explain."""
        return self.size > 0


def borne_slots(slots: Slots, slots_per_cycle: int) -> Slots:
    """Return the slots, or all the same one where the history holds less than two cycles.

    >>> borne_slots(np.array([0, 1, 0]), 2).tolist()
    [0, 0, 0]
    """
    return slots if len(slots) >= FEWEST_CYCLES * slots_per_cycle else np.zeros_like(slots)


def regress(
    units: Vector, slots: Slots, slots_per_cycle: int, *, differenced: bool
) -> SlotRegression:
    """Take the slots' effects out of a series by least squares.

    Args:
        units: at least three finite values.
        slots: of the same periods, each at least zero and less than slots_per_cycle.
        slots_per_cycle: such as 7.
        differenced: whether to regress first differences on those of the slots.
    """
    seen = np.flatnonzero(np.bincount(slots, minlength=slots_per_cycle))
    if differenced:
        effects = smooth_effects(units, slots, slots_per_cycle)
        noise = np.diff(units - effects[slots])
        here = (slots == seen[1:, None]).astype(np.float64)
        regressors = here[:, 1:] - here[:, :-1]
    else:
        effects = mean_effects(units, slots, slots_per_cycle)
        noise = units - effects[slots]
        regressors = (slots == seen[:, None]).astype(np.float64)
    size = float(np.sqrt(noise @ noise / len(noise)))
    if size <= SMALLEST_SHARE * max(float(np.max(np.abs(units))), SMALLEST_SHARE):
        size = 0.0
    return SlotRegression(
        rows=rows_of(noise / (size or 1.0), regressors),
        size=size,
        effects=effects,
        seen=seen,
        differenced=differenced,
    )


def effects_at(regression: SlotRegression, found: Likelihood) -> Vector:
    """Return units by slot at the likelihood's own regression coefficients."""
    effects = regression.effects.copy()
    gained = -found.weights[1:-2] * regression.size
    if regression.differenced:
        effects[regression.seen[1:]] += gained
        return effects - np.mean(effects[regression.seen])
    effects[regression.seen] += gained
    return effects


def mean_effects(units: Vector, slots: Slots, slots_per_cycle: int = 7) -> Vector:
    """Return the mean of each slot, the overall mean for one never seen.

    >>> mean_effects(np.array([1.0, 4.0, 3.0]), np.array([0, 1, 0]), 3).round(4).tolist()
    [2.0, 4.0, 2.6667]
    """
    seen = np.bincount(slots, minlength=slots_per_cycle)
    sums = np.bincount(slots, weights=units, minlength=slots_per_cycle)
    return np.asarray(np.where(seen > 0, sums / np.maximum(seen, 1), np.mean(units)))


def smooth_effects(units: Vector, slots: Slots, slots_per_cycle: int = 7) -> Vector:
    """Return what each slot adds to a drifting level: values that add up to zero.

    Least squares on first differences, which tell the slots seen apart, the first at zero;
    zero for a slot never seen.

    >>> smooth_effects(np.array([1.0, 3.0, 1.0, 3.0]), np.array([0, 1, 0, 1]), 3).tolist()
    [-1.0, 1.0, 0.0]
    """
    seen = np.flatnonzero(np.bincount(slots, minlength=slots_per_cycle))
    here = (slots == seen[1:, None]).astype(np.float64)
    steps = here[:, 1:] - here[:, :-1]
    effects = np.zeros(slots_per_cycle)
    if len(seen) > 1:
        effects[seen[1:]] = np.linalg.solve(steps @ steps.T, steps @ np.diff(units))
        effects[seen] -= np.mean(effects[seen])
    return effects
