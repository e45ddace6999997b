from __future__ import annotations

from datetime import date, timedelta

from stockcli.domain.calendar import CalendarDay
from stockcli.domain.demand import DemandHistory, ForecastRequest, LeadTime
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.usecases.series_calendar import series_calendar

FIRST_DAY = date(2026, 1, 1)
NEXT_DAY = FIRST_DAY + timedelta(days=3)
HISTORY = DemandHistory(
    key=StockKey(ProductId(1), LocationId(1)),
    first_day=FIRST_DAY,
    units=(0.0, 2.0, 0.0),
    stocked_out=(False, False, False),
    closed=(True, False, False),
)


def test_what_was_said_of_a_day_goes_before_what_was_seen() -> None:
    said = {FIRST_DAY: CalendarDay(is_open=True), NEXT_DAY: CalendarDay(is_open=False)}
    last = FIRST_DAY + timedelta(days=2)
    calendar = series_calendar({**said, last: CalendarDay(is_open=False, event="fair")})
    assert list(calendar.marked(HISTORY).closed) == [False, False, True]


def test_an_event_alone_leaves_a_day_as_it_was_seen() -> None:
    calendar = series_calendar({FIRST_DAY: CalendarDay(event="fair")})
    assert list(calendar.marked(HISTORY).closed) == [True, False, False]


def test_a_request_knows_events_past_and_ahead_and_closed_days() -> None:
    days = {
        FIRST_DAY: CalendarDay(event="fair"),
        NEXT_DAY: CalendarDay(event="fair"),
        NEXT_DAY + timedelta(days=1): CalendarDay(is_open=False),
    }
    request = ForecastRequest(
        history=HISTORY, lead_time=LeadTime(mean_days=1), review_period_days=1, service_level=0.9
    )
    told = series_calendar(days).over(request)
    assert told.events == {FIRST_DAY: "fair", NEXT_DAY: "fair"}
    assert set(told.closed_days_ahead) == {NEXT_DAY + timedelta(days=1)}
