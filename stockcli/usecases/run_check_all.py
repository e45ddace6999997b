"""The check of many shops: one after the other, and one that fails does not stop the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from stockcli.domain.decisions import Action
from stockcli.domain.identifiers import RunId
from stockcli.domain.shop import Tenant
from stockcli.usecases.guarding import Failure, guarded
from stockcli.usecases.log_context import about
from stockcli.usecases.run_check import CheckReport

log = logging.getLogger("stock.run_check")


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """What a run over one or more shops came to."""

    run_id: RunId
    started_at: datetime
    shops: tuple[CheckReport, ...]

    @property
    def failed(self) -> bool:
        """Return whether any shop could not be checked."""
        return any(shop.status == "failed" for shop in self.shops)


CheckOne = Callable[[Tenant], CheckReport]


def check_shops(
    shops: Iterable[Tenant],
    check_one: CheckOne,
    *,
    run_id: RunId,
    started_at: datetime,
    now: Callable[[], datetime],
) -> RunReport:
    """Check shops one by one; a shop that fails is reported, and the rest go on."""
    reports = []
    with about(run=str(run_id)):
        for shop in shops:
            began = now()
            report = checked_or_failed(shop, check_one, run_id)
            reports.append(report)
            _tell(report, now() - began)
    return RunReport(run_id=run_id, started_at=started_at, shops=tuple(reports))


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
