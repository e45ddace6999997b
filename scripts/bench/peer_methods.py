"""The peers, each given the *total* over a length: closed form, simulated paths, or own errors.

Runs under the peers' own Python, and knows nothing of stockcli.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom, norm, poisson

Vector = NDArray[np.float64]
PATHS = 2000
PROPHET_PATHS = 1000
HALF_LIFE_PERIODS = 182.0
TSB_SMOOTHING = 0.1


class Job(NamedTuple):
    """One fit: which method, on what, for totals over which numbers of periods."""

    key: str
    method: str
    units: Vector
    first_day: str
    frequency: str
    season: int
    lengths: list[int]
    probability: float

    @property
    def horizon(self) -> int:
        """Return the longest length."""
        return max(self.lengths)


class Total(NamedTuple):
    """What a method says of the total over some periods, units."""

    length: int
    mean: float
    standard_deviation: float
    quantile: float


Answer = tuple[list[Total], str]


def autoets(job: Job) -> Answer:
    """Forecast by AutoETS: closed form where the model is linear, else simulated paths."""
    model = _models().AutoETS(season_length=job.season).fit(job.units)
    daily = np.asarray(model.predict(job.horizon)["mean"], dtype=np.float64)
    totals = [_ets_total(model, job, float(daily[:n].sum()), n) for n in job.lengths]
    return totals, str(model.model_["method"])


def _ets_total(model: Any, job: Job, mean: float, length: int) -> Total:
    fitted = model.model_
    error, trend, season, damped = fitted["components"]
    if "M" in (error, trend, season):
        paths = model.simulate(length, PATHS, seed=1).sum(axis=1)
        paths += mean - paths.mean()
        quantile = float(np.quantile(paths, job.probability))
        return Total(length, mean, float(paths.std()), max(quantile, 0.0))
    alpha, beta, gamma, phi = (0.0 if np.isnan(v) else float(v) for v in fitted["par"][:4])
    ahead = np.arange(1, length)
    growth = np.cumsum((phi if damped == "D" else 1.0) ** ahead)
    psi = alpha + beta * growth + gamma * (ahead % job.season == 0)
    return _normal(job, length, mean, np.sqrt(fitted["sigma2"] * _summed(psi)))


def _summed(psi: Vector) -> float:
    """Return the variance of a total in innovations: the squares of the weights' running sums.

    The weights are those of table 6.1 in Hyndman, Koehler, Ord and Snyder (2008), Forecasting
    with Exponential Smoothing.

    >>> _summed(np.array([0.5]))  # 1 + 1.5 squared
    3.25
    """
    return float(np.sum(np.cumsum(np.concatenate([[1.0], psi])) ** 2))


def autoarima(job: Job) -> Answer:
    """Forecast by AutoARIMA as it comes."""
    return _arima(job)


def autoarima_approximation(job: Job) -> Answer:
    """Forecast by AutoARIMA with its quicker search."""
    return _arima(job, approximation=True)


def _arima(job: Job, **options: Any) -> Answer:
    model = _models().AutoARIMA(season_length=job.season, **options).fit(job.units)
    daily = np.asarray(model.predict(job.horizon)["mean"], dtype=np.float64)
    spreads = [_state_space_spread(model.model_, n) for n in job.lengths]
    means = [float(daily[:n].sum()) for n in job.lengths]
    totals = map(_normal, [job] * len(means), job.lengths, means, spreads)
    return list(totals), str(model.model_.get("arma", "constant"))


def _state_space_spread(fitted: dict[str, Any], length: int) -> float:
    """Return the total's standard deviation from the fitted state space, a cumulator added.

    Durbin and Koopman (2012), Time Series Analysis by State Space Methods, 3.3 and 4.11;
    seasonal terms, d and D are in the transition, the filtered state's own variance in P.
    """
    if fitted.get("constant", False):
        return 0.0
    space = {name: np.asarray(fitted["model"][name], dtype=np.float64) for name in "ZTVPh"}
    design, transition, noise = space["Z"], space["T"], space["V"]
    size = len(transition)
    moves, shocks, variance = (np.zeros((size + 1, size + 1)) for _ in range(3))
    moves[:size, :size], moves[size, :size], moves[size, size] = (
        transition,
        design @ transition,
        1,
    )
    shocks[:size, :size] = noise
    shocks[size, :size] = shocks[:size, size] = design @ noise
    shocks[size, size] = design @ noise @ design + float(space["h"])
    variance[:size, :size] = space["P"]
    for _ in range(length):
        variance = moves @ variance @ moves.T + shocks
    return float(np.sqrt(max(variance[size, size], 0.0) * fitted["sigma2"]))


def croston_sba(job: Job) -> Answer:
    """Forecast by Croston's method with the correction of Syntetos and Boylan."""
    return _rate(job, _models().CrostonSBA())


def tsb(job: Job) -> Answer:
    """Forecast by the method of Teunter, Syntetos and Babai."""
    return _rate(job, _models().TSB(TSB_SMOOTHING, TSB_SMOOTHING))


