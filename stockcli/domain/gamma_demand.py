"""Demand as a gamma distribution: how much of it is expected to pass what is there.

Never below zero and skewed, as sales are: Burgin (1975), "The gamma distribution and inventory
control", Operational Research Quarterly 26.
"""

from __future__ import annotations

import math

MOST_TERMS = 10_000
ACCURACY = 1e-12
LEAST_VARIATION = 1e-3
"""Below this share of its mean, a standard deviation is none."""
TINY = 1e-300


def expected_excess(mean: float, standard_deviation: float, stock: float) -> float:
    """Return E[max(demand - stock, 0)]: the units expected to be asked for in vain.

    With shape a = (mean / sd)^2 and F_a its distribution function, that is
    mean (1 - F_(a+1)(stock)) - stock (1 - F_a(stock)): the limited expected value of Klugman,
    Panjer and Willmot (2012), Loss Models, appendix A.

    >>> round(expected_excess(1.0, 1.0, 1.0), 4)  # exponential: exp(-1)
    0.3679
    >>> expected_excess(10.0, 0.0, 4.0)
    6.0
    """
    if mean <= 0:
        return 0.0
    if stock <= 0:
        return mean - stock
    if standard_deviation < LEAST_VARIATION * mean:
        return max(0.0, mean - stock)
    shape = (mean / standard_deviation) ** 2
    at = stock * shape / mean
    excess = mean * (1 - gamma_share(shape + 1, at)) - stock * (1 - gamma_share(shape, at))
    return max(0.0, excess)


def gamma_share(shape: float, at: float) -> float:
    """Return the regularized lower incomplete gamma function P(shape, at).

    By its series below shape + 1 and by a continued fraction, evaluated as Lentz does, above:
    Press et al. (2007), Numerical Recipes, 3rd edition, section 6.2.

    >>> round(gamma_share(1.0, 1.0), 6)  # 1 - exp(-1)
    0.632121
    """
    if at <= 0:
        return 0.0
    front = math.exp(shape * math.log(at) - at - math.lgamma(shape))
    return _series(shape, at, front) if at < shape + 1 else 1 - _fraction(shape, at, front)


def _series(shape: float, at: float, front: float) -> float:
    term = total = 1 / shape
    for number in range(1, MOST_TERMS):
        term *= at / (shape + number)
        total += term
        if term < total * ACCURACY:
            break
    return min(1.0, total * front)


def _fraction(shape: float, at: float, front: float) -> float:
    below = at + 1 - shape
    above, share = 1 / TINY, 1 / below
    total = share
    for number in range(1, MOST_TERMS):
        factor = -number * (number - shape)
        below += 2
        share = 1 / _away_from_zero(factor * share + below)
        above = _away_from_zero(below + factor / above)
        total *= share * above
        if abs(share * above - 1) < ACCURACY:
            break
    return min(1.0, total * front)


def _away_from_zero(value: float) -> float:
    return TINY if abs(value) < TINY else value
