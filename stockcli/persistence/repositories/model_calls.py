"""What the language model cost."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func

from stockcli.domain.budget import ModelCall
from stockcli.persistence.tables import ModelCallRow, table_of
from stockcli.persistence.work import Work

_CALL = table_of(ModelCallRow)


class SqlModelCalls:
    """Calls of the language model, in a table."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def spent_usd(self, since: datetime) -> Decimal:
        """Return what was settled or is reserved since an instant, US dollars."""
        price = func.coalesce(_CALL.c.price_usd, _CALL.c.estimate_usd)
        statement = self._work.select(_CALL, func.sum(price)).where(_CALL.c.called_at >= since)
        return Decimal(self._work.value(statement) or 0)

    def reserve(self, purpose: str, model: str, estimate_usd: Decimal, at: datetime) -> int:
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
