"""The checks of many shops on a Dask cluster, whose workers open the database themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from stockcli.cli.run_check_workers import check_there, lost

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.cli.run_check_workers import Job
    from stockcli.domain.shop import Tenant
    from stockcli.usecases.run_check import CheckReport

    Timed = tuple[CheckReport, timedelta]

IN_FLIGHT = 2
"""Shops under way for each thread of the cluster: one is checked, the next is there already."""
REACH_SECONDS = 10


def ensure_shared(app: App) -> None:
    """Refuse a database that other machines do not see.

    Raises:
        InvalidInputError: it is a file.
    """
    from stockcli.domain.errors import InvalidInputError

    if app.settings.is_local:
        message = "STOCK_SCHEDULER spreads the work over machines, and a SQLite file is on one"
        raise InvalidInputError(message, "use PostgreSQL, or unset STOCK_SCHEDULER")


def check_on_cluster(job: Job, shops: Iterable[Tenant], address: str) -> Iterator[Timed]:
    """Return the checks of shops as they are done, each on whichever worker is free.

    What a dead worker was at is given to another, which takes the lease over.

    Args:
        address: of the scheduler, such as tcp://10.0.0.5:8786.

    Raises:
        InvalidInputError: no scheduler answers there, or no worker has joined it.
    """
    from distributed import as_completed

    # No secret travels: every worker has settings of its own.
    job = replace(job, settings=None)
    waiting = iter(shops)
    with _joined(address) as client:

        def begin(count: int) -> list[Any]:
            return [
                client.submit(check_there, job, shop, key=_key(job, shop), pure=False)
                for shop in islice(waiting, count)
            ]

        first = begin(IN_FLIGHT * _threads(client, address))
        under_way = as_completed(first, loop=client.loop)
        for future in under_way:
            yield _result(job, future)
            for another in begin(1):
                under_way.add(another)


def _joined(address: str) -> Any:
    from stockcli.domain.errors import InvalidInputError

    try:
        from distributed import Client
    except ImportError:
        message = "STOCK_SCHEDULER takes the extra package: pip install 'stockcli[dask]'"
        raise InvalidInputError(message) from None
    try:
        return Client(address, timeout=REACH_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"the scheduler {address} does not answer"
        hint = "start it with `dask scheduler`, or mend or unset STOCK_SCHEDULER"
        raise InvalidInputError(message, hint) from error


def _threads(client: Any, address: str) -> int:
    from stockcli.domain.errors import InvalidInputError

    # Workers started a moment ago are waited for.
    with suppress(TimeoutError):
        client.wait_for_workers(1, timeout=REACH_SECONDS)
    count = sum(client.nthreads().values())
    if not count:
        message = f"no worker has joined the scheduler {address}"
        raise InvalidInputError(message, f"start some: `dask worker {address} --nthreads 1`")
    return int(count)


def _key(job: Job, shop: Tenant) -> str:
    return f"{job.run_id}/{shop.slug}"


def _result(job: Job, future: Any) -> Timed:
    """Return what came of a shop; that of one which ended several workers is a failure."""
    from distributed.scheduler import KilledWorker

    try:
        done: Timed = future.result()
    except KilledWorker:
        return lost(job, str(future.key).rpartition("/")[2])
    return done
