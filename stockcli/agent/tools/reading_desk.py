"""What all the chat's tools that read share: facts from the snapshot, or fetched and stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from stockcli.agent.wording import stock
from stockcli.agent.wording.facts import Facts, told
from stockcli.usecases import inventory
from stockcli.usecases.knowledge import recall
from stockcli.usecases.ports import Clock, UnitOfWork

Sku = Annotated[str, Field(min_length=1, max_length=80)]
BackDays = Annotated[int, Field(ge=1, le=366)]


class ReadingDesk:
    """Looks things up for one shop.

    Args:
        unit: of that shop; no tool can name another.
        clock: the present.

    Attributes:
        as_of: since when the facts hold that were told, one instant a tool that ran.
    """

    def __init__(self, unit: UnitOfWork, clock: Clock) -> None:
        """Read nothing yet."""
        self._unit = unit
        self._clock = clock
        self.as_of: list[datetime] = []

    def shop(self) -> str:
        """Return what every question is asked with: the business day, money and places."""

        def fetch(unit: UnitOfWork) -> Facts:
            with unit.reading():
                day = inventory.shop_day_within(unit, self._clock.now())
                places = [place.code for place in unit.locations.all()]
            return stock.shop_facts(day, self._unit.tenant.currency, places)

        known = recall(self._unit, "shop", fetch, now=self._clock.now())
        return str(known.payload["note"])

    def _told(self, topic: str, fetch: Callable[[UnitOfWork], Facts], nothing: str) -> str:
        known = recall(self._unit, topic, fetch, now=self._clock.now())
        self.as_of.append(known.as_of)
        return told(known, self._unit.tenant, nothing)

    def _day(self) -> date:
        return inventory.shop_day(self._unit, self._clock.now())
