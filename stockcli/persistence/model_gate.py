"""The gate of the model's calls, kept in the database, so that all processes share it.

On a server its functions decide, by the server's own clock, for a manager's user sees nothing of
what other shops do; fences/functions.sql says how. In a file the same is done here.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, func, not_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from stockcli.domain.model_limits import (
    DELAY,
    HOLD,
    LONGEST_REST,
    NO_LIMIT,
    ModelLimits,
    Span,
    is_running,
)
from stockcli.persistence.connection import READING
from stockcli.persistence.standing import Standing, standing_of
from stockcli.persistence.tables import ModelGateRow, table_of
from stockcli.persistence.types import ModelPrice
from stockcli.usecases.ports import Clock, Entry

SLOT, AT_ONCE = "slot", "at_once"
BRIEFLY_SECONDS = 1.0
"""How long to wait for a place: nobody knows when one is given back."""
_GATE = table_of(ModelGateRow)


class SqlModelGate:
    """Lets so many calls through at once."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @property
    def _is_on_server(self) -> bool:
        return self._engine.dialect.name == "postgresql"

    def write_limits(self, limits: ModelLimits) -> None:
        """Write down what an operator's settings say; a shop's own database user's say nothing."""
        said = _amounts(limits)
        if not said:
            return
        with self._engine.connect().execution_options(**{READING: True}) as connection:
            if self._is_on_server and standing_of(connection) is Standing.SHOP:
                return
            known = {row.kind: row.amount for row in connection.execute(_rows(*said))}
        new = {kind: amount for kind, amount in said.items() if known.get(kind, "") != amount}
        if new:
            with self._engine.begin() as connection:
                self._put_limits(connection, new)

    def _put_limits(self, connection: Connection, amounts: dict[str, int | None]) -> None:
        insert = postgresql.insert if self._is_on_server else sqlite.insert
        now = self._clock.now()
        for kind, amount in amounts.items():
            row = {"kind": kind, "number": 0, "holder": "", "until": now, "amount": amount}
            put = insert(_GATE).values(**row)
            keys = ["kind", "number"]
            put = put.on_conflict_do_update(index_elements=keys, set_={"amount": amount})
            connection.execute(put)

    def enter(self, service: str) -> Entry:
        """Ask for a place, once, without waiting for one."""
        holder = token_hex(16)
        if not self._is_on_server:
            return self._enter_here(service, holder)
        entered = func.stock_sec.enter_model(service, holder).table_valued(
            "place", "wait_seconds", "is_resting"
        )
        with self._engine.begin() as connection:
            row = connection.execute(select(entered)).one()
        return Entry(
            place=row.place,
            holder=holder,
            wait_seconds=row.wait_seconds,
            is_resting=row.is_resting,
        )

    def _enter_here(self, service: str, holder: str) -> Entry:
        with self._engine.connect().execution_options(**{READING: True}) as connection:
            known = {row.kind: row for row in connection.execute(_rows(service, AT_ONCE))}
        now, rest, most = self._clock.now(), known.get(service), known.get(AT_ONCE)
        if rest is not None and is_running(rest.until, now, LONGEST_REST):
            return Entry(wait_seconds=(rest.until - now).total_seconds(), is_resting=True)
        if most is None or most.amount is None:
            return Entry()
        # A writer's transaction: nobody comes between the look and the taking.
        with self._engine.begin() as connection:
            return self._take_place(connection, most.amount, holder)

    def _take_place(self, connection: Connection, most: int, holder: str) -> Entry:
        now = self._clock.now()
        held = and_(_GATE.c.until > now, _GATE.c.until <= now + HOLD + DELAY)
        free = select(func.min(_GATE.c.number)).where(
            _GATE.c.kind == SLOT, _GATE.c.number <= most, not_(held)
        )
        place = connection.scalar(free)
        if place is None:
            return Entry(wait_seconds=BRIEFLY_SECONDS)
        mine = update(_GATE).where(_GATE.c.kind == SLOT, _GATE.c.number == place)
        connection.execute(mine.values(shop=0, holder=holder, until=now + HOLD))
        return Entry(place=place, holder=holder)

    def hold(self, entry: Entry) -> None:
        """Say that whoever holds a place lives."""
        self._until(entry, HOLD)

    def leave(self, entry: Entry) -> None:
        """Give a place back."""
        self._until(entry, timedelta(0))

    def _until(self, entry: Entry, span: timedelta) -> None:
        with self._engine.begin() as connection:
            if self._is_on_server:
                seconds = span.total_seconds()
                held = func.stock_sec.hold_model(entry.place, entry.holder, seconds)
                connection.execute(select(held))
                return
            mine = update(_GATE).where(
                _GATE.c.kind == SLOT,
                _GATE.c.number == entry.place,
                _GATE.c.holder == entry.holder,
            )
            holder = entry.holder if span else ""
            connection.execute(mine.values(until=self._clock.now() + span, holder=holder))

    def rest(self, service: str, seconds: float) -> None:
        """Have everybody wait before a service is asked again; the longest wish holds."""
        if not seconds > 0:  # nor what is no number
            return
        seconds = min(seconds, LONGEST_REST.total_seconds())
        with self._engine.begin() as connection:
            if self._is_on_server:
                connection.execute(select(func.stock_sec.rest_model(service, seconds)))
            else:
                self._rest_here(connection, service, timedelta(seconds=seconds))

    def _rest_here(self, connection: Connection, service: str, span: timedelta) -> None:
        now = self._clock.now()
        row = connection.execute(_rows(service)).first()
        if row is not None and is_running(row.until, now, LONGEST_REST) and row.until > now + span:
            return
        values = {"until": now + span, "shop": 0, "holder": ""}
        put = sqlite.insert(_GATE).values(kind=service, number=0, **values)
        put = put.on_conflict_do_update(index_elements=["kind", "number"], set_=values)
        connection.execute(put)


def _rows(*kinds: str) -> Select[Any]:
    """Return a select of what is kept once of these kinds."""
    return select(_GATE).where(_GATE.c.kind.in_(kinds), _GATE.c.number == 0)


def _amounts(limits: ModelLimits) -> dict[str, int | None]:
    """Return the limits that say something, by kind, as they are kept; None lifts one."""
    said = {
        AT_ONCE: (limits.at_once, 0),
        Span.DAY.value: (limits.per_day_usd, ModelPrice.places),
        Span.MONTH.value: (limits.per_month_usd, ModelPrice.places),
    }
    return {
        kind: None if limit == NO_LIMIT else int(Decimal(limit).scaleb(places))
        for kind, (limit, places) in said.items()
        if limit is not None
    }
