"""What all the chat's tools that read share: facts from the snapshot, or fetched and stored."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Annotated, Any

from pydantic import Field

from stockcli.agent.quoting import unquoted
from stockcli.agent.tools.toolbox import Tool, tool
from stockcli.agent.wording.facts import Facts, told
from stockcli.usecases import inventory
from stockcli.usecases.knowledge import recall
from stockcli.usecases.ports import Clock, UnitOfWork

Sku = Annotated[str, Field(min_length=1, max_length=80)]
BackDays = Annotated[int, Field(ge=1, le=366)]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a tool that reads finds its facts.

    Attributes:
        fetch: reads them; it opens the unit of work itself.
        nothing: what to say if there is no row.
        beside: what the facts depend on that is neither an argument nor in the ledger.
    """

    fetch: Callable[[UnitOfWork], Facts]
    nothing: str
    beside: str = ""


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

    def _tool(self, question: Callable[..., Reading]) -> Tool:
        """Return a question as a tool that answers it in text, from the snapshot if it is fresh."""
        signature = inspect.signature(question)

        @wraps(question)
        def answered(**given: Any) -> str:
            asked = signature.bind(**given)
            asked.apply_defaults()
            reading = question(**given)
            topic = _topic(question.__name__, asked.arguments, reading.beside)
            known = recall(self._unit, topic, reading.fetch, now=self._clock.now())
            self.as_of.append(known.as_of)
            return told(known, self._unit.tenant, reading.nothing)

        return tool(answered)

    def _day(self) -> date:
        return inventory.shop_day(self._unit, self._clock.now())


def _topic(name: str, arguments: Mapping[str, Any], beside: str) -> str:
    """Return what a question's facts are kept under: the tool, every argument, and what else."""
    plain = {
        argument: unquoted(value).upper() if isinstance(value, str) else value
        for argument, value in arguments.items()
    }
    return " ".join([name, json.dumps(plain, sort_keys=True), beside]).rstrip()
