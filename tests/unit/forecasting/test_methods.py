from __future__ import annotations

import numpy as np
import pytest

from stockcli.domain.demand import LeadTime
from stockcli.forecasting.arima import ArimaProjection, fit_order, project
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.count_distribution import at_most, least_units
from stockcli.forecasting.intermittent import fit_tsb
from stockcli.forecasting.level_smoothing import LevelProjection
from stockcli.forecasting.order_selection import STATIONARY
from stockcli.forecasting.prior import prior_from, project_from_few
from stockcli.forecasting.projection import AverageProjection, Projection
from stockcli.forecasting.protection_interval import interval_lengths
from tests.unit.forecasting.builders import poisson


def fitted(units: Vector) -> ArimaProjection:
    weekdays = np.arange(len(units) + 28, dtype=np.int64) % 7
    known = weekdays[: len(units)]
    return project(fit_order(units, known, 7, STATIONARY, None), units, known, weekdays[-28:])


def test_averaged_errors_end_on_the_same_day() -> None:
    units = np.array(poisson(4.0, 200))
    parts: list[tuple[float, Projection]] = [(0.5, fitted(units)), (0.5, fit_tsb(units, 28))]
    average = AverageProjection(model="both", parts=parts)
    expected = sum(0.5 * part.total_errors(7)[-1] for _, part in parts)
    assert average.total_errors(7)[-1] == pytest.approx(expected)


def test_an_intermittent_level_falls_while_nothing_sells() -> None:
    units = np.array([0.0, 0.0, 5.0, 0.0] * 50 + [0.0] * 100)
    for _, projection in fit_tsb(units, 28).parts:
        assert isinstance(projection, LevelProjection)
        levels = projection.levels
        assert levels[-1] < 0.5 * levels[199]
        assert np.all(np.diff(levels[200:]) < 0)


def test_an_overdispersed_count_is_a_negative_binomial() -> None:
    generator = np.random.default_rng(0)
    counts = generator.negative_binomial(2.5, 0.25, 200_000)
    chance = at_most(np.array([12.0]), np.array([7.5]), np.array([30.0]), whole=True)[0]
    assert chance == pytest.approx(np.mean(counts <= 12), abs=0.005)


def test_a_mixture_holds_its_quantile() -> None:
    weights, means, variances = np.array([0.7, 0.3]), np.array([10.0, 40.0]), np.array([20.0, 90.0])

    def mixture(units: Vector) -> Vector:
        return np.asarray(at_most(units[:, None], means, variances, whole=True) @ weights)

    units = least_units(mixture, np.array([100.0]), 0.9, whole=True)
    assert mixture(units - 1)[0] < 0.9 <= mixture(units)[0]


@pytest.mark.parametrize(
    ("mean", "spread"), [(7.0, 2.0), (18.0, 4.0), (1.5, 2.0), (5.0, 5.0), (30.0, 10.0)]
)
def test_the_lengths_of_the_interval_keep_the_lead_time(mean: float, spread: float) -> None:
    lengths = interval_lengths(LeadTime(mean_days=mean, standard_deviation_days=spread), 7)
    days = np.array([length.days for length in lengths])
    shares = np.array([length.probability for length in lengths])
    centre = float(days @ shares)
    assert len(lengths) <= 10
    assert centre == pytest.approx(mean + 7)
    assert np.sqrt(shares @ (days - centre) ** 2) == pytest.approx(spread, rel=0.15)


def test_a_certain_lead_time_has_one_length() -> None:
    assert interval_lengths(LeadTime(mean_days=5), 2) == [(7, 1.0)]


def test_without_own_days_the_category_speaks_alone() -> None:
    flat = project_from_few(np.zeros(0), prior_from(4.0, 12.0), 5)
    assert (flat.mean_per_day, flat.variance_per_day, flat.variance_of_mean) == (4.0, 8.0, 4.0)
