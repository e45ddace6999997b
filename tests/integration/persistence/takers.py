"""What processes of one token do at once; in a module of its own, so that they can import it."""

from __future__ import annotations

import time
from decimal import Decimal

from stockcli.bootstrap import SystemClock
from stockcli.domain.audit import Actor
from stockcli.domain.errors import RateLimitedError
from stockcli.persistence.database import Database
from stockcli.usecases.model_costs import reserve_call


def calls_granted(url: str, token_id: int, tries: int, begin_at: float) -> int:
    """Return how many calls of the model a process with a token of `here` may make.

    Args:
        begin_at: the second at which all begin together.
    """
    database = Database(url, clock=SystemClock())
    unit = database.unit_of_work(database.directory().tenant("here"), Actor(token_id=token_id))
    time.sleep(max(0.0, begin_at - time.time()))
    granted = 0
    for _ in range(tries):
        try:
            with unit:
                reserve_call(
                    unit,
                    purpose="chat",
                    model="m",
                    estimate_usd=Decimal(0),
                    now=SystemClock().now(),
                )
                unit.commit()
        except RateLimitedError:
            continue
        granted += 1
    database.dispose()
    return granted
