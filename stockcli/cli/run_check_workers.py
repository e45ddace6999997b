"""The checks of many shops in several processes: each takes one shop after the other."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from stockcli import __version__
from stockcli.cli.common import remark

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.cli.run_check_running import Way
    from stockcli.domain.identifiers import RunId
    from stockcli.domain.shop import Tenant
    from stockcli.settings import Settings
    from stockcli.usecases.ports import Forecaster
    from stockcli.usecases.run_check import CheckReport

    Timed = tuple[CheckReport, timedelta]

FEWEST_SHOPS = 10
"""Below this the workers' start-up costs more than they save."""
LOST = "the process that checked it ended; see whether the machine's memory suffices"


@dataclass(frozen=True)
class Job:
    """What a worker needs to check any shop: plain values, for it opens everything itself.

    Attributes:
        settings: None takes the worker's own, where it runs.
        database: its address without a password; a worker with another one refuses.
        log_level, log_style: as the command's own log.
    """

    settings: Settings | None
    via: str
    run_id: RunId
    way: Way
    database: str
    version: str = __version__
    log_level: str | None = None
    log_style: str = "text"


def check_there(job: Job, shop: Tenant) -> Timed:
    """Check one shop, whatever goes wrong in it; runs in any process of any machine."""
    from stockcli.bootstrap import SystemClock
    from stockcli.cli.run_check_running import check_unit
    from stockcli.usecases.log_context import about
    from stockcli.usecases.run_check_all import timed_check

    def check_one(shop: Tenant) -> CheckReport:
        app, forecaster = _at_work(job)
        unit = app.unit_for(shop)
        unit.refreshed_tenant()
        return check_unit(app, unit, forecaster, job.run_id, job.way)

    with about(run=str(job.run_id)):
        return timed_check(shop, check_one, job.run_id, SystemClock().now)


@cache
def _at_work(job: Job) -> tuple[App, Forecaster]:
    """Return what this process checks with; made once for all the shops of a run."""
    from stockcli.bootstrap import make_app
    from stockcli.cli.logs import log_to_stderr
    from stockcli.domain.errors import DatabaseError

    log_to_stderr(job.log_level, job.log_style)
    app = make_app(job.settings, via=job.via)
    if (job.version, job.database) != (__version__, app.database_as_it_is.shown_url):
        message = f"a worker has stock {__version__} with {app.database_as_it_is.shown_url}"
        hint = f"give it version {job.version}, and STOCK_DATABASE_URL as {job.database}"
        raise DatabaseError(message, hint)
    return app, app.forecaster(workers=1)


def check_in_workers(job: Job, shops: Iterable[Tenant], workers: int) -> Iterator[Timed]:
    """Return the checks of shops as they are done; each is begun when a worker is free.

    Should a worker die, what was under way is checked again in a process of its own, so that the
    shop it died of stops no other.
    """
    begun: dict[str, Tenant] = {}
    waiting = _noting(shops, begun)
    while True:
        try:
            for report, took in _pooled(job, waiting, workers):
                begun.pop(report.tenant)
                yield report, took
        except _ended() as error:
            logging.getLogger("stock.run_check").warning("a worker process ended: %s", error)
            for shop in list(begun.values()):
                del begun[shop.slug]
                yield from _alone(job, shop)
        else:
            return


def _noting(shops: Iterable[Tenant], begun: dict[str, Tenant]) -> Iterator[Tenant]:
    for shop in shops:
        begun[shop.slug] = shop
        yield shop


def _pooled(job: Job, shops: Iterable[Tenant], workers: int) -> Iterator[Timed]:
    from joblib import Parallel, delayed, parallel_config

    # No shop waits in a worker's queue: what is begun is being checked.
    with parallel_config("loky", n_jobs=workers, inner_max_num_threads=1, initializer=_at_rest):
        pool = Parallel(
            return_as="generator_unordered", batch_size=1, pre_dispatch=workers, max_nbytes=None
        )
    yield from pool(delayed(check_there)(job, shop) for shop in shops)


def _alone(job: Job, shop: Tenant) -> Iterator[Timed]:
    """Check a shop a worker may have died of; if that happens again, it has failed."""
    from joblib.externals.loky import ProcessPoolExecutor

    with ProcessPoolExecutor(max_workers=1, initializer=_at_rest) as pool:
        try:
            yield pool.submit(check_there, job, shop).result()
        except _ended():
            yield lost(job, shop.slug)


def lost(job: Job, slug: str) -> Timed:
    """Return the report of a shop that whoever checked it did not outlive."""
    from stockcli.usecases.run_check import CheckReport

    report = CheckReport(run_id=job.run_id, tenant=slug, status="failed", error=LOST)
    return report, timedelta()


def _ended() -> type[Exception]:
    """Return what is raised when a worker is gone."""
    from joblib.externals.loky.process_executor import BrokenProcessPool

    broken: type[Exception] = BrokenProcessPool
    return broken


def _at_rest() -> None:
    """Let a worker finish the shop it is at when Ctrl-C is pressed; the command sends no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@dataclass
class Stopping:
    """Whether somebody wants the run to end, and how they said so."""

    by: list[int] = field(default_factory=list)

    def let(self, shops: Iterable[Tenant]) -> Iterator[Tenant]:
        """Return shops until somebody wants the run to end."""
        for shop in shops:
            if self.by:
                return
            yield shop

    def note(self, number: int, frame: Any) -> None:  # noqa: ARG002 - what a signal brings
        """Remember a signal; a second one ends the command at once."""
        if self.by:
            self.end()
        self.by.append(number)
        remark("stopping: the shops under way are finished first; once more stops at once")

    def end(self) -> None:
        """End the command as the signal would have, if one came."""
        if signal.SIGINT in self.by:
            raise KeyboardInterrupt
        if self.by:
            sys.exit(128 + self.by[0])


@contextmanager
def stopping_in_order() -> Iterator[Stopping]:
    """Let Ctrl-C or a polite kill end the run after the shops under way; then end by it."""
    stopping = Stopping()
    handlers: dict[int, Callable[..., Any] | int | None] = {
        number: signal.signal(number, stopping.note) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopping
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    stopping.end()
