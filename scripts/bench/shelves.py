"""What each method's levels would have kept on the shelf, and how often it would have run dry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.bench.windows import Layout, Window
from stockcli.forecasting.policy_simulation import PolicyPath, walk

Vector = NDArray[np.float64]
SCALINGS = 14
LIKE_SERVICE = 0.005


@dataclass(frozen=True, kw_only=True)
class ShelfOutcome:
    """One method's levels, walked through the periods from the first origin to the end.

    Attributes:
        cycle_service: share of replenishment cycles without a shortage.
        fill_rate: share of the units asked for that were there.
        periods_of_stock: mean stock over mean demand, the mean over series.
        series: how many were walked.
    """

    cycle_service: float
    fill_rate: float
    periods_of_stock: float
    series: int


def shelf_outcome(
    windows: Sequence[Window], quantiles: Sequence[float | None], layout: Layout
) -> ShelfOutcome | None:
    """Return what a periodic review of one season's length would have done; None without series.

    At every review the order brings the position to the quantile found at the latest origin;
    it arrives after the rest of the interval. Series without demand count for service only.
    """
    levels, demand = _paths(windows, quantiles, layout)
    if not len(levels):
        return None
    review = min(layout.season, max(layout.lengths))
    lead_time = np.full(levels.shape, max(layout.lengths) - review, dtype=np.int64)
    path = PolicyPath(
        reorder_point=levels,
        order_up_to_level=levels,
        lead_time=lead_time,
        review_periods=review,
    )
    seen = walk(demand, np.full(len(levels), levels.shape[1]), path)
    per_period = demand.mean(axis=1)
    sold = per_period > 0
    return ShelfOutcome(
        cycle_service=float(seen.cycles_served.sum() / max(seen.cycles.sum(), 1)),
        fill_rate=float(1.0 - seen.unmet.sum() / max(demand.sum(), 1.0)),
        periods_of_stock=float(np.mean(seen.on_hand.mean(axis=1)[sold] / per_period[sold])),
        series=len(levels),
    )


def at_service(
    windows: Sequence[Window],
    quantiles: Sequence[float | None],
    layout: Layout,
    cycle_service: float,
) -> ShelfOutcome | None:
    """Return what the levels would have done, all scaled alike until they serve as many cycles.

    Stock at unlike service compares nothing; None where no scale between a third and three
    times serves so many.
    """
    low, high, outcome = 1 / 3, 3.0, None
    for _ in range(SCALINGS):
        scale = (low + high) / 2
        scaled = [None if level is None else scale * level for level in quantiles]
        outcome = shelf_outcome(windows, scaled, layout)
        if outcome is None:
            return None
        low, high = (low, scale) if outcome.cycle_service >= cycle_service else (scale, high)
    alike = outcome and abs(outcome.cycle_service - cycle_service) < LIKE_SERVICE
    return outcome if alike else None


def _paths(
    windows: Sequence[Window], quantiles: Sequence[float | None], layout: Layout
) -> tuple[Vector, Vector]:
    """Return levels and demand, one row a series answered at every origin, one column a period."""
    levels, demand = [], []
    for start in range(0, len(windows), layout.origins):
        pairs = list(zip(windows, quantiles, strict=True))[start : start + layout.origins]
        if any(quantile is None for _, quantile in pairs):
            continue
        stretches = [
            window.ahead[: layout.every if window.rank < layout.origins - 1 else None]
            for window, _ in pairs
        ]
        said = [np.ceil(quantile or 0.0) for _, quantile in pairs]
        levels.append(np.repeat(said, [len(stretch) for stretch in stretches]))
        demand.append(np.concatenate(stretches))
    return np.array(levels), np.array(demand)
