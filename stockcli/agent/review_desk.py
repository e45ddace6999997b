"""The tools of a review: they look, and they record proposals; nothing else happens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from stockcli.agent.quoting import code, reason_text, unquoted
from stockcli.agent.wording.demand import closer_look
from stockcli.domain.decisions import Action, Candidate, Proposal, bounded_quantity
from stockcli.domain.errors import ConflictError, InvalidInputError, NotFoundError
from stockcli.domain.identifiers import StockKey
from stockcli.domain.quantity import positive
from stockcli.usecases import inventory
from stockcli.usecases.ports import UnitOfWork

LOOK_BACK_DAYS = 56

Sku = Annotated[str, Field(min_length=1, max_length=80)]
Place = Annotated[str | None, Field(max_length=80)]
Reason = Annotated[str, Field(min_length=1)]
Units = Annotated[float | None, Field(gt=0)]


class ReviewDesk:
    """The candidates on the table, and what was proposed about each.

    Args:
        candidates: all that may be decided about.
        unit: of the same shop, to look closer.
        day: the shop's business day.
        model: signs the proposals.
    """

    def __init__(
        self, candidates: Iterable[Candidate], unit: UnitOfWork, day: date, model: str
    ) -> None:
        """Lay the candidates out; nothing is proposed yet."""
        self._unit = unit
        self._day = day
        self._model = model
        self._candidates = tuple(candidates)
        self._proposed: dict[StockKey, Proposal] = {}

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """Return what was proposed so far, in that order."""
        return tuple(self._proposed.values())

    @property
    def undecided(self) -> int:
        """Return how many candidates have no proposal yet."""
        return len(self._candidates) - len(self._proposed)

    def check_stock(self, sku: Sku, location: Place = None) -> str:
        """Look closer at one row: recent sales by week, closing stock, orders on their way.

        Args:
            sku: as listed in the table
            location: as listed; may be left out if the SKU is listed once
        """
        candidate = self._find(sku, location)
        series = inventory.sales_of(self._unit, candidate.sku, days=LOOK_BACK_DAYS, day=self._day)
        here = [one for one in series if one.key == candidate.key]
        return closer_look(candidate, here[0] if here else None)

    def restock(
        self, sku: Sku, reason: Reason, location: Place = None, quantity: Units = None
    ) -> str:
        """Propose an order for one row.

        Args:
            sku: as listed in the table
            reason: one short sentence for the manager
            location: as listed; may be left out if the SKU is listed once
            quantity: units; leave out to take the suggested quantity
        """
        candidate = self._find(sku, location)
        if candidate.suggested_quantity <= 0 or not candidate.supplier:
            message = "this row cannot be ordered: ignore it or notify the manager"
            raise InvalidInputError(message)
        units = None if quantity is None else positive(str(quantity))
        _, remark = bounded_quantity(candidate, units)
        return self._propose(candidate, Action.RESTOCK, reason, units, remark)

    def ignore(self, sku: Sku, reason: Reason, location: Place = None) -> str:
        """Propose to do nothing about one row for now.

        Args:
            sku: as listed in the table
            reason: one short sentence for the manager
            location: as listed; may be left out if the SKU is listed once
        """
        return self._propose(self._find(sku, location), Action.IGNORE, reason)

    def notify_manager(self, sku: Sku, reason: Reason, location: Place = None) -> str:
        """Propose that the manager looks at one row.

        Args:
            sku: as listed in the table
            reason: what the manager should look at, one short sentence
            location: as listed; may be left out if the SKU is listed once
        """
        return self._propose(self._find(sku, location), Action.NOTIFY, reason)

    def _propose(
        self,
        candidate: Candidate,
        action: Action,
        reason: str,
        quantity: Decimal | None = None,
        remark: str = "",
    ) -> str:
        before = self._proposed.get(candidate.key)
        if before is not None:
            message = f"{code(candidate.sku)} is decided already: {before.action}; it stays so"
            raise ConflictError(message)
        self._proposed[candidate.key] = Proposal(
            key=candidate.key,
            action=action,
            reason=reason_text(reason) or "no reason given",
            decided_by=self._model,
            quantity=quantity,
        )
        return f"noted{f': {remark}' if remark else ''}; {self.undecided} left"

    def _find(self, sku: str, location: str | None) -> Candidate:
        """Return the row that is meant.

        Raises:
            NotFoundError: no such row.
            ConflictError: more than one.
        """
        named = [one for one in self._candidates if _is_called(one.sku, sku)]
        found = [one for one in named if not location or _is_called(one.location, location)]
        if not found:
            places = ", ".join(code(one.location) for one in named)
            at = f" at that location; it is at {places}" if named else ""
            message = f"no row of the table is called {code(sku)}{at}"
            raise NotFoundError(message, "use a SKU and a location of the table")
        if len(found) > 1:
            places = ", ".join(code(one.location) for one in found)
            message = f"{code(sku)} is listed at {places}: give the location"
            raise ConflictError(message)
        return found[0]


def _is_called(name: str, said: str) -> bool:
    """Return whether a code is meant, written as it is or as it was shown."""
    wanted = unquoted(said).casefold()
    return wanted in (name.casefold(), unquoted(code(name)).casefold())
