"""How good past forecasts were: what was forecast then, against what was sold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import mul

JUDGED_DAYS = 7
"""A forecast is judged by the week that begins with its day; a later one may hold from then on."""


@dataclass(frozen=True, kw_only=True)
class ForecastScore:
    """Errors of forecasts of a week each, added up, units.

    Attributes:
        weeks: one a product, location and forecast.
        expected: what was forecast.
        actual: what was sold.
        absolute_error: the differences of the two, each without its sign.
    """

    weeks: int = 0
    expected: float = 0.0
    actual: float = 0.0
    absolute_error: float = 0.0

    @property
    def wape(self) -> float | None:
        """Return absolute errors as a share of what was sold; None where nothing was.

        Kolassa and Schuetz (2007), "Advantages of the MAD/mean ratio over the MAPE". Weeks of 12
        expected and 10 sold, and of 6 expected and 10 sold: (2 + 4) / 20 = 30 %.
        """
        return self.absolute_error / self.actual if self.actual > 0 else None

    @property
    def bias(self) -> float | None:
        """Return expected less sold as a share of what was sold: above zero, too much.

        In the example of `wape`: (18 - 20) / 20 = -10 %.
        """
        return (self.expected - self.actual) / self.actual if self.actual > 0 else None


@dataclass(frozen=True, eq=False)
class JudgedSales:
    """A series with its stock-out days left out, ready to be judged week by week.

    On a day out of stock what was asked for is not known, so neither its sales nor its share of a
    forecast count; the engine leaves the same days out when it learns.

    Args:
        sold: units a day.
        stocked_out: which of the days are left out; none, if it is empty.

    Six days of two expected are judged by 10 sold; on the seventh the shelf was empty:

    >>> sales = JudgedSales([1, 3, 2, 1, 2, 1, 0], [False] * 6 + [True])
    >>> sales.days_and_units(0)
    (6, 10.0)
    """

    sold: Sequence[float]
    stocked_out: Sequence[bool]
    _units: list[float] = field(init=False)
    _days: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Add the days up once, so that each week is two differences."""
        judged = [not out for out in self.stocked_out] or [True] * len(self.sold)
        units = map(mul, self.sold, judged)
        object.__setattr__(self, "_units", list(accumulate(units, initial=0.0)))
        object.__setattr__(self, "_days", list(accumulate(judged, initial=0)))

    def days_and_units(self, start: int) -> tuple[int, float]:
        """Return how many days of the week from a place on are judged, and what sold on them."""
        end = start + JUDGED_DAYS
        return self._days[end] - self._days[start], self._units[end] - self._units[start]


class ScoreSum:
    """Adds up how forecasts of a week did."""

    def __init__(self) -> None:
        self._weeks, self._expected, self._actual, self._error = 0, 0.0, 0.0, 0.0

    def add(self, mean_per_day: float, days: int, units: float) -> None:
        """Add a forecast's week of so many judged days; one without any tells nothing."""
        if days:
            expected = mean_per_day * days
            self._weeks += 1
            self._expected += expected
            self._actual += units
            self._error += abs(expected - units)

    @property
    def score(self) -> ForecastScore:
        """Return what they came to."""
        return ForecastScore(
            weeks=self._weeks,
            expected=self._expected,
            actual=self._actual,
            absolute_error=self._error,
        )


def added_up(scores: Iterable[ForecastScore]) -> ForecastScore:
    """Return several scores as one."""
    found = list(scores)
    return ForecastScore(
        weeks=sum(one.weeks for one in found),
        expected=sum(one.expected for one in found),
        actual=sum(one.actual for one in found),
        absolute_error=sum(one.absolute_error for one in found),
    )
