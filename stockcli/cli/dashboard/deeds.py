"""What the keys do: each deed is made ready and shown first, and done on a yes.

The use cases are those of the commands, so limits, approvals and roles hold here too. All of it
waits for the database: call it beside the screen's own thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from stockcli.bootstrap import App
from stockcli.cli.render import amount, counted
from stockcli.domain.errors import ConflictError, InvalidInputError
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.quantity import plain
from stockcli.usecases.lifecycle import snooze
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import OrderRow, approve_order, cancel_order, order_row
from stockcli.usecases.restocking import RestockPreview, preview_restock, restock_by_hand

MOST_LINES = 8
LONGEST_SNOOZE_DAYS = 3650
LEFT_ALREADY = (OrderStatus.SENT, OrderStatus.PARTLY_RECEIVED)


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something that can be done, and is not done yet.

    Attributes:
        question: what is asked, such as "Order it?".
        lines: what will happen.
        do: does it, and returns a sentence about what was done.
    """

    question: str
    lines: tuple[str, ...]
    do: Callable[[], str]


class Desk:
    """Where deeds are made ready, for the one shop that the token opens."""

    def __init__(self, app: App) -> None:
        self._app = app

    def ensure_may_write(self) -> None:
        """Pass if the token may write.

        Raises:
            NotAllowedError: it reads only.
        """
        self._writing()

    def _writing(self) -> UnitOfWork:
        # One unit serves one thread, and each deed runs in whichever is free.
        return self._app.unit(writes=True)

    def order(self, sku: str, location: str, units: Decimal | None) -> Deed:
        """Return the order of a product; None takes the policy's quantity.

        Raises:
            As preview_restock.
        """
        unit, now = self._writing(), self._app.clock.now()
        preview = preview_restock(unit, sku, units, location=location, now=now)

        def do() -> str:
            done = restock_by_hand(
                self._writing(),
                preview.sku,
                preview.quantity,
                location=location,
                reason="by hand",
                author=self._app.identity.author,
                now=self._app.clock.now(),
            )
            waits = "; it waits for approval" if done.status is OrderStatus.DRAFT else ""
            return f"{done.order_number} is {_words(done.status)}, due {done.expected_on}{waits}"

        return Deed(question="Order it?", lines=_order_lines(preview, _currency(unit)), do=do)

    def approve(self, number: str) -> Deed:
        """Return the approval of an order.

        Raises:
            NotFoundError: there is none of this number.
            ConflictError: it does not wait for approval.
        """
        unit = self._writing()
        row = order_row(unit, number)
        if row.order.status is not OrderStatus.DRAFT:
            message = f"{number} is {_words(row.order.status)}: it does not wait for approval"
            raise ConflictError(message)

        def do() -> str:
            self._ensure_unchanged(row)
            order = approve_order(
                self._writing(),
                number,
                by=self._app.identity.author,
                now=self._app.clock.now(),
                revision=row.order.revision,
            )
            return f"{order.number} is {_words(order.status)}"

        lines = (*_about_order(row, _currency(unit)), "It leaves with the next dispatch.")
        return Deed(question="Approve it?", lines=lines, do=do)

    def cancel(self, number: str) -> Deed:
        """Return the cancelling of what is still to come of an order.

        Raises:
            NotFoundError: there is none of this number.
            ConflictError: nothing of it is to come any more.
        """
        unit = self._writing()
        row = order_row(unit, number)
        if not row.order.is_open:
            raise ConflictError(f"{number} is {_words(row.order.status)}: nothing is to come of it")
        left = row.order.status in LEFT_ALREADY
        tell = ("It has left for the supplier: tell them too.",) if left else ()

        def do() -> str:
            self._ensure_unchanged(row)
            order = cancel_order(self._writing(), number, now=self._app.clock.now())
            return f"{order.number} is {_words(order.status)}" + ("; tell the supplier" * left)

        lines = (*_about_order(row, _currency(unit)), "What was received stays.", *tell)
        return Deed(question="Cancel what is still to come of it?", lines=lines, do=do)

    def snooze(self, sku: str, name: str, day: date, days: int) -> Deed:
        """Return leaving a product alone for so many days from a day on; 0 watches it again."""
        until = day + timedelta(days=days) if days else None

        def do() -> str:
            product = snooze(self._writing(), sku, until=until)
            paused = f"left alone until {product.snoozed_until}"
            return f"{product.sku} is {paused if product.snoozed_until else 'watched again'}"

        what = f"no order and no alert before {until}" if until else "it is watched again"
        lines = (f"{sku}  {name}", f"At every location: {what}.")
        return Deed(question="Leave it alone?" if until else "Watch it again?", lines=lines, do=do)

    def _ensure_unchanged(self, shown: OrderRow) -> None:
        """Refuse to act on an order that is no longer what was shown."""
        number = shown.order.number
        now = order_row(self._app.unit(), number).order
        if now.status is not shown.order.status:
            raise ConflictError(f"{number} is {_words(now.status)} meanwhile: nothing was done")
        if now != shown.order:
            raise ConflictError(f"{number} was changed meanwhile: nothing was done, look again")


def parsed_days(text: str) -> int:
    """Return for how many days a product is to be left alone.

    Raises:
        InvalidInputError: no whole number from 0 to ten years.
    """
    typed = text.strip()
    if not (typed.isascii() and typed.isdigit() and int(typed[:9]) <= LONGEST_SNOOZE_DAYS):
        message = f"{text[:20]!r} is no number of days: give 0 to {LONGEST_SNOOZE_DAYS}"
        raise InvalidInputError(message)
    return int(typed)


def _order_lines(preview: RestockPreview, currency: str) -> tuple[str, ...]:
    reason = preview.needs_approval_because
    return (
        f"{plain(preview.quantity)} of {preview.sku}  {preview.name}",
        f"for {preview.location} from {preview.supplier}: {amount(preview.total, currency)}",
        "; ".join(preview.steps),
        *((f"It will wait for approval: {reason}.",) if reason else ("It is approved at once.",)),
    )


def _about_order(row: OrderRow, currency: str) -> tuple[str, ...]:
    order = row.order
    lines = [f"{plain(line[2])} of {line[0]}  {line[1]}" for line in row.lines]
    more = len(lines) - MOST_LINES
    return (
        f"{order.number} to {row.supplier} for {row.location}: {amount(order.total, currency)}",
        f"{_words(order.status)}, expected {order.expected_on}"
        + (f"; {order.note}" * bool(order.note)),
        *(f"  {line}" for line in lines[:MOST_LINES]),
        *((f"  and {counted(more, 'more line')}",) if more > 0 else ()),
    )


def _currency(unit: UnitOfWork) -> str:
    return unit.tenant.currency


def _words(status: str) -> str:
    return status.replace("_", " ")
