from __future__ import annotations

import numpy as np
import pytest

from stockcli.domain.demand import DemandForecast, DemandHistory
from stockcli.forecasting.comebacks import (
    LONGEST_WINDOW,
    MOST_SILENCES,
    Comebacks,
    Outlook,
    Told,
    comebacks_from,
    told_by,
)
from stockcli.forecasting.engine import forecast_one
from stockcli.forecasting.learning import NOTHING_LEARNT, Learnt, learn
from stockcli.forecasting.silence import Silence
from tests.unit.forecasting.builders import a_history, a_request, forecast, poisson

NOTHING = comebacks_from(())


def ended(product: int, periods: int, share: float = 1.0, usual: float = 4.0) -> Told:
    return Told(product, usual, 14, periods, share * np.arange(1.0, LONGEST_WINDOW + 1))


def lasting(product: int, periods: int, usual: float = 4.0) -> Told:
    return Told(product, usual, 14, periods, np.zeros(0))


def shop(*, back: bool, products: int = 40, mean: float = 5.0) -> list[DemandHistory]:
    """Return products that all fell silent once: for good, or for 20 to 60 days."""
    generator = np.random.default_rng(7)
    histories = []
    for number in range(products):
        units = generator.poisson(mean, 400).astype(float)
        start, length = int(generator.integers(90, 200)), int(generator.integers(20, 61))
        units[start : start + length if back else None] = 0.0
        histories.append(a_history(units.tolist(), product=number))
    return histories


def silent_for(days: int, learnt: Learnt = NOTHING_LEARNT, level: float = 0.95) -> DemandForecast:
    history = a_history(poisson(5.0, 300) + [0.0] * days)
    return forecast_one(a_request(history, service_level=level), learnt)


def test_without_other_products_the_longer_the_silence_the_less_is_expected() -> None:
    means = [NOTHING.outlook(days, 14, 1.0).mean for days in (14, 30, 60, 120, 365)]
    assert means == sorted(means, reverse=True)
    assert means[0] > 0.1
    assert means[-1] < 0.01


def test_a_longer_window_leaves_more_time_to_come_back() -> None:
    assert NOTHING.outlook(30, 28, 1.0).mean > NOTHING.outlook(30, 7, 1.0).mean


def test_products_that_came_back_raise_what_is_expected_and_those_that_did_not_lower_it() -> None:
    back = comebacks_from(ended(number, 15 + number) for number in range(30))
    gone = comebacks_from(lasting(number, 200) for number in range(30))
    expected = [told.outlook(20, 14, 4.0).mean for told in (back, NOTHING, gone)]
    assert expected == sorted(expected, reverse=True)
    assert expected[0] > 2 * expected[1] > 4 * expected[2]


def test_a_silence_younger_than_this_one_tells_nothing() -> None:
    short = comebacks_from(ended(number, 15) for number in range(30))
    assert short.outlook(300, 14, 4.0).mean == pytest.approx(NOTHING.outlook(300, 14, 4.0).mean)


def test_a_silence_that_still_lasts_tells_only_as_far_as_it_is_known() -> None:
    young = comebacks_from(lasting(number, 22) for number in range(30))
    outlook = young.outlook(60, 14, 4.0)
    assert outlook.products == 0
    assert outlook.mean == pytest.approx(NOTHING.outlook(60, 14, 4.0).mean)


def test_products_that_sell_about_as_much_count_most() -> None:
    mixed = comebacks_from(
        [ended(number, 30, usual=100.0) for number in range(20)]
        + [lasting(100 + number, 200, usual=0.5) for number in range(20)]
    )
    assert mixed.outlook(25, 14, 100.0).mean > 5 * mixed.outlook(25, 14, 0.5).mean


def test_one_product_with_many_silences_is_one_product() -> None:
    one = comebacks_from(ended(1, 20 + number) for number in range(30)).outlook(20, 14, 4.0)
    many = comebacks_from(ended(n, 20 + n) for n in range(30)).outlook(20, 14, 4.0)
    assert one.products == pytest.approx(1.0)
    assert many.products > 10
    assert one.mean == pytest.approx(many.mean)


def test_what_came_back_with_a_burst_is_expected_as_it_usually_sold_and_no_more() -> None:
    outlook = comebacks_from(ended(n, 20 + n, share=50.0) for n in range(30)).outlook(20, 14, 4.0)
    assert outlook.mean == 1.0
    assert outlook.mean_square >= 1.0


