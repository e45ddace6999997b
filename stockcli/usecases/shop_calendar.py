"""The shop's calendar by hand: promotions, fairs, closed days, put down and taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from stockcli.domain.calendar import (
    LARGEST_UPLIFT,
    LONGEST_EVENT,
    CalendarDay,
    stated_uplift,
    with_uplift,
)
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.shop import EARLIEST_DAY
from stockcli.usecases.ports import UnitOfWork

LONGEST_SPAN = timedelta(days=366)
FARTHEST_AHEAD = timedelta(days=3 * 366)
NOTHING_SAID = CalendarDay()


@dataclass(frozen=True, kw_only=True)
class SaidSpan:
    """Days in a row of which the same was said.

    Attributes:
        uplift: by how much somebody expects the event to multiply sales; 1 if nobody said.
    """

    first: date
    last: date
    said: CalendarDay
    uplift: float = 1.0


def calendar_spans(unit: UnitOfWork, first: date, last: date) -> list[SaidSpan]:
    """Return what was said of the days between first and last, days alike in a row as one."""
    with unit.reading():
        days = unit.calendar.days(first, last)
    spans: list[SaidSpan] = []
    for day, said in sorted(days.items()):
        if said == NOTHING_SAID:
            continue
        before = spans[-1] if spans else None
        if before and before.said == said and before.last + timedelta(days=1) == day:
            spans[-1] = replace(before, last=day)
        else:
            spans.append(SaidSpan(first=day, last=day, said=said, uplift=stated_uplift(said.event)))
    return spans


def say_days(
    unit: UnitOfWork,
    first: date,
    last: date,
    *,
    today: date,
    event: str = "",
    uplift: float | None = None,
    is_open: bool | None = None,
) -> SaidSpan:
    """Say what happens on days, or whether the shop is open; what is not said stays as it was.

    Days with the same label are expected to sell alike, so what a promotion did the last time
    tells what it will do. Before there was a last time, an uplift stated here is believed, and
    later weighed against what was sold.

    Args:
        today: the shop's; nobody plans years beyond it.
        event: what happens, such as "winter sale"; empty says nothing of it.
        uplift: by how much the event is expected to multiply sales.

    Raises:
        InvalidInputError: nothing is said, or the days or the uplift make no sense.
    """
    _ensure_span(first, last, today)
    label = _label(event, uplift)
    if not label and is_open is None:
        message = "nothing was said of these days"
        raise InvalidInputError(message, "name an --event, or say --closed or --open")
    changes = {"event": label} if label else {}
    if is_open is not None:
        changes |= {"is_open": is_open}  # type: ignore[dict-item]
    with unit:
        known = unit.calendar.days(first, last)
        unit.calendar.put(
            {
                day: replace(known.get(day, NOTHING_SAID), **changes)  # type: ignore[arg-type]
                for day in _days(first, last)
            }
        )
        unit.commit()
    said = CalendarDay(is_open=is_open, event=label)
    return SaidSpan(first=first, last=last, said=said, uplift=stated_uplift(label))


def take_back_days(unit: UnitOfWork, first: date, last: date) -> int:
    """Take back all that was said of days; return of how many something had been.

    Raises:
        InvalidInputError: the days make no sense.
    """
    _ensure_span(first, last, first)
    with unit:
        known = unit.calendar.days(first, last)
        said = [day for day, one in known.items() if one != NOTHING_SAID]
        unit.calendar.put(dict.fromkeys(said, NOTHING_SAID))
        unit.commit()
    return len(said)


def _ensure_span(first: date, last: date, today: date) -> None:
    if last < first:
        raise InvalidInputError(f"{last} is before {first}", "name the first day first")
    if last - first > LONGEST_SPAN:
        message = f"{first} to {last} is more than a year"
        raise InvalidInputError(message, "say it year by year, or `stock import calendar FILE`")
    if first < EARLIEST_DAY or last - today > FARTHEST_AHEAD:
        message = f"{first} to {last} is too far off to plan"
        raise InvalidInputError(message, "name days within three years")


def _label(event: str, uplift: float | None) -> str:
    label = " ".join(event.split())
    if uplift is not None:
        if not label:
            message = "an uplift belongs to an event"
            raise InvalidInputError(message, 'name it: --event "winter sale"')
        if not 1 / LARGEST_UPLIFT <= uplift <= LARGEST_UPLIFT:
            message = f"an uplift of {uplift:g} is none: give 1.5 for half as much again"
            raise InvalidInputError(message)
        label = with_uplift(label, round(uplift, 4))
    if len(label) > LONGEST_EVENT or not all(one.isprintable() for one in label):
        message = f"{label[:20]!r}... is no event: use {LONGEST_EVENT} printable letters at most"
        raise InvalidInputError(message)
    return label


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
