from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from stockcli.domain.alerts import AlertKind
from tests.fixtures.corner_shop import NOW
from tests.integration.persistence.street import Shop, alert

LATER = NOW + timedelta(hours=1)


def test_an_alert_is_raised_once_while_its_situation_lasts(shop: Shop) -> None:
    first = alert(key=shop.key())
    with shop.unit:
        assert shop.unit.alerts.raise_new([first]) == [first]
        assert shop.unit.alerts.raise_new([alert(text="again")]) == []
        assert shop.unit.alerts.open() == [first]


def test_of_two_alerts_of_one_situation_in_one_call_the_first_is_raised(shop: Shop) -> None:
    other = alert("late:PO-1", kind=AlertKind.LATE_ORDER)
    with shop.unit:
        raised = shop.unit.alerts.raise_new([alert(), other, alert(text="again")])
        assert raised == [alert(), other]
        assert shop.unit.alerts.open() == [other, alert()]


def test_raising_nothing_is_fine(shop: Shop) -> None:
    with shop.unit:
        assert shop.unit.alerts.raise_new([]) == []


def test_a_situation_that_ended_may_be_told_again(shop: Shop) -> None:
    again = alert(raised_at=LATER)
    with shop.unit:
        shop.unit.alerts.raise_new([alert()])
        assert shop.unit.alerts.clear(["low:1:1", "unheard of"], LATER) == 1
        assert shop.unit.alerts.clear(["low:1:1"], LATER) == 0
        assert shop.unit.alerts.open() == []
        assert shop.unit.alerts.raise_new([again]) == [again]
        assert shop.unit.alerts.latest(10) == [again, replace(alert(), cleared_at=LATER)]
        assert shop.unit.alerts.latest(1) == [again]


def test_a_neighbours_situation_is_neither_seen_nor_cleared(shop: Shop) -> None:
    with shop.unit:
        assert shop.unit.alerts.open() == []
        assert shop.unit.alerts.latest(5) == []
        assert shop.unit.alerts.clear(["low:1:1"], LATER) == 0
        shop.unit.commit()


def test_what_is_low_of_a_product_ends_with_its_pause(shop: Shop) -> None:
    low, late = alert(key=shop.key()), alert("late:PO-1", kind=AlertKind.LATE_ORDER)
    with shop.unit:
        shop.unit.alerts.raise_new([low, late])
        assert shop.unit.alerts.clear_of(shop.key().product_id) == 1
        assert shop.unit.alerts.open() == [late]
        assert shop.unit.alerts.clear_of(shop.key().product_id) == 0


def test_a_neighbours_product_of_the_same_number_stays_told(shop: Shop, neighbour: Shop) -> None:
    with shop.unit:
        assert shop.unit.alerts.clear_of(neighbour.key().product_id) == 0
        shop.unit.commit()
    with neighbour.unit.reading():
        assert [one.subject for one in neighbour.unit.alerts.open()] == ["the neighbour's"]
