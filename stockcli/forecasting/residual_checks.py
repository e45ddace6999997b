"""Whether what a model left unexplained is noise: three tests, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

LIKELY = 0.05
LONGEST_LAG = 14


@dataclass(frozen=True, kw_only=True)
class ResidualCheck:
    """One test of the residuals.

    Attributes:
        name: of the test.
        statistic: its figure; NaN where it cannot be had.
        p_value: how often noise alone would look as odd.
        says: what follows, in words.
    """

    name: str
    statistic: float
    p_value: float
    says: str

    @property
    def text(self) -> str:
        """Return the test in a line."""
        return f"{self.name}: {self.statistic:.2f} (p {self.p_value:.3f}): {self.says}"


def residual_checks(results: Any) -> tuple[ResidualCheck, ...]:
    """Return the checks of a statsmodels results object.

    Args:
        results: SARIMAXResults, of at least ten periods.
    """
    return (_serial_correlation(results), _normality(results), _changing_spread(results))


def _serial_correlation(results: Any) -> ResidualCheck:
    """Ljung and Box (1978), "On a Measure of Lack of Fit in Time Series Models"."""
    lags = max(1, min(LONGEST_LAG, int(results.nobs) // 5))
    tested = results.test_serial_correlation("ljungbox", lags=[lags])
    statistic, p_value = (float(value) for value in np.ravel(tested[0])[:2])
    noise = f"no pattern over {lags} periods is left in the errors"
    pattern = "the errors still follow a pattern: an event, a promotion or a season is missing"
    return _check("Ljung-Box", statistic, p_value, noise, pattern)


def _normality(results: Any) -> ResidualCheck:
    """Jarque and Bera (1980), "Efficient Tests for Normality"."""
    statistic, p_value, skew, kurtosis = (
        float(value) for value in np.ravel(results.test_normality("jarquebera"))[:4]
    )
    shape = f"skew {skew:.1f}, kurtosis {kurtosis:.1f}"
    odd = (
        f"the errors are not normal ({shape}), as counts seldom are; the quantile leans on a "
        "count distribution and on past errors instead"
    )
    return _check("Jarque-Bera", statistic, p_value, f"the errors may be normal ({shape})", odd)


def _changing_spread(results: Any) -> ResidualCheck:
    """Harvey (1989), "Forecasting, Structural Time Series Models": last third over first."""
    tested = np.ravel(results.test_heteroskedasticity("breakvar"))
    ratio, p_value = float(tested[0]), float(tested[1])
    odd = (
        f"the last third's errors have {ratio:.2f} times the variance of the first third's; "
        "recent errors count for more in the quantile"
    )
    return _check("Heteroskedasticity", ratio, p_value, "the errors keep their spread", odd)


def _check(name: str, statistic: float, p_value: float, noise: str, odd: str) -> ResidualCheck:
    if not np.isfinite(p_value):
        return ResidualCheck(name=name, statistic=statistic, p_value=p_value, says="not to be had")
    says = noise if p_value >= LIKELY else odd
    return ResidualCheck(name=name, statistic=statistic, p_value=p_value, says=says)
