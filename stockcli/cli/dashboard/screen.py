"""The dashboard: three lists, what is under the cursor, and the keys."""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Footer, Input, Static, TabbedContent, TabPane, Tabs

from stockcli.bootstrap import App as Stock
from stockcli.cli.dashboard.acting import NO_PRODUCT, Acting
from stockcli.cli.dashboard.asking import Page
from stockcli.cli.dashboard.detail import Detail, about_alert, about_order
from stockcli.cli.dashboard.keys import KEYS
from stockcli.cli.dashboard.lists import List
from stockcli.cli.dashboard.looking import ALERTS, LOW, ORDERS, TITLES
from stockcli.cli.dashboard.reading import beside, forecast_anew, story
from stockcli.cli.dashboard.rows import ALERT_COLUMNS, ORDER_COLUMNS, SHORT_COLUMNS, short_key
from stockcli.cli.dashboard.texts import HELP
from stockcli.domain.errors import StockError
from stockcli.usecases.watching import ProductView, ShortLine

TALL_LINES = 34
SIGNALS = (signal.SIGTERM, signal.SIGHUP)
RESTS_SECONDS = 0.2
"""The cursor rests on a row for so long before the row is read about."""
COLUMNS_OF = {LOW: SHORT_COLUMNS, ORDERS: ORDER_COLUMNS, ALERTS: ALERT_COLUMNS}