def _rate(job: Job, model: Any) -> Answer:
    """Return totals of a method that knows a rate only.

    Negative binomial of mean length x rate, and as variance the recency-weighted square of the
    errors it would have made on its own history's totals: the best such a method can be given.
    """
    found = model.forecast(job.units, job.horizon, fitted=True)
    rate = float(found["mean"][0])
    known = np.append(np.asarray(found["fitted"], dtype=np.float64)[1:], rate)
    totals = []
    for length in job.lengths:
        errors = (_totals_ahead(job.units, length) - length * known[:-length])[28:]
        errors = errors[np.isfinite(errors)]
        mean = length * rate
        variance = _recent_mean_square(errors) if len(errors) else mean
        quantile = _negative_binomial(mean, variance, job.probability)
        totals.append(Total(length, mean, float(np.sqrt(variance)), quantile))
    return totals, ""


def seasonal_naive(job: Job) -> Answer:
    """Forecast last season's same periods, with the quantile of that rule's own errors."""
    found = _models().SeasonalNaive(season_length=job.season).forecast(job.units, job.horizon)
    totals = []
    for length in job.lengths:
        errors = _totals_ahead(job.units, length)[job.season - 1 :]
        errors = errors - _season_repeated(job.units, job.season, length)[: len(errors)]
        mean = float(found["mean"][:length].sum())
        quantile = mean + float(np.quantile(errors, job.probability))
        totals.append(Total(length, mean, float(errors.std()), max(quantile, 0.0)))
    return totals, ""


def prophet(job: Job) -> Answer:
    """Forecast by Prophet as it comes, from its own simulated paths."""
    logging.getLogger("cmdstanpy").setLevel(logging.ERROR)
    pandas, module = importlib.import_module("pandas"), importlib.import_module("prophet")
    rule = {"day": "D", "month": "MS"}[job.frequency]
    days = pandas.date_range(job.first_day, periods=len(job.units) + job.horizon, freq=rule)
    np.random.seed(1)  # noqa: NPY002 - Prophet draws from the global state
    model = module.Prophet(uncertainty_samples=PROPHET_PATHS)
    model.fit(pandas.DataFrame({"ds": days[: len(job.units)], "y": job.units}))
    future = pandas.DataFrame({"ds": days[len(job.units) :]})
    paths = np.asarray(model.predictive_samples(future)["yhat"], dtype=np.float64)
    running = np.cumsum(paths, axis=0)
    totals = []
    for length in job.lengths:
        drawn = running[length - 1]
        quantile = max(float(np.quantile(drawn, job.probability)), 0.0)
        totals.append(Total(length, float(drawn.mean()), float(drawn.std()), quantile))
    return totals, ""


METHODS: dict[str, Callable[[Job], Answer]] = {
    "autoarima": autoarima,
    "autoarima_approximation": autoarima_approximation,
    "autoets": autoets,
    "croston_sba": croston_sba,
    "tsb": tsb,
    "seasonal_naive": seasonal_naive,
    "prophet": prophet,
}


def _models() -> Any:
    return importlib.import_module("statsforecast.models")


def _normal(job: Job, length: int, mean: float, spread: float) -> Total:
    quantile = mean + float(norm.ppf(job.probability)) * float(spread)
    return Total(length, mean, float(spread), max(quantile, 0.0))


def _negative_binomial(mean: float, variance: float, probability: float) -> float:
    if mean <= 0:
        return 0.0
    if variance <= mean * 1.0001:
        return float(poisson.ppf(probability, mean))
    size = mean**2 / (variance - mean)
    return float(nbinom.ppf(probability, size, size / (size + mean)))


def _recent_mean_square(errors: Vector) -> float:
    weights = 0.5 ** (np.arange(len(errors))[::-1] / HALF_LIFE_PERIODS)
    return float(weights @ errors**2 / weights.sum())


def _totals_ahead(units: Vector, length: int) -> Vector:
    """Return after each period, the first being the first, the total of those that follow.

    >>> _totals_ahead(np.array([9.0, 1.0, 2.0, 3.0]), 2).tolist()
    [3.0, 5.0]
    """
    running = np.concatenate([[0.0], np.cumsum(units)])
    return np.asarray(running[1 + length :] - running[1:-length])


def _season_repeated(units: Vector, season: int, length: int) -> Vector:
    """Return after each period with a season behind it the total, were that season repeated.

    >>> _season_repeated(np.array([1.0, 2.0, 5.0]), 2, 3).tolist()  # 1 + 2 + 1, 2 + 5 + 2
    [4.0, 9.0]
    """
    running = np.concatenate([[0.0], np.cumsum(units)])
    after = np.arange(season, len(units) + 1)
    whole, rest = divmod(length, season)
    seasons = whole * (running[after] - running[after - season])
    return np.asarray(seasons + running[after - season + rest] - running[after - season])
