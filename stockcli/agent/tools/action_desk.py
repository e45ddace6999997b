"""What all the chat's tools that write share: whose they are, and how a preview is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from stockcli.agent.quoting import reason_text, unquoted
from stockcli.agent.tools.toolbox import ActionPreview
from stockcli.agent.wording.previews import label
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import location_code
from stockcli.domain.identifiers import sku as canonical_sku
from stockcli.domain.quantity import LARGEST, positive
from stockcli.usecases.ports import Clock, UnitOfWork

Sku = Annotated[str, Field(min_length=1, max_length=80)]
Place = Annotated[str | None, Field(min_length=1, max_length=80)]
Reason = Annotated[str, Field(max_length=300)]
Units = Annotated[float, Field(gt=0, le=int(LARGEST))]
OptionalUnits = Annotated[float | None, Field(gt=0, le=int(LARGEST))]
IsoDay = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]

ASKED = "asked for in the chat"


class ActionDesk:
    """Acts for one shop, each time after a person's yes.

    Args:
        unit: of that shop; no tool can name another.
        clock: the present.
        author: who is talking, for the record.

    Attributes:
        language: of the question at hand, "en" or "pt": previews speak it.
    """

    def __init__(self, unit: UnitOfWork, clock: Clock, author: str) -> None:
        """Do nothing yet."""
        self._unit = unit
        self._clock = clock
        self._author = author
        self.language = "en"

    def _preview(self, tool_name: str, summary: str, *details: str) -> ActionPreview:
        return ActionPreview(
            tool=tool_name, summary=summary, details=details, language=self.language
        )

    def _label(self, name: str, *values: object) -> str:
        return label(name, self.language, *values)

    def _reason(self, reason: str) -> str:
        told = reason_text(reason)
        return self._label("reason", self._label("asked") if told == ASKED else told)


def as_sku(text: str) -> str:
    """Return a SKU as somebody typed it, in its canonical form."""
    return canonical_sku(unquoted(text))


def as_place(text: str | None) -> str | None:
    """Return a location's code in its canonical form; None for the first location."""
    return location_code(unquoted(text)) if text else None


def as_units(quantity: float) -> Decimal:
    """Return an exact quantity above zero."""
    return positive(str(quantity))


def as_day(text: str) -> date:
    """Return a day of the calendar.

    Raises:
        InvalidInputError: there is none like it.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text[:10]} is no day of the calendar: write it as 2026-12-31"
        raise InvalidInputError(message) from None
