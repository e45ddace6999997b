"""What the world does between two turns: the till sells, somebody sets a minimum or a policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from scripts.bench.agent_bench.scenario import Happening
from stockcli.domain.identifiers import StockKey
from stockcli.domain.ledger import MovementKind, StockMovement
from stockcli.domain.replenishment import ManualMinimum
from stockcli.domain.shop import local_day
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork

LATER = date(2030, 1, 1)


def happen(database: Database, shop: str, happening: Happening, now: datetime) -> None:
    """Do it, as another person at another desk would.

    Raises:
        ValueError: nothing of this name happens.
    """
    if happening.do == "policy":
        _change_policy(database, shop, happening)
        return
    if happening.do not in _DEEDS:
        message = f"nothing happens that is called {happening.do!r}: {', '.join(_DEEDS)}, policy"
        raise ValueError(message)
    unit = database.unit_of_work(database.directory().tenant(shop))
    with unit:
        _DEEDS[happening.do](unit, happening, now)
        unit.commit()


def _change_policy(database: Database, shop: str, happening: Happening) -> None:
    directory = database.directory()
    policy = directory.tenant(shop).policy
    value = Decimal(happening.value) if isinstance(happening.value, str) else happening.value
    changes: dict[str, Any] = {happening.name: value}
    directory.set_policy(shop, replace(policy, **changes))


def _sell(unit: UnitOfWork, happening: Happening, now: datetime) -> None:
    sale = StockMovement(
        key=_key(unit, happening),
        kind=MovementKind.SALE,
        change=Decimal(-happening.units),
        occurred_at=now,
        day=local_day(unit.tenant, now),
        reference=happening.text or f"till:{happening.sku}:{happening.units}",
    )
    unit.ledger.book([sale])


def _set_minimum(unit: UnitOfWork, happening: Happening, now: datetime) -> None:
    unit.minimums.put(
        ManualMinimum(
            key=_key(unit, happening),
            quantity=Decimal(happening.units),
            author="manager:bench",
            reason=happening.text,
            set_at=now,
        )
    )


def _leave_others_alone(unit: UnitOfWork, happening: Happening, now: datetime) -> None:
    """Snooze every product but those named, so that a check is about these."""
    del now
    others = [one for one in unit.products.all() if one.sku not in happening.skus]
    unit.products.put(replace(one, snoozed_until=LATER) for one in others)


def _rename(unit: UnitOfWork, happening: Happening, now: datetime) -> None:
    del now
    unit.products.put([replace(unit.products.get(happening.sku), name=happening.text)])


def _key(unit: UnitOfWork, happening: Happening) -> StockKey:
    return StockKey(unit.products.get(happening.sku).id, unit.locations.get(None).id)


_DEEDS: Mapping[str, Callable[[UnitOfWork, Happening, datetime], None]] = {
    "sell": _sell,
    "minimum": _set_minimum,
    "rename": _rename,
    "only": _leave_others_alone,
}
