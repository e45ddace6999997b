"""What the assistant knows: a stored snapshot while it is fresh, else the database is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from stockcli.domain.shop import Tenant, local_day
from stockcli.usecases.ports import Snapshot, UnitOfWork

LONGEST_AGE = timedelta(hours=12)
MOST_KEPT = 500
"""Snapshots of one shop; the oldest go first."""


@dataclass(frozen=True, kw_only=True)
class Recall:
    """Facts with the instant they hold for, and whether they came from the snapshot."""

    payload: Mapping[str, Any]
    as_of: datetime
    from_snapshot: bool


def recall(
    unit: UnitOfWork,
    topic: str,
    fetch: Callable[[UnitOfWork], Mapping[str, Any]],
    *,
    now: datetime,
) -> Recall:
    """Return a topic's facts: from the snapshot while nothing changed, else fetched and stored.

    Args:
        fetch: reads the facts as JSON values; it opens the unit of work itself.
    """
    with unit.reading():
        # One statement: what a question about known facts costs.
        version, known = unit.snapshots.with_version(topic)
    if known and is_fresh(known, version, unit.tenant, now):
        return Recall(payload=known.payload, as_of=known.as_of, from_snapshot=True)
    payload = fetch(unit)
    with unit:
        # The version read before the facts: a sale in between makes the snapshot stale at once.
        unit.snapshots.put(Snapshot(topic=topic, payload=payload, as_of=now, version=version))
        unit.snapshots.prune(older_than=now - LONGEST_AGE, version=version, most=MOST_KEPT)
        unit.commit()
    return Recall(payload=payload, as_of=now, from_snapshot=False)


def is_fresh(snapshot: Snapshot, version: int, shop: Tenant, now: datetime) -> bool:
    """Return whether a snapshot still tells the truth: same data, same day of the shop, not old.

    With the day change what is late, what is left alone and how many days stock lasts. One that
    lies ahead is of a clock that was set back since: how old it is, nobody knows.
    """
    return (
        snapshot.version == version
        and timedelta(0) <= now - snapshot.as_of < LONGEST_AGE
        and local_day(shop, now) == local_day(shop, snapshot.as_of)
    )
