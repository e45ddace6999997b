"""The check of many shops: one after the other, and one that fails does not stop the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from stockcli.domain.decisions import Action
from stockcli.domain.errors import StockError
from stockcli.domain.identifiers import RunId
from stockcli.domain.shop import Tenant
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
    for shop in shops:
        began = now()
        report = _guarded(shop, check_one, run_id)
        reports.append(report)
        log.log(_severity(report), log_line(report, now() - began))
    return RunReport(run_id=run_id, started_at=started_at, shops=tuple(reports))


def _guarded(shop: Tenant, check_one: CheckOne, run_id: RunId) -> CheckReport:
    try:
        return check_one(shop)
    except StockError as error:
        return CheckReport(run_id=run_id, tenant=shop.slug, status="failed", error=error.message)
    except Exception as error:  # one poisoned shop must not stop the others
        log.exception("tenant=%s unexpected", shop.slug)
        again = f"stock --log-level debug run-check --tenant {shop.slug}"
        text = f"unexpected {type(error).__name__}; to see why: `{again}`"
        return CheckReport(run_id=run_id, tenant=shop.slug, status="failed", error=text)


def log_line(report: CheckReport, took: timedelta) -> str:
    """Return one line for the log: who, how it went, how much, how long."""
    decisions = report.outcome.decisions
    counts = {action: sum(one.action is action for one in decisions) for action in Action}
    parts = [
        f"run={report.run_id}",
        f"tenant={report.tenant}",
        f"status={report.status}",
        f"day={report.business_day}",
        f"checked={report.checked}",
        f"low={report.low}",
        *(f"{action}={count}" for action, count in counts.items()),
        f"skipped={len(report.skipped)}",
        f"orders={len(report.outcome.orders)}",
        f"alerts={len(report.outcome.alerts)}",
        f"seconds={took.total_seconds():.1f}",
    ]
    return " ".join([*parts, f'error="{report.error}"'] if report.error else parts)


def _severity(report: CheckReport) -> int:
    levels = {"failed": logging.ERROR, "idle": logging.DEBUG}
    return levels.get(report.status, logging.INFO)
