from __future__ import annotations

import numpy as np
import pytest

from stockcli.forecasting.spread import TOLERANCE, UNCERTAINTY, Spread, at_most, quantiles

LEVELS = (0.001, 0.05, 0.5, 0.8, 0.95, 0.99, 0.9999)


def one(mean: float, variance: float) -> Spread:
    return mixture((1.0, mean, variance))


def mixture(*parts: tuple[float, float, float]) -> Spread:
    weights, means, variances = np.array(parts, dtype=np.float64).T
    return Spread(weights=weights, means=means, variances=variances)


@pytest.mark.parametrize(
    "parts",
    [
        [(1.0, 70.0, 90.0)],
        [(0.6, 10.0, 4.0), (0.4, 100.0, 25.0)],
        [(0.2, 0.0, 0.0), (0.8, 5.0, 50.0)],
        [(0.3, 0.3, 9.0), (0.7, 3.0, 1.0)],
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_a_quantile_is_not_exceeded_with_its_probability(
    parts: list[tuple[float, float, float]], level: float
) -> None:
    spread = mixture(*parts)
    units = spread.quantile(level)
    assert units >= 0
    assert float(at_most(units + 1e-5, spread.means, spread.variances) @ spread.weights) >= level
    if units > 1e-3:
        below = at_most(units - 1e-3, spread.means, spread.variances)
        assert float(below @ spread.weights) < level


def test_a_higher_probability_never_lowers_the_quantile() -> None:
    spread = mixture((0.1, 2.0, 0.0), (0.5, 5.0, 3.0), (0.4, 9.0, 80.0))
    found = [spread.quantile(level) for level in np.linspace(0.001, 0.999, 80)]
    assert np.all(np.diff(found) >= -2 * TOLERANCE)


def test_a_gamma_total_has_the_quantiles_drawn_from_it() -> None:
    drawn = np.random.default_rng(4).gamma(4.0, 5.0, 400_000)
    spread = one(20.0, 100.0 / UNCERTAINTY**2)
    assert spread.quantile(0.95) == pytest.approx(np.quantile(drawn, 0.95), rel=0.01)
    assert spread.quantile(0.5) == pytest.approx(np.quantile(drawn, 0.5), rel=0.01)


def test_rare_sales_are_no_more_skew_than_the_exponential() -> None:
    spread = UNCERTAINTY * 10.0
    assert one(0.5, 100.0).quantile(0.95) == pytest.approx(0.5 + spread * (np.log(20) - 1))


def test_a_total_that_never_varies_is_its_mean() -> None:
    assert {one(42.0, 0.0).quantile(level) for level in LEVELS} == {42.0}
    assert one(0.0, 0.0).quantile(0.95) == 0


def test_lengths_that_never_vary_are_steps() -> None:
    steps = mixture((0.6, 10.0, 0.0), (0.4, 20.0, 0.0))
    assert [steps.quantile(level) for level in (0.5, 0.6, 0.61, 0.99)] == [10, 10, 20, 20]


def test_lengths_of_one_mean_have_the_spread_of_the_total() -> None:
    spread = mixture((0.5, 10.0, 4.0), (0.5, 20.0, 4.0))
    assert spread.mean == 15.0
    assert spread.standard_deviation == pytest.approx(29**0.5)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_the_quantile_goes_with_the_unit_of_measure(scale: float) -> None:
    usual, scaled = one(7.0, 30.0), one(7.0 * scale, 30.0 * scale**2)
    if scale * 7 > 1e-3:
        assert scaled.quantile(0.95) == pytest.approx(scale * usual.quantile(0.95), rel=1e-6)
    assert np.isfinite(scaled.quantile(0.9999))


def test_the_quantile_of_a_part_is_where_its_probability_is_reached() -> None:
    means, variances = np.array([0.1, 4.0, 1e6]), np.array([2.0, 4.0, 1e9])
    units = quantiles(0.9, means, variances)
    assert at_most(units, means, variances) == pytest.approx([0.9] * 3)
