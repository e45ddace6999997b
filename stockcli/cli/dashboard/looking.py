"""The part of the dashboard that reads: the three lists, and what stands under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from textual import work
from textual.app import App
from textual.screen import Screen
from textual.widgets import Static, TabbedContent, TabPane
from textual.worker import Worker

from stockcli.bootstrap import App as Stock
from stockcli.cli.dashboard.deeds import Desk
from stockcli.cli.dashboard.lists import List
from stockcli.cli.dashboard.reading import beside, glance
from stockcli.cli.dashboard.rows import Row, alert_rows, order_rows, short_key, short_rows
from stockcli.cli.dashboard.texts import nothing_to_show, top_line
from stockcli.cli.dashboard.words import line_of, told
from stockcli.domain.alerts import Alert, approval_situation, late_situation
from stockcli.domain.errors import BadTokenError, NoTenantError, StockError
from stockcli.usecases.watching import Overview, ShopMark, ShortLine

LOW, ORDERS, ALERTS = "low", "orders", "alerts"
TITLES = {LOW: "Short", ORDERS: "Orders", ALERTS: "Alerts"}
ROWS_OF = {LOW: short_rows, ORDERS: order_rows, ALERTS: alert_rows}
ENDING = (BadTokenError, NoTenantError)
"""Without a token that is good there is nothing more to show."""
SAID_SECONDS, WARNED_SECONDS = 6, 10


def seen(
    stock: Stock, known: ShopMark | None
) -> tuple[Overview, Mapping[str, Sequence[Row]]] | None:
    """Return the shop at a glance with the rows of each list; None if it is still what is known."""
    found = glance(stock, known)
    if found is None:
        return None
    return found, {name: rows_of(found) for name, rows_of in ROWS_OF.items()}


class Looking(App[StockError]):
    """Reads one shop, and again when it changed.

    Args:
        stock: opens the shop.
    """

    def __init__(self, stock: Stock) -> None:
        # From the start: under NO_COLOR it settles that colours are left out, not turned black.
        super().__init__(ansi_color=True)
        self.stock, self.desk = stock, Desk(stock)
        self.overview: Overview | None = None
        self._looking: Worker[None] | None = None
        self._trouble = ""

    def say(self, text: str) -> None:
        """Say something in passing."""
        self.notify(line_of(text), markup=False, timeout=SAID_SECONDS)

    def fail(self, error: StockError) -> None:
        """Say what went wrong and what to do; without a good token it is the end."""
        if isinstance(error, ENDING):
            self.exit(error)
            return
        said = error.message + (f": {error.hint}" if error.hint else "")
        self.notify(line_of(said), severity="warning", markup=False, timeout=WARNED_SECONDS)

    @property
    def shown(self) -> str:
        """Return which list is shown."""
        return self._bottom.query_one("#lists", TabbedContent).active or LOW

    @property
    def current_list(self) -> List:
        """Return the list that is shown."""
        return self._pane(self.shown).query_one(List)

    @property
    def _bottom(self) -> Screen[Any]:
        """Return the screen itself, whatever question stands before it."""
        return self.screen_stack[0]

    def _pane(self, name: str) -> TabPane:
        return self._bottom.query_one(f"#{name}", TabPane)

    def short_line(self) -> ShortLine | None:
        """Return the product under the cursor, or the one that an alert is about."""
        key, alert = self.current_list.current, self.alert()
        if alert and alert.key:
            key = short_key(alert.key)
        found = self.overview.short if self.overview else ()
        return next((one for one in found if short_key(one.candidate.key) == key), None)

    def order_number(self) -> str | None:
        """Return the number of the order under the cursor, or the one that a row is about."""
        if self.shown == ORDERS:
            return self.current_list.current
        if self.shown == LOW:
            one = self.short_line()
            orders = sorted(one.line.open_orders, key=lambda it: not it.is_draft) if one else []
            return orders[0].number if orders else None
        alert, rows = self.alert(), self.overview.orders if self.overview else ()
        about = (approval_situation, late_situation)
        told_of = {of(row.order.number): row.order.number for row in rows for of in about}
        return told_of.get(alert.situation) if alert else None

    def alert(self) -> Alert | None:
        """Return the alert under the cursor."""
        if self.shown != ALERTS or self.overview is None:
            return None
        key = self.current_list.current
        return next((one for one in self.overview.alerts if one.situation == key), None)

    def look_again(self) -> None:
        """Look whether anything changed, unless a look is under way."""
        if self._looking is None or self._looking.is_finished:
            self._looking = self.look()

    @work(exclusive=True, group="looking")
    async def look(self, *, anyway: bool = False, follows: bool = True) -> None:
        """Read the shop if it changed.

        Args:
            anyway: also if it did not.
            follows: whether the cursor goes where its row went.
        """
        known = self.overview.mark if self.overview and not anyway else None
        try:
            found = await beside(partial(seen, self.stock, known))
        except StockError as error:
            self.note_trouble(error)
            return
        self._trouble = ""
        if found is not None:
            self._show(*found, follows=follows)
        self._draw_top()

    def note_trouble(self, error: StockError) -> None:
        """Say once that the shop cannot be read; the first line says it as long as it lasts."""
        if error.message != self._trouble:
            self.fail(error)
        self._trouble = error.message
        self._draw_top()

    def _show(
        self, overview: Overview, rows_of: Mapping[str, Sequence[Row]], *, follows: bool
    ) -> None:
        self.overview = overview
        with self.batch_update():
            for number, (name, rows) in enumerate(rows_of.items(), start=1):
                pane = self._pane(name)
                pane.set_class(not rows, "is-empty")
                pane.query_one(".empty", Static).update(told(*nothing_to_show(name, overview)))
                pane.query_one(List).take(rows, follows=follows)
                tabs = self._bottom.query_one("#lists", TabbedContent)
                tabs.get_tab(name).label = f"{number} {TITLES[name]} {len(rows)}"
        self.take_news()

    def take_news(self) -> None:
        """Take notice of another state of the shop."""

    def _draw_top(self) -> None:
        top = self._bottom.query_one("#top", Static)
        if self.overview is None:
            top.update(told(f"not read yet: {self._trouble}"))
            return
        now = self.stock.clock.now().astimezone(ZoneInfo(self.overview.mark.shop.timezone))
        top.update(told(top_line(self.overview, self.stock.identity.role, now, self._trouble)))
