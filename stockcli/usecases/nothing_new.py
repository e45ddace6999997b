"""Work in proportion: what changed since the last check, so that a check does no more than that."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from stockcli import __version__
from stockcli.usecases.forecasting import HISTORY_DAYS
from stockcli.usecases.lead_times import suppliers_as_learnt
from stockcli.usecases.ports import CheckRun, UnitOfWork

OK = "ok"
AHEAD = timedelta(days=365)
"""How far the calendar is looked at, as the forecasts do."""


def mark_of_demand(unit: UnitOfWork, day: date) -> str:
    """Return a mark of all that thresholds are made from; the same mark, the same thresholds.

    It holds the program's version, the shop's policy and its categories', the days up to the day
    before, the calendar, products, suppliers and what their deliveries taught, and which products
    are where: one that was counted somewhere for the first time has no threshold there yet. Inside
    an open unit of work.
    """
    last = day - timedelta(days=1)
    first = last - timedelta(days=HISTORY_DAYS)
    facts: Sequence[object] = (
        unit.ledger.mark_of_days(last),
        sorted(unit.ledger.sale_lines_per_day(first, last).items()),
        sorted(unit.calendar.days(first, last + AHEAD).items()),
        unit.products.all(),
        suppliers_as_learnt(unit, day),
        sorted(unit.categories.all().items()),
        sorted(unit.sources.successors().items()),
        list(unit.ledger.levels()),
    )
    return f"{_mark_of_policy(unit, day)}:{_digest(*facts)}"


def last_fit(unit: UnitOfWork, mark: str) -> CheckRun | None:
    """Return the last good check if its thresholds were made from the same, else None."""
    last = unit.runs.last(OK)
    return last if last is not None and last.mark == mark else None


def unchanged_since(unit: UnitOfWork, day: date) -> CheckRun | None:
    """Return the last good check if nothing at all changed since, on the same day; else None.

    Neither a stock fact nor the shop's policy: another check would find what that one left.
    """
    with unit.reading():
        last = unit.runs.last(OK)
        if last is None or last.business_day != day or last.data_version != unit.version():
            return None
    return last if last.mark.startswith(f"{_mark_of_policy(unit, day)}:") else None


def noted_again(unit: UnitOfWork, run: CheckRun, last: CheckRun, now: datetime) -> bool:
    """Record a check that found nothing new, as good as the last one; False while one is busy."""
    same = replace(
        run,
        status=OK,
        finished_at=now,
        checked=last.checked,
        low=last.low,
        mark=last.mark,
        data_version=last.data_version,
    )
    with unit:
        if unit.runs.claim(run, run.started_at + timedelta(minutes=1)) is None:
            return False
        unit.runs.finish(same)
        unit.commit()
    return True


def _mark_of_policy(unit: UnitOfWork, day: date) -> str:
    return _digest(__version__, day, unit.tenant.policy, unit.tenant.timezone)[:16]


def _digest(*facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()
