"""The check of many shops: each for itself, so that one that fails does not stop the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from stockcli.domain.decisions import Action
from stockcli.domain.identifiers import RunId
from stockcli.domain.shop import Tenant
from stockcli.usecases.guarding import Failure, guarded
from stockcli.usecases.log_context import about
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.run_check import CheckReport

log = logging.getLogger("stock.run_check")

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """What a run over one or more shops came to.

    Attributes:
        left: short names of the shops that were not begun, for the time was up.
    """

    run_id: RunId
    started_at: datetime
    shops: tuple[CheckReport, ...]
    left: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Return whether any shop could not be checked."""
        return any(shop.status == "failed" for shop in self.shops)


CheckOne = Callable[[Tenant], CheckReport]
Timed = tuple[CheckReport, timedelta]
"""What one shop's check came to, and how long it took."""


def check_shops(
    shops: Iterable[Tenant],
    check_one: CheckOne,
    *,
    run_id: RunId,
    started_at: datetime,
    now: Callable[[], datetime],
) -> RunReport:
    """Check shops one by one; a shop that fails is reported, and the rest go on."""
    checks = (timed_check(shop, check_one, run_id, now) for shop in shops)
    return gathered(checks, run_id=run_id, started_at=started_at)


def timed_check(
    shop: Tenant, check_one: CheckOne, run_id: RunId, now: Callable[[], datetime]
) -> Timed:
    """Check one shop, whatever goes wrong in it."""
    began = now()
    report = checked_or_failed(shop, check_one, run_id)
    return report, now() - began


def gathered(checks: Iterable[Timed], *, run_id: RunId, started_at: datetime) -> RunReport:
    """Return the report of checks, wherever they are made, with a line in the log for each."""
    reports = []
    with about(run=str(run_id)):
        for report, took in checks:
            reports.append(report)
            _tell(report, took)
    return RunReport(run_id=run_id, started_at=started_at, shops=tuple(reports))


def in_order(report: RunReport, slugs: Sequence[str]) -> RunReport:
    """Return the report with its shops in this order, and those it lacks as left."""
    told = {shop.tenant: shop for shop in report.shops}
    return replace(
        report,
        shops=tuple(told[slug] for slug in slugs if slug in told),
        left=tuple(slug for slug in slugs if slug not in told),
    )


def until(end: datetime, shops: Iterable[Tenant], now: Callable[[], datetime]) -> Iterator[Tenant]:
    """Return shops to begin with, for as long as there is time."""
    return takewhile(lambda _: now() < end, shops)


def longest_unchecked_first(units: Iterable[UnitOfWork]) -> list[UnitOfWork]:
    """Return the shops so that those come first whose last good check is longest ago, or never."""
    return sorted(units, key=lambda unit: (_last_checked(unit), unit.tenant.slug))


def _last_checked(unit: UnitOfWork) -> datetime:
    with unit.reading():
        last = unit.runs.last("ok")
    return NEVER if last is None else last.started_at


def checked_or_failed(shop: Tenant, check_one: CheckOne, run_id: RunId) -> CheckReport:
    """Return what a shop's check came to, whatever went wrong in it."""
    again = f"run-check --tenant {shop.slug}"
    done = guarded(shop.slug, lambda: check_one(shop), command=again, log=log)
    if isinstance(done, Failure):
        return CheckReport(run_id=run_id, tenant=shop.slug, status="failed", error=done.reason)
    return done


def _tell(report: CheckReport, took: timedelta) -> None:
    """Log one line a shop; who reads JSON finds each number under its name."""
    facts = log_facts(report, took)
    with about(tenant=report.tenant):
        log.log(_severity(report), log_line(report, facts), extra=facts)


def log_facts(report: CheckReport, took: timedelta) -> dict[str, object]:
    """Return the numbers of a check: how it went, how much, how long."""
    decisions = report.outcome.decisions
    facts: dict[str, object] = {
        "status": report.status,
        "day": str(report.business_day),
        "checked": report.checked,
        "low": report.low,
        **{action.value: sum(one.action is action for one in decisions) for action in Action},
        "skipped": len(report.skipped),
        "orders": len(report.outcome.orders),
        "alerts": len(report.outcome.alerts),
        "seconds": round(took.total_seconds(), 1),
    }
    return facts | ({"error": report.error} if report.error else {})


def log_line(report: CheckReport, facts: Mapping[str, object]) -> str:
    """Return one line for the log: whose, and its numbers."""
    numbers = {name: value for name, value in facts.items() if name != "error"}
    parts = [f"run={report.run_id}", f"tenant={report.tenant}"]
    parts += [f"{name}={value}" for name, value in numbers.items()]
    return " ".join([*parts, f'error="{report.error}"'] if report.error else parts)


def _severity(report: CheckReport) -> int:
    levels = {"failed": logging.ERROR, "idle": logging.DEBUG}
    return levels.get(report.status, logging.INFO)
