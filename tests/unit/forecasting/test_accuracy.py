from __future__ import annotations

import numpy as np
import pytest

from stockcli.forecasting.accuracy import covered, pinball_loss, typical_change, window_totals


def test_loss_is_least_at_the_quantile_of_what_was_asked_for() -> None:
    totals = np.random.default_rng(1).gamma(2.0, 10.0, 20_000)
    right = float(np.quantile(totals, 0.95))

    losses = [pinball_loss(totals, right * factor, 0.95).mean() for factor in (0.8, 1.0, 1.25)]

    assert losses[1] == min(losses)


def test_loss_of_a_perfect_quantile_is_nothing() -> None:
    assert pinball_loss(np.array([7.0]), 7.0, 0.9).tolist() == [0.0]


def test_a_total_that_equals_the_quantile_is_covered() -> None:
    assert covered(np.array([0.1 + 0.2]), 0.3).tolist() == [1.0]


def test_a_stock_out_between_two_periods_is_passed_over() -> None:
    units = np.array([4.0, 0.0, 6.0])

    assert typical_change(units, np.array([True, False, True])) == 2.0


@pytest.mark.parametrize("units", [[], [3.0], [3.0, 3.0, 3.0]])
def test_what_never_changes_has_no_scale(units: list[float]) -> None:
    assert typical_change(np.array(units), np.ones(len(units), dtype=bool)) == 0.0


def test_totals_of_longer_windows_hold_those_of_shorter_ones() -> None:
    units = np.array([5.0, 1.0, 0.0, 2.0])

    assert window_totals(units, 1, np.array([0, 1, 3])).tolist() == [0.0, 1.0, 3.0]
