from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from stockcli.domain.demand import LeadTime
from stockcli.domain.identifiers import SupplierId
from stockcli.domain.lead_times import (
    LATEST_DELIVERIES,
    Delivery,
    LeadTimeRecord,
    delivery_of,
    learnt_lead_time,
)

ORDERED = date(2026, 3, 2)
STATED = LeadTime(mean_days=5, standard_deviation_days=1)


def after(days: int) -> date:
    return ORDERED + timedelta(days=days)


def delivery(ordered: int = 0, *, left: int = 0, due: int = 5, came: Sequence[int]) -> Delivery:
    """Return the delivery of an order; all in days after the second of March."""
    return delivery_of(
        SupplierId(1),
        ordered_on=after(ordered),
        left_on=after(left),
        expected_on=after(due),
        received=(after(came[0]), after(came[-1])),
    )


def learnt(*days: int, stated: LeadTime = STATED) -> LeadTimeRecord:
    return learnt_lead_time(stated, [delivery(came=[count]) for count in days])


def test_without_a_delivery_what_is_stated_is_all_there_is() -> None:
    assert learnt() == LeadTimeRecord(stated=STATED, learnt=STATED)


def test_one_delivery_moves_the_stated_lead_time_by_a_fifth() -> None:
    # (4 x 5 + 10) / 5; (4 x 1 + 0 + 4/5 x 25) / 5 = 4.8
    assert learnt(10).learnt == LeadTime(mean_days=6.0, standard_deviation_days=2.191)


def test_as_many_deliveries_as_what_is_stated_weighs_meet_it_half_way() -> None:
    # mean (20 + 32) / 8; squares 4 + 0 + 0 + 4; doubt 2 x 9: (4 + 8 + 18) / 8 = 3.75
    assert learnt(6, 8, 8, 10).learnt == LeadTime(mean_days=6.5, standard_deviation_days=1.936)


def test_many_deliveries_speak_for_themselves() -> None:
    told = learnt(*[9, 11] * 15)
    assert told.learnt.mean_days == pytest.approx(10, abs=0.6)
    assert told.learnt.standard_deviation_days < 2.2
    assert (told.actual_mean_days, told.actual_sd_days) == (10.0, 1.017)


def test_a_supplier_that_keeps_its_word_is_trusted_more_than_it_asked_for() -> None:
    told = learnt(*[5] * 12, stated=LeadTime(mean_days=5, standard_deviation_days=2))
    assert told.learnt == LeadTime(mean_days=5.0, standard_deviation_days=1.0)


def test_only_the_latest_deliveries_are_heard() -> None:
    old = [delivery(-400 + at, left=-400 + at, came=[-350 + at]) for at in range(40)]
    new = [delivery(at, left=at, came=[at + 4]) for at in range(LATEST_DELIVERIES)]
    told = learnt_lead_time(STATED, [*new, *old])
    assert (told.deliveries, told.actual_mean_days) == (LATEST_DELIVERIES, 4.0)


def test_promised_is_held_against_actual() -> None:
    told = learnt_lead_time(STATED, [delivery(came=[5]), delivery(came=[7]), delivery(came=[3])])
    assert (told.promised_mean_days, told.actual_mean_days) == (5.0, 5.0)
    assert told.share_on_time == pytest.approx(2 / 3)


def test_a_delivery_in_parts_takes_until_the_last_of_it() -> None:
    parts = delivery(came=[2, 9])
    assert (parts.days, parts.is_on_time) == (9, False)
    assert parts.first_received_on == after(2)


def test_the_lead_time_begins_when_the_order_leaves_not_while_it_waits_for_approval() -> None:
    assert delivery(left=3, came=[8]).days == 5


def test_goods_that_came_before_the_order_was_marked_as_sent_count_from_its_date() -> None:
    assert delivery(left=6, came=[4]).days == 4


def test_an_order_dated_by_records_that_end_long_ago_is_promised_from_when_it_left() -> None:
    old = delivery(ordered=0, left=5000, due=5, came=[5007])
    assert (old.days, old.promised_days, old.is_on_time) == (7, 5, False)


def test_slips_of_bookkeeping_teach_nothing() -> None:
    assert learnt(366).deliveries == 0
    assert learnt_lead_time(STATED, [delivery(came=[-1])]).deliveries == 0
