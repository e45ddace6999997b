from __future__ import annotations

import numpy as np
import pytest

from stockcli.forecasting.engine import forecast_one
from stockcli.forecasting.learning import NOTHING_LEARNT, Learnt
from stockcli.forecasting.rhythm import DAYS, MONTHS, WEEKS
from stockcli.forecasting.spread_law import (
    FEWEST_SERIES,
    LARGEST_CORRECTION,
    Shown,
    SpreadLaw,
    law_from,
    shown,
)
from tests.unit.forecasting.builders import a_request, poisson
from tests.unit.forecasting.processes import counts

TOTALS = (7, 14, 28)


def poisson_law() -> SpreadLaw:
    """Return the law of a shop whose products sell at random, at 1 to 50 a day."""
    means = np.geomspace(1.0, 50.0, 60)
    showings = [
        one
        for seed, mean in enumerate(means)
        for length in TOTALS
        if (one := shown(counts(mean, 400, seed), length, DAYS)) is not None
    ]
    law = law_from(showings, len(means))
    assert law is not None
    return law


def flat(spread: float) -> Learnt:
    """Return a shop whose products all miss by so much."""
    law = SpreadLaw(coefficients=(float(np.log(spread)), 0.0, 0.0, 0.0), least=0.0, most=9.0)
    return Learnt(comebacks=NOTHING_LEARNT.comebacks, spread_law=law)


@pytest.mark.parametrize(("mean", "periods"), [(70.0, 14), (20.0, 7), (600.0, 28)])
def test_a_shop_that_sells_at_random_has_the_spread_of_random_sales(
    mean: float, periods: int
) -> None:
    usual = np.sqrt(mean * (1 + periods / 28))  # the guess is itself a mean of 28 days
    assert poisson_law().spread(mean, periods) == pytest.approx(usual, rel=0.15)


def test_beyond_what_was_learnt_the_law_stays_where_it_ends() -> None:
    law = poisson_law()
    assert law.spread(1e9, 14) == law.spread(1e6, 14)
    assert law.spread(0.0, 14) == law.spread(1e-6, 14) > 0


def test_too_few_products_make_no_law() -> None:
    showings = [Shown(10.0, 3.0, 7, 50.0)] * 200
    assert law_from(showings, FEWEST_SERIES - 1) is None
    assert law_from(showings[: FEWEST_SERIES - 1], 200) is None
    assert law_from([Shown(0.0, 0.0, 7, 50.0)] * 200, 200) is None


def test_products_all_alike_make_a_law_of_finite_spread() -> None:
    law = law_from([Shown(10.0, 3.0, 7, 50.0)] * 200, 200)
    assert law is not None
    assert law.spread(10.0, 7) == pytest.approx(3.0)


def test_a_spread_is_drawn_towards_the_usual_one_the_less_the_more_is_known() -> None:
    law = SpreadLaw(coefficients=(0.0, 0.5, 0.0, 0.0), least=0.0, most=9.0)
    known = [law.correction(16.0, Shown(16.0, 2.0, 7, totals)) for totals in (0.0, 10.0, 1000.0)]
    assert known[0] == 2.0
    assert known[0] > known[1] > known[2] > 1.0
    assert law.correction(16.0, Shown(16.0, 8.0, 7, 10.0)) < 1.0


@pytest.mark.parametrize("own", [0.0, 1e-9, 1e12])
def test_a_correction_keeps_within_bounds(own: float) -> None:
    found = poisson_law().correction(50.0, Shown(50.0, own, 7, 1.0))
    assert 1 / LARGEST_CORRECTION <= found <= LARGEST_CORRECTION


@pytest.mark.parametrize("periods", [0, -1, 30])
def test_too_short_a_past_shows_nothing(periods: int) -> None:
    assert shown(counts(3.0, 80), periods, DAYS) is None


def test_weeks_and_months_show_themselves_by_four_periods() -> None:
    weeks, months = (shown(counts(30.0, 60), 2, rhythm) for rhythm in (WEEKS, MONTHS))
    assert weeks is not None
    assert months is not None
    assert weeks.mean == months.mean == pytest.approx(60, rel=0.3)


def test_a_steady_product_in_a_wild_shop_keeps_more_stock_than_in_a_calm_one() -> None:
    request = a_request(poisson(5.0, 120))
    calm, alone, wild = (
        forecast_one(request, learnt).total_quantile
        for learnt in (flat(3.0), NOTHING_LEARNT, flat(40.0))
    )
    assert calm < alone < wild


def test_a_law_moves_the_spread_and_leaves_the_mean() -> None:
    request = a_request(poisson(5.0, 120))
    alone, wild = forecast_one(request), forecast_one(request, flat(40.0))
    assert wild.total_mean == alone.total_mean
    assert wild.total_standard_deviation > alone.total_standard_deviation
    assert wild.path == alone.path