def test_a_higher_service_level_never_lowers_the_share() -> None:
    outlook = comebacks_from([ended(1, 30), ended(2, 50, 0.4), lasting(3, 90)]).outlook(20, 14, 4.0)
    shares = [outlook.quantile(level) for level in np.linspace(0.01, 0.999, 60)]
    assert shares == sorted(shares)


def test_a_share_told_by_a_few_products_is_taken_with_more_caution() -> None:
    shares, weights = np.linspace(0.0, 1.0, 101), np.ones(101)
    none, few, many = (
        Outlook(shares=shares, weights=weights, products=products).quantile(0.8)
        for products in (0.0, 10.0, 1e4)
    )
    assert none < few
    assert many == pytest.approx(none, abs=0.01)


@pytest.mark.parametrize(("silent", "window", "usual"), [(0, 0, 0.0), (-3, 900, 1e12), (9, 1, -1)])
def test_odd_questions_have_a_share_too(silent: int, window: int, usual: float) -> None:
    for told in (NOTHING, comebacks_from([ended(1, 30), lasting(2, 90)])):
        outlook = told.outlook(silent, window, usual)
        assert 0 <= outlook.mean <= 1
        assert 0 <= outlook.quantile(0.95) <= 1


def test_what_a_silence_told_is_counted_in_mean_periods_before_it() -> None:
    units = np.array([4.0] * 60 + [0.0] * 20 + [2.0] * 10 + [0.0] * 30)
    first, last = told_by(7, units, [Silence(60, 80, 14), Silence(90, 120, 15)], 56)
    assert (first.product, first.usual, first.periods) == (7, 4.0, 20)
    assert first.after[:10].tolist() == [0.5 * day for day in range(1, 11)]
    assert (last.periods, len(last.after)) == (30, 0)
    assert last.usual == pytest.approx(124 / 56)


def test_many_silences_are_thinned_out_evenly() -> None:
    kept: Comebacks = comebacks_from(ended(n, 20 + n % 50) for n in range(3 * MOST_SILENCES))
    assert kept.products.tolist() == list(range(0, 3 * MOST_SILENCES, 3))


def test_the_longer_a_product_is_silent_the_lower_its_threshold() -> None:
    found = [silent_for(days) for days in (14, 30, 60, 120, 300)]
    quantiles, means = ([one.total_quantile for one in found], [one.total_mean for one in found])
    assert quantiles == sorted(quantiles, reverse=True)
    assert means == sorted(means, reverse=True)
    assert quantiles[0] < forecast(poisson(5.0, 300)).total_quantile
    assert quantiles[-1] < 0.2 * quantiles[0]


def test_where_nothing_came_back_a_silent_product_needs_next_to_nothing_sooner() -> None:
    gone, back = learn(shop(back=False)), learn(shop(back=True))
    usual = forecast(poisson(5.0, 300)).total_quantile
    assert silent_for(60, gone).total_quantile < 0.1 * usual
    assert silent_for(60, back).total_quantile > 0.3 * usual
    assert silent_for(60, gone).total_mean < 0.1 * silent_for(60, back).total_mean


def test_a_product_that_sells_is_untouched_by_how_silences_end() -> None:
    request = a_request(poisson(5.0, 300))
    none, gone = (Learnt(comebacks=each, spread_law=None) for each in (NOTHING, comebacks_from([])))
    learnt = Learnt(comebacks=learn(shop(back=False)).comebacks, spread_law=None)
    assert forecast_one(request, learnt) == forecast_one(request, none)
    assert forecast_one(request, gone) == forecast_one(request, none)


def test_the_path_of_a_silent_product_adds_up_to_its_total() -> None:
    found = silent_for(20, learn(shop(back=True)))
    assert sum(day.mean for day in found.path[:14]) == pytest.approx(found.total_mean)
    assert found.mean_per_day == pytest.approx(np.mean([day.mean for day in found.path]))


def test_a_silent_product_is_said_to_be_silent() -> None:
    assert silent_for(20).notes[-1].startswith("Nothing sold in the last 20 days the shop was open")


def test_the_spread_of_a_silent_product_counts_that_it_may_stay_away() -> None:
    found, usual = silent_for(20), forecast(poisson(5.0, 300))
    assert found.total_standard_deviation > found.total_mean
    assert found.total_standard_deviation > usual.total_standard_deviation
