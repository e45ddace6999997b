"""Checks, and the lease that keeps two from running at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select

from stockcli.domain.errors import ConflictError
from stockcli.domain.leases import is_held
from stockcli.persistence.tables import CheckLeaseRow, CheckRunRow, TenantStateRow, table_of
from stockcli.persistence.work import Work
from stockcli.usecases.ports import CheckRun

_RUN = table_of(CheckRunRow)
_LEASE = table_of(CheckLeaseRow)
_STATE = table_of(TenantStateRow)
OK = "ok"
_FACTS = (
    "run_id",
    "started_at",
    "business_day",
    "finished_at",
    "status",
    "checked",
    "low",
    "error",
    "mark",
    "data_version",
)


class SqlRuns:
    """Runs of the check and the tenant's lease, in tables."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def claim(self, run: CheckRun, lease_until: datetime) -> int | None:
        """Take the tenant's lease and record the run; None while another holds it."""
        now = self._work.clock.now()
        lease = self._work.row(self._work.select(_LEASE))
        if lease is None:
            return None
        is_ours = lease.run_id == run.run_id
        if not is_ours and is_held(lease.leased_until, now, lease_until - now):
            return None
        statement = self._work.update(_LEASE).where(_LEASE.c.epoch == lease.epoch)
        taken = self._work.changed(
            statement.values(
                epoch=_LEASE.c.epoch + 1, leased_until=lease_until, run_id=run.run_id
            ).returning(_LEASE.c.epoch)
        )
        if not taken:
            return None
        self._end_abandoned_runs(now)
        self._record(run)
        return int(taken[0].epoch)

    def _record(self, run: CheckRun) -> None:
        """Add the run; of one that is begun again, its record begins again."""
        facts = {name: getattr(run, name) for name in _FACTS}
        begun = self._work.update(_RUN).where(_RUN.c.run_id == run.run_id)
        if not self._work.changed(begun.values(**facts).returning(_RUN.c.run_id)):
            self._work.add(_RUN, [facts])

    def fence(self, epoch: int) -> None:
        """Pass if the lease of this epoch is still ours.

        Raises:
            ConflictError: another run took over, or it was given back.
        """
        held = self._work.select(_LEASE, _LEASE.c.epoch).where(
            _LEASE.c.epoch == epoch, _LEASE.c.leased_until.is_not(None)
        )
        if self._work.row(held) is None:
            raise ConflictError("another check of this shop took over", "let it finish")

    def finish(self, run: CheckRun) -> None:
        """Record how the run ended, and give the lease back if it is still the run's."""
        ended = {name: getattr(run, name) for name in _FACTS if name != "run_id"}
        ended["data_version"] = self._left_behind(run)
        # What was carried out stays so, whatever struck right after its commit.
        unfinished = self._work.update(_RUN).where(_RUN.c.run_id == run.run_id, _RUN.c.status != OK)
        self._work.change(unfinished.values(**ended))
        held = self._work.update(_LEASE).where(_LEASE.c.run_id == run.run_id)
        self._work.change(held.values(leased_until=None, run_id=None))

    def _left_behind(self, run: CheckRun) -> int | None:
        """Return the shop's version after this commit; None if others wrote since the run read."""
        if run.data_version is None:
            return None
        now = self._work.value(self._work.select(_STATE, _STATE.c.version))
        return run.data_version + self._work.touched if now == run.data_version else None

    def latest(self, limit: int) -> list[CheckRun]:
        """Return the latest runs, newest first."""
        return [_run(row) for row in self._work.rows(self._newest_first().limit(limit))]

    def last(self, status: str | None = None) -> CheckRun | None:
        """Return the latest run of a status, or of any; None if there is none."""
        wanted = self._newest_first()
        row = self._work.row(
            (wanted if status is None else wanted.where(_RUN.c.status == status)).limit(1)
        )
        return None if row is None else _run(row)

    def _newest_first(self) -> Select[Any]:
        return self._work.select(_RUN).order_by(_RUN.c.started_at.desc(), _RUN.c.run_id.desc())

    def _end_abandoned_runs(self, now: datetime) -> None:
        """Say of runs that never finished that they did not: the lease was theirs alone."""
        left = self._work.update(_RUN).where(_RUN.c.status == "running")
        self._work.change(
            left.values(
                status="abandoned",
                finished_at=now,
                error="it never finished; a later run took over",
            )
        )


def _run(row: Row[Any]) -> CheckRun:
    return CheckRun(**{name: getattr(row, name) for name in _FACTS})