class Dashboard(Acting):
    """The whole screen of one shop.

    Args:
        stock: opens the shop; each look is a unit of work of its own.
        refresh_seconds: between two looks.
        ascii_only: for terminals that know no other characters.

    Attributes:
        signalled: the signal that ended it; 0 for none.
    """

    CSS_PATH = "dashboard.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(self, stock: Stock, *, refresh_seconds: int, ascii_only: bool = False) -> None:
        super().__init__(stock)
        self.theme = "ansi-dark"
        self.VERTICAL_BREAKPOINTS = [(0, "-short"), (TALL_LINES, "-tall")]
        self._refresh_seconds, self._ascii_only = refresh_seconds, ascii_only
        self._views: dict[str, ProductView] = {}
        self.signalled = 0

    @property
    def failure(self) -> Exception | None:
        """Return what nobody expected, and ended it."""
        return self._exception

    def _end_on(self, number: int) -> None:
        # An exception in the middle of anything could leave the terminal as it is.
        self.signalled = number
        self.exit()

    def _fatal_error(self) -> None:
        # Textual would print a traceback; the command says it in a sentence.
        self._close_messages_no_wait()

    def compose(self) -> ComposeResult:
        """Draw it."""
        yield Static("reading the shop ...", markup=False, id="top")
        with TabbedContent(id="lists"):
            for name, columns in COLUMNS_OF.items():
                with TabPane(TITLES[name], id=name):
                    yield List(columns)
                    yield Static(markup=False, classes="empty")
        yield Detail(ascii_only=self._ascii_only, id="detail")
        yield Input(placeholder="words to look for", compact=True, id="filter")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Look at once, and every so often from then on."""
        self.query_one(Tabs).can_focus = False
        self.current_list.focus()
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup goes on ignoring
                asyncio.get_running_loop().add_signal_handler(number, self._end_on, number)
        self.look_again()
        self.set_interval(self._refresh_seconds, self.look_again)

    # --- the row under the cursor ---

    @property
    def detail(self) -> Detail:
        """Return what tells about the row under the cursor."""
        return self._bottom.query_one(Detail)

    @property
    def _is_open(self) -> bool:
        return self._bottom.has_class("is-open")

    def take_news(self) -> None:
        """Forget what was read of products, and tell about the row under the cursor anew."""
        self._views = {}
        self._tell()

    @on(List.Moved)
    def _on_another_row(self) -> None:
        self._tell()

    @on(List.Chosen)
    def _on_chosen(self) -> None:
        self.action_open()

    @on(TabbedContent.TabActivated)
    def _on_another_list(self) -> None:
        if not self._is_open:
            self.current_list.focus()
        self._filter()
        self._tell()

    def _tell(self) -> None:
        """Tell about the row under the cursor, where that is seen."""
        # A row may still be reached while the screen is taken down.
        if self.overview is None or not self.screen_stack or not self.detail.display:
            return
        if self.shown == LOW:
            self._tell_product(self.short_line())
        elif self.shown == ORDERS:
            shop, number = self.overview.mark.shop, self.current_list.current
            rows = [row for row in self.overview.orders if row.order.number == number]
            self.detail.show_text(*(about_order(rows[0], shop.currency) if rows else ("",)))
        else:
            alert = self.alert()
            self.detail.show_text(*(about_alert(alert) if alert else ("",)))

    def _tell_product(self, one: ShortLine | None) -> None:
        if one is None:
            self.detail.show_text("")
        elif view := self._views.get(short_key(one.candidate.key)):
            self.detail.show_product(view)
        else:
            self.detail.show_text(f"{one.candidate.sku}  {one.candidate.name}", "reading ...")
            self._read_product(one)

    @work(exclusive=True, group="detail")
    async def _read_product(self, one: ShortLine) -> None:
        await asyncio.sleep(RESTS_SECONDS)
        try:
            view = await beside(partial(story, self.stock, one))
        except StockError as error:
            self.note_trouble(error)
            return
        self._views[short_key(one.candidate.key)] = view
        self.detail.show_product(view)

    @work(exclusive=True, group="detail")
    async def _forecast(self, one: ShortLine) -> None:
        self.say(f"forecasting {one.candidate.sku}: the whole shop is read for it ...")
        try:
            view = await beside(partial(story, self.stock, one))
            self.detail.show_product(view)
            made = await beside(partial(forecast_anew, self.stock, one))
        except StockError as error:
            self.fail(error)
            return
        self.detail.show_product(view, made)

    # --- the keys that change nothing ---

    def action_list(self, name: str) -> None:
        """Show another list."""
        self._bottom.query_one("#lists", TabbedContent).active = name

    def action_turn_list(self, step: int) -> None:
        """Show the next list."""
        names = list(COLUMNS_OF)
        self.action_list(names[(names.index(self.shown) + step) % len(names)])

    def action_open(self) -> None:
        """Give the row under the cursor the whole screen."""
        self._set_open(True)
        self.detail.focus()
        self._tell()

    def _set_open(self, is_open: bool) -> None:
        self._bottom.set_class(is_open, "is-open")
        for one in self._bottom.query(List):
            one.can_focus = not is_open

    def action_leave(self) -> None:
        """Go back to the list; then end the filter."""
        if self._is_open:
            self._set_open(False)
        else:
            self._bottom.query_one("#filter", Input).value = ""
            self._bottom.query_one("#filter").remove_class("is-shown")
        self.current_list.focus()

    def action_plot(self) -> None:
        """Show the other plot."""
        self.detail.turn()

    def action_forecast(self) -> None:
        """Forecast the product under the cursor anew."""
        one = self.short_line()
        if one is None:
            self.say(NO_PRODUCT)
            return
        self.action_open()
        self._forecast(one)

    def action_filter(self) -> None:
        """Look for words."""
        words = self._bottom.query_one("#filter", Input)
        words.add_class("is-shown")
        words.focus()

    @on(Input.Changed, "#filter")
    def _filter(self) -> None:
        self.current_list.filter_by(self._bottom.query_one("#filter", Input).value)
        self._tell()

    @on(Input.Submitted, "#filter")
    def _on_filtered(self) -> None:
        self.current_list.focus()

    def action_refresh(self) -> None:
        """Read the shop now."""
        self.look(anyway=True)

    def action_help(self) -> None:
        """Show what the keys do."""
        self.push_screen(Page(*HELP))
