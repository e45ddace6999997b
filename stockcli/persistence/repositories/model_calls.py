"""What the language model cost."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Date, Row, case, func, select, type_coerce

from stockcli.domain.budget import ModelCall, ModelUsage, UsageLine
from stockcli.domain.model_limits import Span, span_start
from stockcli.persistence.tables import ModelCallRow, ModelGateRow, TenantRow, table_of
from stockcli.persistence.work import Work

_CALL = table_of(ModelCallRow)
_GATE = table_of(ModelGateRow)
_TENANT = table_of(TenantRow)
_CHARGED = func.coalesce(_CALL.c.price_usd, _CALL.c.estimate_usd)
_TOKENS = ("input_tokens", "output_tokens", "cache_write_tokens", "cache_read_tokens")


class SqlModelCalls:
    """Calls of the language model, in a table."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def spent_usd(self, since: datetime) -> Decimal:
        """Return what was settled or is reserved since an instant, US dollars."""
        statement = self._work.select(_CALL, func.sum(_CHARGED)).where(_CALL.c.called_at >= since)
        return Decimal(self._work.value(statement) or 0)

    def costs_usd(self) -> tuple[Decimal, Decimal]:
        """Return what all settled calls cost, and the estimates of the others."""
        unsettled = case((_CALL.c.price_usd.is_(None), _CALL.c.estimate_usd))
        sums = self._work.select(
            _CALL,
            func.sum(_CALL.c.price_usd).label("settled"),
            func.sum(unsettled).label("unsettled"),
        )
        (row,) = self._work.rows(sums)
        return row.settled or Decimal(0), row.unsettled or Decimal(0)

    def reserve(
        self,
        purpose: str,
        model: str,
        estimate_usd: Decimal,
        at: datetime,
        *,
        run_id: str = "",
    ) -> int:
        """Book an estimate before a call; return its id."""
        row = {
            "purpose": purpose,
            "model": model,
            "called_at": at,
            "estimate_usd": estimate_usd,
            "price_usd": None,
            "input_tokens": 0,
            "output_tokens": 0,
            "cache_write_tokens": 0,
            "cache_read_tokens": 0,
            "run_id": run_id,
        }
        return self._work.add_one(_CALL, row)

    def settle(self, reservation_id: int, call: ModelCall) -> None:
        """Replace the estimate by what the call cost."""
        statement = self._work.update(_CALL).where(_CALL.c.id == reservation_id)
        settled = statement.values(
            purpose=call.purpose,
            model=call.model,
            price_usd=call.price_usd,
            input_tokens=call.usage.input_tokens,
            output_tokens=call.usage.output_tokens,
            cache_write_tokens=call.usage.cache_write_tokens,
            cache_read_tokens=call.usage.cache_read_tokens,
        )
        self._work.change(settled)

    def budget_reached(self) -> Span | None:
        """Return whether all shops' calls pass the installation's budget of the day or month.

        On a server a function tells: a manager's user sees no other shop's calls, nor their sum.
        """
        if self._work.is_on_server:
            reached = self._work.value(select(func.stock_sec.model_budget_reached()))
            return Span(reached) if reached else None
        limits = select(_GATE.c.kind, _GATE.c.amount).where(
            _GATE.c.kind.in_([*Span]), _GATE.c.number == 0, _GATE.c.amount.is_not(None)
        )
        for kind, most in sorted(tuple(row) for row in self._work.rows(limits)):
            if self._spent_by_all(span_start(Span(kind), self._work.clock.now())) > most:
                return Span(kind)
        return None

    def _spent_by_all(self, since: datetime) -> int:
        """Return what every shop spent since an instant, billionths of a US dollar."""
        # Shop by shop, by the index of each.
        of_one = select(func.sum(type_coerce(_CHARGED, BigInteger()))).where(
            _CALL.c.tenant_id == _TENANT.c.id, _CALL.c.called_at >= since
        )
        return int(self._work.value(select(func.sum(of_one.scalar_subquery()))) or 0)

    def usage(self, since: datetime, until: datetime) -> list[UsageLine]:
        """Return the calls from since to just before until, by day, purpose and model."""
        day = func.date(_CALL.c.called_at, type_=Date())
        unsettled = case((_CALL.c.price_usd.is_(None), _CALL.c.estimate_usd))
        sums = [func.coalesce(func.sum(_CALL.c[name]), 0).label(name) for name in _TOKENS]
        statement = self._work.select(
            _CALL,
            day.label("day"),
            _CALL.c.purpose,
            _CALL.c.model,
            func.count().label("calls"),
            func.sum(_CALL.c.price_usd).label("price_usd"),
            func.sum(unsettled).label("unsettled_usd"),
            *sums,
        )
        grouping = (day, _CALL.c.purpose, _CALL.c.model)
        within = statement.where(_CALL.c.called_at >= since, _CALL.c.called_at < until)
        found = self._work.rows(within.group_by(*grouping).order_by(*grouping))
        return [_usage_line(row) for row in found]


def _usage_line(row: Row[Any]) -> UsageLine:
    return UsageLine(
        day=row.day,
        purpose=row.purpose,
        model=row.model,
        calls=int(row.calls),
        usage=ModelUsage(**{name: int(getattr(row, name)) for name in _TOKENS}),
        price_usd=row.price_usd or Decimal(0),
        unsettled_usd=row.unsettled_usd or Decimal(0),
    )
