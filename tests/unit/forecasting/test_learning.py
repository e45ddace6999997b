from __future__ import annotations

import random

import numpy as np
import pytest

from stockcli.domain.demand import DemandForecast, DemandHistory
from stockcli.forecasting.engine import Forecaster, forecast_one
from stockcli.forecasting.learning import MOST_SERIES, NOTHING_LEARNT, learn
from tests.unit.forecasting.builders import a_history, a_request, poisson


def shop(products: int = 45, days: int = 200) -> list[DemandHistory]:
    """Return products of all sizes, one in three of which fell silent, for a while or for good."""
    generator = np.random.default_rng(11)
    histories = []
    for number, mean in enumerate(np.geomspace(0.5, 40.0, products)):
        units = generator.negative_binomial(2.0, 2.0 / (2.0 + mean), days).astype(float)
        if number % 3 == 0:
            start = int(generator.integers(80, days - 40))
            units[start : start + 30 if number % 2 else None] = 0.0
        histories.append(a_history(units.tolist(), product=number))
    return histories


def figures(found: DemandForecast) -> list[float]:
    return [found.total_mean, found.total_standard_deviation, found.total_quantile]


def test_nothing_is_learnt_from_nothing() -> None:
    for histories in ([], [a_history([])], [a_history([0.0] * 300)] * 40):
        learnt = learn(histories)
        assert learnt.spread_law is None
        assert not len(learnt.comebacks.products)


def test_a_shop_teaches_how_silences_end_and_how_much_products_vary() -> None:
    learnt = learn(shop())
    assert learnt.spread_law is not None
    assert 5 <= len(set(learnt.comebacks.products.tolist())) <= 20


def test_products_too_young_for_a_regression_teach_no_law() -> None:
    assert learn([a_history(poisson(3.0, 59))] * 50).spread_law is None
    assert learn([a_history(poisson(3.0, 60))] * 50).spread_law is not None


def test_a_silence_teaches_nothing_of_how_much_a_product_varies() -> None:
    empty = [100 <= day < 140 for day in range(240)]
    interrupted = [
        [*units[:100], *[0.0] * 40, *units[100:]]
        for units in (poisson(mean, 200, seed) for seed, mean in enumerate(np.geomspace(9, 60, 35)))
    ]
    found = learn(a_history(units) for units in interrupted)
    told = learn(a_history(units, stocked_out=empty) for units in interrupted)
    assert found.spread_law == told.spread_law is not None


def test_no_more_than_five_thousand_products_are_heard() -> None:
    heard = []

    def endless() -> DemandHistory:
        heard.append(1)
        return a_history([])

    learn(endless() for _ in range(MOST_SERIES + 10))
    assert len(heard) == MOST_SERIES


def test_the_order_of_the_products_does_not_matter() -> None:
    histories = shop()
    shuffled = random.Random(3).sample(histories, len(histories))
    first, second = learn(histories), learn(shuffled)
    for history in histories[::4]:
        found, again = (forecast_one(a_request(history), learnt) for learnt in (first, second))
        assert figures(found) == pytest.approx(figures(again), rel=1e-6, abs=1e-6)
        means, others = ([day.mean for day in one.path] for one in (found, again))
        assert means == pytest.approx(others, rel=1e-6, abs=1e-6)


def test_requests_teach_each_other_where_nothing_was_learnt_before() -> None:
    requests = [a_request(history) for history in shop()]
    learnt = Forecaster().learn(request.history for request in requests)
    assert Forecaster().forecast(requests) == Forecaster().forecast(requests, learnt=learnt)


def test_one_forecast_is_that_of_the_batch() -> None:
    requests = [a_request(history) for history in shop()]
    learnt = learn(request.history for request in requests)
    batch = Forecaster().forecast(requests, learnt=learnt)
    assert [forecast_one(request, learnt) for request in requests[::5]] == batch[::5]


def test_two_workers_return_what_one_returns() -> None:
    requests = [a_request(history, lead_sd=2.0) for history in shop(60)]
    pooled = Forecaster(workers=2, fewest_pooled_series=1).forecast(requests)
    assert pooled == Forecaster(workers=1).forecast(requests)


def test_a_product_leans_on_its_shop() -> None:
    young = a_request(poisson(5.0, 90))
    alone, among = forecast_one(young, NOTHING_LEARNT), forecast_one(young, learn(shop()))
    assert among.total_quantile > alone.total_quantile
    assert among.total_mean == alone.total_mean
