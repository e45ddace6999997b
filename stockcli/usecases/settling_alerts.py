"""What a check tells beside its decisions, and what it no longer tells."""

from __future__ import annotations

from datetime import date, datetime

from stockcli.domain.alerts import AlertKind, low_stock_situation
from stockcli.domain.decisions import Decision
from stockcli.domain.identifiers import RunId, StockKey
from stockcli.usecases.alerting import clear_ended, clear_old_messages, late_orders, tell
from stockcli.usecases.deciding import low_stock_alerts
from stockcli.usecases.empty_shelves import too_late_orders
from stockcli.usecases.inventory import needs_order, stock_lines_within
from stockcli.usecases.ports import UnitOfWork


def settle_alerts(unit: UnitOfWork, run_id: RunId, day: date, now: datetime) -> None:
    """End the alerts whose situation is over, and raise what is to be told beside decisions.

    That is of late orders, and of what a person was to look at and nobody is told of any more,
    such as after a pause. In the open unit.
    """
    lines = stock_lines_within(unit, day=day)
    late = late_orders(unit, day, now)
    late += too_late_orders(unit, lines, day, now)
    # A product that is snoozed meanwhile is told again once its pause is over.
    low = {line.level.key for line in lines if needs_order(line, day)}
    clear_old_messages(unit, now)
    clear_ended(
        unit,
        kinds=(AlertKind.LOW_STOCK, AlertKind.LATE_ORDER),
        still_true={
            *(low_stock_situation(key) for key in low),
            *(alert.situation for alert in late),
        },
        now=now,
    )
    again = low_stock_alerts(_untold(unit, low), now)
    tell(unit, [*again, *late], now=now, digest_key=f"settled:{run_id}", day=day)


def _untold(unit: UnitOfWork, low: set[StockKey]) -> list[Decision]:
    """Return the last decisions about low products without an open alert."""
    told = {alert.situation for alert in unit.alerts.open()}
    untold = {key for key in low if low_stock_situation(key) not in told}
    latest = unit.decisions.latest() if untold else {}
    return [latest[key] for key in sorted(untold) if key in latest]
