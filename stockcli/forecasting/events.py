"""What happens on known days: fairs, holidays, promotions, and by how much they multiply sales.

A product sees a Mother's Day once a year. Its own ratio of sold to expected therefore leans on
that of the shop's other products, and theirs on what somebody expects of it, or on none at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from stockcli.domain.calendar import LARGEST_UPLIFT, stated_uplift
from stockcli.forecasting.arrays import Flags, Slots, Vector
from stockcli.forecasting.slot_regression import mean_effects

OWN_DAYS = 2.0
"""What the shop's products say counts as much as so many days of the product's own."""
NO_EFFECT_DAYS = 10.0
"""What was expected beforehand, or no effect, counts as much as so many days of the products."""
AROUND = 14


class Seen(NamedTuple):
    """What days of one event showed.

    Attributes:
        sold: units on them.
        expected: units the days around them let expect.
        days: how many there were.
    """

    sold: float
    expected: float
    days: int

    def __add__(self, other: object) -> Seen:
        """Return what both showed."""
        if not isinstance(other, Seen):
            return NotImplemented
        return Seen(self.sold + other.sold, self.expected + other.expected, self.days + other.days)

    def factor(self, prior: float, prior_days: float) -> float:
        """Return sold over expected, drawn towards a prior that counts as so many days.

        The posterior mean of a gamma-Poisson ratio, as for relative risks: Clayton and Kaldor
        (1987), Biometrics 43.

        >>> Seen(sold=60.0, expected=20.0, days=2).factor(1.0, 2.0)  # (60 + 20) / (20 + 20)
        2.0
        """
        if not self.expected > 0:
            return prior
        weight = prior_days * self.expected / self.days
        found = (self.sold + weight * prior) / (self.expected + weight)
        return float(np.clip(found, 1 / LARGEST_UPLIFT, LARGEST_UPLIFT))


NOTHING_SEEN = Seen(0.0, 0.0, 0)


@dataclass(frozen=True, kw_only=True)
class EventEffects:
    """By how much each event multiplies what products sell, all of them taken together."""

    factors: Mapping[str, float]

    def of_product(self, label: str, own: Seen) -> float:
        """Return the factor of one product: its own days, and what all products show."""
        return own.factor(factor_of(label, self.factors), OWN_DAYS)


def factor_of(label: str, factors: Mapping[str, float]) -> float:
    """Return an event's factor: as learnt, else as somebody stated it, else none."""
    return factors.get(label, stated_uplift(label))


NO_EFFECTS = EventEffects(factors={})


def effects_of(seen: Iterable[Mapping[str, Seen]]) -> EventEffects:
    """Return the factors of all products together.

    >>> effects_of([{"fair": Seen(30.0, 10.0, 5)}, {"fair": Seen(30.0, 10.0, 5)}]).factors
    {'fair': 2.0}
    """
    totals: dict[str, Seen] = {}
    for product in seen:
        for label, one in product.items():
            totals[label] = totals.get(label, NOTHING_SEEN) + one
    return EventEffects(
        factors={
            label: one.factor(stated_uplift(label), NO_EFFECT_DAYS) for label, one in totals.items()
        }
    )


def labels_on(events: Mapping[date, str], first_day: date, days: int) -> list[str | None]:
    """Return each day's event, None for most."""
    labels: list[str | None] = [None] * days
    for day, label in events.items():
        offset = (day - first_day).days
        if 0 <= offset < days:
            labels[offset] = label
    return labels


def seen_in(
    units: Vector, slots: Slots, cycle: int, labels: Sequence[str | None]
) -> dict[str, Seen]:
    """Return what each event's days showed in one series.

    Expected is the mean of the fortnight on either side, other events left out, times what the
    day of the week usually has of the mean.
    """
    marked = np.array([label is not None for label in labels], dtype=np.bool_)
    if not marked.any() or marked.all():
        return {}
    expected = _level_around(units, marked) * _season(units, slots, cycle, marked)
    seen: dict[str, Seen] = {}
    for place in np.flatnonzero(marked).tolist():
        one = Seen(float(units[place]), float(expected[place]), 1)
        label = str(labels[place])
        seen[label] = seen.get(label, NOTHING_SEEN) + one
    return seen


def _level_around(units: Vector, marked: Flags) -> Vector:
    count = np.concatenate([[0.0], np.cumsum(~marked)])
    total = np.concatenate([[0.0], np.cumsum(np.where(marked, 0.0, units))])
    places = np.arange(len(units))
    since, until = np.maximum(places - AROUND, 0), np.minimum(places + AROUND + 1, len(units))
    return np.asarray((total[until] - total[since]) / np.maximum(count[until] - count[since], 1.0))


def _season(units: Vector, slots: Slots, cycle: int, marked: Flags) -> Vector:
    usual = units[~marked]
    mean = float(np.mean(usual))
    if mean <= 0:
        return np.ones(len(units))
    return np.asarray(mean_effects(usual, slots[~marked], cycle)[slots] / mean)
