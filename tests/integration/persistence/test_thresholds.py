from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tests.fixtures.corner_shop import TODAY
from tests.integration.persistence.street import Shop


def test_a_threshold_comes_back_as_it_was_put(shop: Shop) -> None:
    with shop.unit:
        shop.unit.thresholds.put([shop.threshold(), shop.threshold("POST", model="prior")])
        found = shop.unit.thresholds.all()
    assert found == {
        shop.key(): shop.threshold(),
        shop.key("POST"): shop.threshold("POST", model="prior"),
    }


def test_a_breakdown_keeps_its_order(shop: Shop) -> None:
    with shop.unit:
        shop.unit.thresholds.put([shop.threshold()])
        assert list(shop.unit.thresholds.all()[shop.key()].breakdown) == ["zero", "alpha"]


def test_putting_a_threshold_again_replaces_it(shop: Shop) -> None:
    changed = shop.threshold(reorder_point=Decimal(9), breakdown={}, mean_per_day=1.5)
    with shop.unit:
        shop.unit.thresholds.put([shop.threshold()])
        shop.unit.thresholds.put([changed])
        assert shop.unit.thresholds.all() == {shop.key(): changed}


def test_putting_no_threshold_is_fine(shop: Shop) -> None:
    with shop.unit:
        shop.unit.thresholds.put([])
        assert shop.unit.thresholds.all() == {}


def test_a_minimum_comes_back_as_it_was_put_expired_or_not(shop: Shop) -> None:
    expired = shop.minimum(expires_on=TODAY - timedelta(days=9))
    with shop.unit:
        shop.unit.minimums.put(expired)
        assert shop.unit.minimums.all() == {shop.key(): expired}


def test_putting_a_minimum_again_replaces_it(shop: Shop) -> None:
    with shop.unit:
        shop.unit.minimums.put(shop.minimum())
        shop.unit.minimums.put(shop.minimum(quantity=Decimal(5), expires_on=None))
        assert shop.unit.minimums.all() == {
            shop.key(): shop.minimum(quantity=Decimal(5), expires_on=None)
        }


def test_a_minimum_is_cleared_once(shop: Shop) -> None:
    with shop.unit:
        shop.unit.minimums.put(shop.minimum())
        assert shop.unit.minimums.clear(shop.key())
        assert not shop.unit.minimums.clear(shop.key())
        assert shop.unit.minimums.all() == {}


def test_a_neighbours_minimum_cannot_be_cleared(shop: Shop, neighbour: Shop) -> None:
    with shop.unit:
        assert not shop.unit.minimums.clear(neighbour.key())
        shop.unit.commit()
