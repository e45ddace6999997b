"""The tools of a review: they look, and they record proposals; nothing else happens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, WithJsonSchema

from stockcli.agent.quoting import code, reason_text, unquoted
from stockcli.agent.review.table import row_labels
from stockcli.agent.wording.demand import closer_look
from stockcli.domain.decisions import Action, Candidate, Proposal, bounded_quantity
from stockcli.domain.errors import ConflictError, InvalidInputError, NotFoundError
from stockcli.domain.identifiers import StockKey
from stockcli.domain.quantity import positive
from stockcli.usecases import inventory
from stockcli.usecases.ports import UnitOfWork

LOOK_BACK_DAYS = 56

Units = Annotated[
    float | None, Field(gt=0), WithJsonSchema({"exclusiveMinimum": 0, "type": "number"})
]


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
        labels = row_labels(self._candidates)
        self._rows = {
            _folded(label): one for label, one in zip(labels, self._candidates, strict=True)
        }
        self._proposed: dict[StockKey, Proposal] = {}

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """Return what was proposed so far, in that order."""
        return tuple(self._proposed.values())

    @property
    def undecided(self) -> int:
        """Return how many candidates have no proposal yet."""
        return len(self._candidates) - len(self._proposed)

    @property
    def offers_transfers(self) -> bool:
        """Return whether another location can spare some of any row."""
        return any(one.transfers for one in self._candidates)

    def check_stock(self, sku: str) -> str:
        """Sales by week, packs and lead time of one row, where it leaves a real doubt.

        Args:
            sku: as in the table
        """
        candidate = self._find(sku)
        series = inventory.sales_of(self._unit, candidate.sku, days=LOOK_BACK_DAYS, day=self._day)
        here = [one for one in series if one.key == candidate.key]
        return closer_look(candidate, here[0] if here else None)

    def restock(self, sku: str, reason: str, quantity: Units = None) -> str:
        """Order one row.

        Args:
            sku: as in the table
            reason: for the manager
            quantity: units
        """
        candidate = self._find(sku)
        if candidate.suggested_quantity <= 0 or not candidate.supplier:
            message = "this row cannot be ordered: ignore it or notify the manager"
            raise InvalidInputError(message)
        units = None if quantity is None else positive(str(quantity))
        _, remark = bounded_quantity(candidate, units)
        return self._propose(candidate, Action.RESTOCK, reason, units, remark)

    def transfer(self, sku: str, reason: str) -> str:
        """Fetch what the row's note says other locations can spare, and order what remains.

        Args:
            sku: as in the table
            reason: for the manager
        """
        candidate = self._find(sku)
        if not candidate.transfers:
            message = "no other location can spare any of this row: restock, ignore or notify"
            raise InvalidInputError(message)
        return self._propose(candidate, Action.TRANSFER, reason)

    def ignore(self, sku: str, reason: str) -> str:
        """Do nothing about one row.

        Args:
            sku: as in the table
            reason: for the manager
        """
        return self._propose(self._find(sku), Action.IGNORE, reason)

    def notify_manager(self, sku: str, reason: str) -> str:
        """Ask the manager to look at one row.

        Args:
            sku: as in the table
            reason: what to look at
        """
        return self._propose(self._find(sku), Action.NOTIFY, reason)

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

    def _find(self, said: str) -> Candidate:
        """Return the row that is meant, by its SKU or its SKU@LOCATION.

        Raises:
            NotFoundError: no such row.
            ConflictError: more than one.
        """
        wanted = _folded(said)
        shown = [self._rows[wanted]] if wanted in self._rows else []
        found = shown or [one for one in self._candidates if wanted in _names(one)]
        if not found:
            message = f"no row of the table is called {code(unquoted(said))}"
            raise NotFoundError(message, "use a SKU as it is in the table")
        if len(found) > 1:
            places = ", ".join(f"{code(one.sku)}@{code(one.location)}" for one in found)
            message = f"{code(found[0].sku)} is in several rows: say {places}"
            raise ConflictError(message)
        return found[0]


def _names(one: Candidate) -> tuple[str, ...]:
    """Return what a row may be called, written as it is or as it was shown."""
    sku, place = one.sku, one.location
    names = (sku, code(sku), f"{sku}@{place}", f"{code(sku)}@{code(place)}")
    return tuple(_folded(name) for name in names)


def _folded(text: str) -> str:
    return text.replace('"', "").strip().casefold()
