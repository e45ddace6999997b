"""What a conversation at the terminal holds: whose it is, who answers, what it costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from shutil import get_terminal_size

from stockcli.agent.chat.session import ChatSession
from stockcli.bootstrap import App
from stockcli.domain.errors import StockError
from stockcli.usecases.model_costs import MonthCost, month_cost
from stockcli.usecases.ports import UnitOfWork

OpenSession = Callable[[str | None], ChatSession]
SMALLEST_SHOWN = Decimal("0.0001")


@dataclass(kw_only=True)
class Talk:
    """A conversation at the terminal.

    Attributes:
        open_session: begins a conversation with a model, by its name; None is the usual one.
        session: the conversation at hand.
        model: the name that was asked for.
        month: what the shop's month cost when it was last looked up.
        is_over: whether the person left.
    """

    app: App
    unit: UnitOfWork
    session: ChatSession
    open_session: OpenSession
    model: str | None = None
    month: MonthCost | None = None
    is_over: bool = False

    def change_model(self, name: str) -> None:
        """Have another model answer from now on.

        Raises:
            StockError: it cannot be asked.
        """
        session = self.open_session(name)
        session.take_over(self.session)
        self.session, self.model = session, name

    def begin_anew(self) -> None:
        """Begin another conversation, with the same model."""
        self.session = self.open_session(self.model)

    def look_up_month(self) -> None:
        """Look up what the month cost, so that the toolbar need not."""
        with suppress(StockError):
            self.month = month_cost(self.unit, self.app.clock.now())

    def toolbar(self) -> str:
        """Return the row below the prompt, as much of it as fits; it asks nobody."""
        return fitting_row(self._parts(), get_terminal_size().columns - 1)

    def _parts(self) -> list[tuple[int, str]]:
        """Return what the row may hold, each with how soon it is left out; 0 never is."""
        shop, session = self.unit.tenant, self.session
        parts = [(0, shop.slug), (2, session.model)]
        if session.is_paid:
            parts.append((3, f"last {usd(session.spending.last.price_usd)}"))
        if session.is_paid and self.month:
            spent, budget = usd(self.month.spent_usd), usd(self.month.budget_usd)
            parts.append((0, f"month {spent} of {budget} USD"))
        if shop.policy.dry_run:
            parts.append((1, "dry run"))
        return [*parts, (4, "/help")]


def fitting_row(parts: Sequence[tuple[int, str]], width: int) -> str:
    """Return the parts that fit on one row; those of the highest numbers are left out first.

    >>> fitting_row([(0, "shop"), (2, "claude-haiku"), (1, "dry run"), (3, "/help")], 20)
    ' shop | dry run'
    """
    kept = list(parts)
    while True:
        row = f" {' | '.join(text for _, text in kept)}"
        last = max(kept)
        if len(row) <= width or last[0] == 0:
            return row
        kept.remove(last)


def usd(amount: Decimal) -> str:
    """Return US dollars as people read them: cents, or hundredths of one for small sums.

    >>> usd(Decimal("12.346")), usd(Decimal("0.01234")), usd(Decimal("0.000003")), usd(Decimal(0))
    ('12.35', '0.0123', '<0.0001', '0')
    """
    if not amount:
        return "0"
    if amount < SMALLEST_SHOWN:
        return f"<{SMALLEST_SHOWN}"
    return f"{amount:,.2f}" if amount >= 1 else f"{amount:.4f}"
