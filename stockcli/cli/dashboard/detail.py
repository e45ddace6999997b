"""What there is to say about the row under the cursor: plots and the why, lines, a text."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from stockcli.cli.dashboard.plot import history_of, sales_plot, stock_curve, stock_plot
from stockcli.cli.dashboard.words import line_of, told
from stockcli.cli.plots import NARROWEST, PlotSize, legend
from stockcli.domain.alerts import Alert
from stockcli.domain.demand import DemandForecast
from stockcli.domain.quantity import plain
from stockcli.usecases.purchasing import OrderRow
from stockcli.usecases.watching import ProductView

PLOT_LINES = 12
BESIDE = 2
"""The scroll bar, which comes and goes, and a margin."""
TWO_PLOTS = 2 * NARROWEST + 20


class Detail(VerticalScroll):
    """Draws what it is given; it reads nothing by itself."""

    def __init__(self, *, ascii_only: bool, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, can_focus=True)
        self._ascii_only = ascii_only
        self._view: ProductView | None = None
        self._forecast: DemandForecast | None = None
        self._shows_sales = True

    def compose(self) -> ComposeResult:
        """Draw it."""
        yield Static(markup=False, classes="heading")
        with Horizontal(classes="plots"):
            yield Static(markup=False, classes="sales")
            yield Static(markup=False, classes="stock")
        yield Static(markup=False, classes="text")

    def show_text(self, heading: str, *lines: str) -> None:
        """Show a text."""
        self._view = self._forecast = None
        self._put(heading, Text(), Text(), told(*lines))

    def show_product(self, view: ProductView, forecast: DemandForecast | None = None) -> None:
        """Show a product's plots and why its numbers are so.

        Args:
            forecast: made anew; None draws the stored one.
        """
        self._view, self._forecast = view, forecast
        self._draw()

    def turn(self) -> None:
        """Show the other plot, where there is room for one."""
        self._shows_sales = not self._shows_sales
        self._draw()

    def on_resize(self, _event: events.Resize) -> None:
        """Draw the plots as large as there is room."""
        self._draw()

    def _draw(self) -> None:
        view = self._view
        if view is None:
            return
        product, place = view.line.product, view.line.location
        heading = f"{product.sku}  {product.name}  at {place.code}, judged on {view.day}"
        sales, stock = self._plots(view)
        self._put(heading, sales, stock, told(*(f"- {one}" for one in view.why)))

    def _put(self, heading: str, sales: Text, stock: Text, text: Text) -> None:
        self.query_one(".heading", Static).update(told(heading))
        self.query_one(".sales", Static).update(sales)
        self.query_one(".stock", Static).update(stock)
        self.query_one(".sales").display = bool(sales)
        self.query_one(".stock").display = bool(stock)
        self.query_one(".text", Static).update(text)

    def _plots(self, view: ProductView) -> tuple[Text, Text]:
        room = self.content_size.width - BESIDE
        two = room >= TWO_PLOTS
        lines = min(PLOT_LINES, max(8, self.size.height - 4))
        size = PlotSize(width=(room // 2 - 1) if two else room, height=lines)
        sales = self._sales(view, size) if two or self._shows_sales else Text()
        stock = self._stock(view, size) if two or not self._shows_sales else Text()
        return sales, stock

    def _sales(self, view: ProductView, size: PlotSize) -> Text:
        plot = sales_plot(view, self._forecast, size, ascii_only=self._ascii_only)
        if not plot:
            return Text("nothing was sold yet")
        parts = legend(history_of(view), ascii_only=self._ascii_only)
        if self._forecast is None:
            parts = [part for part in parts if "interval" not in part[2]]
        return _titled("units a day: ", parts, plot)

    def _stock(self, view: ProductView, size: PlotSize) -> Text:
        curve = stock_curve(view)
        plot = stock_plot(curve, size, ascii_only=self._ascii_only)
        if not plot:
            return Text("the shelf was never counted")
        mark = "-" if self._ascii_only else "─"
        waits = any(order.is_draft for order in view.line.open_orders)
        expected = "expected, drafts not counted" if waits else "expected"
        parts = [(mark, "cyan", "on hand"), (mark, "magenta", expected)]
        if curve.reorder_point:
            parts.append((mark, "yellow", f"reorder point {curve.reorder_point:,g}"))
        return _titled("stock: ", parts, plot)


def _titled(title: str, parts: list[tuple[str, str, str]], plot: str) -> Text:
    line = Text(title)
    for mark, colour, meaning in parts:
        line.append(f"{mark} ", style=colour).append(f"{meaning}  ")
    return Text("\n").join((line, Text.from_ansi(plot)))


def about_order(row: OrderRow, currency: str) -> tuple[str, ...]:
    """Return an order in lines, its heading first."""
    order = row.order
    by = f"ordered {order.ordered_on} by {order.created_by}"
    approved = f", approved by {order.approved_by}" if order.approved_by else ""
    return (
        f"{order.number}  {order.status.replace('_', ' ')}  {order.total:,.2f} {currency}",
        f"to {row.supplier} for {row.location}, {by}{approved}, expected {order.expected_on}",
        *((order.note,) if order.note else ()),
        "",
        *_lines_of(row),
    )


def _lines_of(row: OrderRow) -> Iterator[str]:
    widest = max((len(line[0]) for line in row.lines), default=0)
    yield f"{'SKU':<{widest}}  {'ordered':>8}  {'received':>8}  {'unit cost':>9}  product"
    for sku, name, ordered, received, cost in row.lines:
        yield (
            f"{line_of(sku):<{widest}}  {plain(ordered):>8}  {plain(received):>8}  "
            f"{plain(cost):>9}  {name}"
        )


def about_alert(alert: Alert) -> tuple[str, ...]:
    """Return an alert in lines, its heading first."""
    return (alert.subject, *alert.text.splitlines())
