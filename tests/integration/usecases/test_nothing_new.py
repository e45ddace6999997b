"""A check does what changed: nothing where nothing did, and all of it where anything did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.calendar import CalendarDay
from stockcli.domain.identifiers import RunId
from stockcli.domain.sourcing import CategoryPolicy
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.minimums import set_minimum
from stockcli.usecases.ports import Review, ReviewRequest, UnitOfWork
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from stockcli.usecases.stock_keeping import reserve
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, SteppingClock, add_shop, sell, stock_up

SHELVES = {
    "TEA": Shelf(per_day=10, on_hand=600),
    "SOAP": Shelf(per_day=10, on_hand=900),
    "HAM": Shelf(per_day=8, on_hand=10),
}
Change = Callable[[UnitOfWork], None]


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(made, SHELVES)
    return made


class Checks:
    """Checks of one shop, each told how many series it fitted."""

    def __init__(self, unit: UnitOfWork, clock: SteppingClock) -> None:
        self._unit, self._clock, self._count = unit, clock, 0

    def run(self, *, refits_all: bool = False) -> tuple[CheckReport, int]:
        """Check as cron does, a minute after the last time."""
        self._count += 1
        self._clock.advance(minutes=1)
        fitted = [0]

        def on_step(step: str, done: int, _: int) -> None:
            if step == "forecasting":
                fitted[0] = max(fitted[0], done)

        crew = Crew(
            forecaster=Forecaster(),
            reviewer=RuleReviewer(),
            clock=self._clock,
            refits_all=refits_all,
        )
        run_id = RunId(f"run-{self._count}")
        report = check_shop(
            self._unit, crew, run_id, skip_unchanged=not refits_all, on_step=on_step
        )
        return report, fitted[0]


@pytest.fixture
def checks(unit: UnitOfWork, clock: SteppingClock) -> Checks:
    return Checks(unit, clock)


def is_idle(report: CheckReport) -> bool:
    return any(remark.startswith("nothing changed since") for remark in report.remarks)


def test_a_check_after_nothing_happened_notes_that_it_was_made_and_no_more(
    unit: UnitOfWork, checks: Checks
) -> None:
    first, fitted = checks.run()
    assert (first.low, fitted) == (1, 3)
    again, fitted = checks.run()
    assert (is_idle(again), fitted, again.checked, again.low) == (True, 0, 3, 1)
    with unit.reading():
        last = unit.runs.last("ok")
        decisions = unit.decisions.counts()
    assert last is not None
    assert (last.run_id, last.finished_at) == ("run-2", NOW + timedelta(minutes=2))
    assert sum(decisions.values()) == 1
    assert is_idle(checks.run()[0])


def test_todays_sales_are_judged_and_nothing_is_refitted(unit: UnitOfWork, checks: Checks) -> None:
    checks.run()
    sell(unit, "TEA", 590, reference="till-1")
    report, fitted = checks.run()
    assert (fitted, is_idle(report)) == (0, False)
    assert [one.sku for one in report.outcome.decisions] == ["TEA"]


def _late_sale(unit: UnitOfWork) -> None:
    sell(unit, "TEA", 1, reference="late", at=NOW - timedelta(days=3))


def _dearer(unit: UnitOfWork) -> None:
    with unit:
        unit.products.put([replace(unit.products.get("TEA"), service_level=0.99)])
        unit.commit()


def _slower(unit: UnitOfWork) -> None:
    with unit:
        (leaf,) = unit.suppliers.all()
        lead_time = replace(leaf.lead_time, mean_days=9)
        unit.suppliers.put([replace(leaf, lead_time=lead_time)])
        unit.commit()


def _fair(unit: UnitOfWork) -> None:
    with unit:
        unit.calendar.put({TODAY + timedelta(days=2): CalendarDay(is_open=False)})
        unit.commit()


def _category(unit: UnitOfWork) -> None:
    with unit:
        unit.categories.put(CategoryPolicy(category="tea", service_level=0.9))
        unit.commit()


@pytest.mark.parametrize("change", [_late_sale, _dearer, _slower, _fair, _category])
def test_whatever_thresholds_are_made_from_makes_them_anew(
    change: Change, unit: UnitOfWork, checks: Checks
) -> None:
    checks.run()
    change(unit)
    report, fitted = checks.run()
    assert (fitted, is_idle(report)) == (3, False)
    assert is_idle(checks.run()[0])


def test_the_next_day_makes_them_anew(
    unit: UnitOfWork, checks: Checks, clock: SteppingClock
) -> None:
    checks.run()
    sell(unit, "SOAP", 1, reference="the day's")
    clock.advance(days=1)
    assert checks.run()[1] == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda unit: reserve(unit, "TEA", units=Decimal(3), location=None),
        lambda unit: set_minimum(
            unit, "TEA", Decimal(5), author="ana", reason="so", now=NOW, location=None
        ),
    ],
)
def test_any_other_fact_is_judged_again(change: Change, unit: UnitOfWork, checks: Checks) -> None:
    checks.run()
    change(unit)
    report, fitted = checks.run()
    assert (fitted, is_idle(report)) == (0, False)


def test_another_policy_is_a_change(database: Database, unit: UnitOfWork, checks: Checks) -> None:
    checks.run()
    policy = replace(unit.tenant.policy, service_level=0.5)
    database.directory().set_policy(unit.tenant.slug, policy)
    unit.refreshed_tenant()
    report, fitted = checks.run()
    assert (fitted, is_idle(report)) == (3, False)


def test_a_sale_in_the_middle_of_a_check_is_seen_by_the_next(
    database: Database, unit: UnitOfWork, clock: SteppingClock
) -> None:
    class Selling(RuleReviewer):
        def review(self, request: ReviewRequest) -> Review:
            sell(database.unit_of_work(unit.tenant), "TEA", 590, reference="meanwhile")
            return super().review(request)

    crew = Crew(forecaster=Forecaster(), reviewer=Selling(), clock=clock)
    check_shop(unit, crew, RunId("run-0"))
    report, fitted = Checks(unit, clock).run()
    assert (is_idle(report), fitted) == (False, 0)
    assert [one.sku for one in report.outcome.decisions] == ["TEA"]


def test_who_asks_for_it_gets_all_of_it(checks: Checks) -> None:
    checks.run()
    report, fitted = checks.run(refits_all=True)
    assert (fitted, is_idle(report)) == (3, False)
