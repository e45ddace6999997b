"""From a key to a deed: make it ready, show it, ask, do it, say what came of it, look again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from textual import work

from stockcli.cli.common import parse_units
from stockcli.cli.dashboard.asking import Ask, Confirm
from stockcli.cli.dashboard.deeds import Deed, parsed_days
from stockcli.cli.dashboard.looking import Looking
from stockcli.cli.dashboard.reading import beside
from stockcli.domain.decisions import Candidate
from stockcli.domain.errors import InvalidInputError, LimitExceededError, StockError
from stockcli.domain.quantity import plain
from stockcli.usecases.watching import Overview, ShortLine

WEEK = "7"
NOTHING = "nothing was done"
NO_PRODUCT = "no product is under the cursor: 1 shows what is short"
NO_ORDER = "no order is under the cursor: 2 shows the open ones"


class Acting(Looking):
    """The part of the dashboard that changes something."""

    _is_acting = False

    def action_order(self) -> None:
        """Order the product under the cursor."""
        self._with_product(self._order)

    def action_snooze(self) -> None:
        """Leave the product under the cursor alone for some days."""
        self._with_product(self._snooze)

    def action_approve(self) -> None:
        """Approve the order under the cursor."""
        self._with_order(self.desk.approve)

    def action_cancel(self) -> None:
        """Cancel what is still to come of the order under the cursor."""
        self._with_order(self.desk.cancel)

    def _with_product(self, ask: Callable[[ShortLine, Overview], Awaitable[Deed | None]]) -> None:
        one = self.short_line()
        if one is None or self.overview is None:
            self.say(NO_PRODUCT)
        else:
            self._act(partial(ask, one, self.overview))

    def _with_order(self, deed_of: Callable[[str], Deed]) -> None:
        number = self.order_number()
        if number is None:
            self.say(NO_ORDER)
        else:
            self._act(partial(beside, partial(deed_of, number)))

    @work(group="acting")
    async def _act(self, ready: Callable[[], Awaitable[Deed | None]]) -> None:
        """Do one thing at a time: a key that is pressed twice is one deed."""
        if self._is_acting:
            return
        self._is_acting = True
        try:
            await beside(self.desk.ensure_may_write)
            await self._on_a_yes(await ready())
        except StockError as error:
            self.fail(error)
            self.look(anyway=True)
        finally:
            self._is_acting = False

    async def _on_a_yes(self, deed: Deed | None) -> None:
        if deed is None or not await self.push_screen_wait(Confirm(deed.question, deed.lines)):
            self.say(NOTHING)
            return
        # Unlike a read, it is waited for even by whoever quits.
        self.say(await asyncio.to_thread(deed.do))
        self.look(anyway=True, follows=False)

    async def _order(self, one: ShortLine, _: Overview) -> Deed | None:
        candidate = one.candidate
        if one.line.open_orders or not candidate.supplier:
            # Refused whatever the number: nobody need think of one first.
            await beside(partial(self.desk.order, candidate.sku, candidate.location, None))

        suggested = plain(candidate.suggested_quantity) if one.line.is_low else ""

        async def order(typed: str) -> Deed:
            units = None if typed.strip() in ("", suggested) else parse_units(typed)
            return await beside(partial(self.desk.order, candidate.sku, candidate.location, units))

        lines = (
            f"Order {candidate.sku}  {candidate.name}",
            _standing(candidate),
            "Left empty, what the policy orders.",
        )
        return await self._asked(lines, "Units:", suggested, order)

    async def _snooze(self, one: ShortLine, overview: Overview) -> Deed | None:
        product = one.line.product

        async def snooze(typed: str) -> Deed:
            days = parsed_days(typed)
            return self.desk.snooze(product.sku, product.name, overview.day, days)

        now = (f"It is until {product.snoozed_until} now.",) if one.is_snoozed else ()
        lines = (
            f"Leave alone {product.sku}  {product.name}",
            "No order and no alert for so many days; 0 watches it again.",
            *now,
        )
        return await self._asked(lines, "Days:", "0" if one.is_snoozed else WEEK, snooze)

    async def _asked(
        self,
        lines: tuple[str, ...],
        question: str,
        value: str,
        deed_of: Callable[[str], Awaitable[Deed]],
    ) -> Deed | None:
        """Ask until the number will do; None if nobody wants to give one."""
        error = ""
        while True:
            typed = await self.push_screen_wait(Ask(lines, question, value, error))
            if typed is None:
                return None
            try:
                return await deed_of(typed)
            except (InvalidInputError, LimitExceededError) as refused:
                value, error = typed, refused.message


def _standing(candidate: Candidate) -> str:
    figures = (
        ("position", candidate.position),
        ("reorder point", candidate.reorder_point),
        ("order up to", candidate.order_up_to_level),
        ("least order", candidate.minimum_order_quantity),
        ("pack", candidate.pack_size),
    )
    return ", ".join(f"{name} {plain(units)}" for name, units in figures)
