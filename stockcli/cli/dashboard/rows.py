"""The rows of the three lists: what stands in each column, and how it is told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from stockcli.cli.dashboard.words import line_of
from stockcli.domain.alerts import Alert
from stockcli.domain.identifiers import StockKey, folded
from stockcli.domain.purchasing import OrderStatus, PurchaseOrder
from stockcli.domain.quantity import plain
from stockcli.usecases.purchasing import OrderRow
from stockcli.usecases.watching import Overview, ShortLine

QUIET, URGENT, PLAIN = "dim", "bold", ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a list.

    Attributes:
        number: set to the right.
        flexible: takes what room the others leave.
        most: columns of the terminal it takes at most; what is longer is cut.
        from_width: of the terminal, below which it is left out.
    """

    title: str
    number: bool = False
    flexible: bool = False
    most: int = 24
    from_width: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a list.

    Attributes:
        key: stays the same from look to look, so that the cursor stays on its row.
        cells: one a column, harmless.
        style: of the whole row.
        searched: what the filter looks in, folded.
    """

    key: str
    cells: tuple[str, ...]
    style: str = PLAIN
    searched: str = ""


SHORT_COLUMNS = (
    Column(title="SKU", most=14),
    Column(title="product", flexible=True),
    Column(title="location", most=12, from_width=90),
    Column(title="supplier", most=24, from_width=130),
    Column(title="on hand", number=True, from_width=100),
    Column(title="position", number=True),
    Column(title="reorder", number=True),
    Column(title="days", number=True),
    Column(title="order", number=True),
    Column(title="at risk", number=True),
    Column(title="state", most=22),
)
ORDER_COLUMNS = (
    Column(title="number", most=14),
    Column(title="supplier", flexible=True),
    Column(title="location", most=12, from_width=90),
    Column(title="status", most=16),
    Column(title="lines", number=True),
    Column(title="total", number=True),
    Column(title="ordered", from_width=100),
    Column(title="expected"),
    Column(title="", most=14),
)
ALERT_COLUMNS = (
    Column(title="raised"),
    Column(title="kind", most=18),
    Column(title="what", flexible=True),
)


def short_rows(overview: Overview) -> list[Row]:
    """Return a row for each product that is short on the shelf."""
    return [_short_row(one, overview.day) for one in overview.short]


def _short_row(one: ShortLine, day: date) -> Row:
    line, candidate = one.line, one.candidate
    level, star = line.level, "*" if line.is_manual else ""
    cells = (
        candidate.sku,
        candidate.name,
        candidate.location,
        candidate.supplier,
        plain(level.on_hand) if level.is_known else "?",
        plain(level.position),
        f"{plain(candidate.reorder_point)}{star}",
        "" if line.days_of_cover is None or not level.is_known else f"{line.days_of_cover:,.0f}",
        plain(candidate.suggested_quantity) if line.is_low else "",
        f"{candidate.money_at_risk:,.0f}",
        state_of(one, day),
    )
    style = (URGENT, PLAIN, PLAIN, QUIET)[one.rank]
    return _row(short_key(candidate.key), cells, style)


def short_key(key: StockKey) -> str:
    """Return what a product at a location is known by in the list."""
    return f"{key.product_id}:{key.location_id}"


def state_of(one: ShortLine, day: date) -> str:
    """Return in a word or two why a product is where it is."""
    line = one.line
    if one.is_snoozed:
        return f"snoozed to {_short_day(line.product.snoozed_until)}"
    if not line.level.is_known:
        return "never counted"
    if line.open_orders:
        order = line.open_orders[0]
        if order.is_draft:
            return f"{order.number} waits"
        late = order.expected_on < day
        return f"{order.number} late" if late else f"{order.number} {_short_day(order.expected_on)}"
    return "low" if one.candidate.supplier else "no supplier"


def _short_day(day: date | None) -> str:
    return f"{day:%m-%d}" if day else ""


def order_rows(overview: Overview) -> list[Row]:
    """Return a row for each order with goods still to come."""
    return [_order_row(row, overview.day) for row in overview.orders]


def _order_row(row: OrderRow, day: date) -> Row:
    order = row.order
    cells = (
        order.number,
        row.supplier,
        row.location,
        order.status.replace("_", " "),
        str(len(row.lines)),
        f"{order.total:,.2f}",
        str(order.ordered_on),
        str(order.expected_on),
        _mark_of(order, day),
    )
    urgent = order.status is OrderStatus.DRAFT or order.expected_on < day
    return _row(order.number, cells, URGENT if urgent else PLAIN, _products_of(row))


def _mark_of(order: PurchaseOrder, day: date) -> str:
    if order.status is OrderStatus.DRAFT:
        return "approve?"
    late_days = (day - order.expected_on).days
    return f"late {late_days} day{'s' * (late_days > 1)}" if late_days > 0 else ""


def _products_of(row: OrderRow) -> str:
    return " ".join(f"{line[0]} {line[1]}" for line in row.lines)


def alert_rows(overview: Overview) -> list[Row]:
    """Return a row for each alert whose situation lasts, in the shop's own time."""
    zone = ZoneInfo(overview.mark.shop.timezone)
    return [_alert_row(alert, zone) for alert in overview.alerts]


def _alert_row(alert: Alert, zone: ZoneInfo) -> Row:
    raised = f"{alert.raised_at.astimezone(zone):%m-%d %H:%M}"
    return _row(alert.situation, (raised, alert.kind.replace("_", " "), alert.text), PLAIN)


def _row(key: str, cells: Sequence[str], style: str, also: str = "") -> Row:
    shown = tuple(line_of(cell) for cell in cells)
    return Row(key=key, cells=shown, style=style, searched=folded(" ".join((*shown, also))))


def matching(rows: Sequence[Row], text: str) -> list[Row]:
    """Return the rows that hold every word of a text, whatever the case and accents."""
    words = folded(text).split()
    return [row for row in rows if all(word in row.searched for word in words)]


def widths(columns: Sequence[Column], rows: Sequence[Row], room: int) -> list[int]:
    """Return how wide each column is, a blank after it included; 0 leaves it out.

    Args:
        room: columns of the terminal there are.
    """
    found = [_width(column, number, rows, room) for number, column in enumerate(columns)]
    rest = room - sum(found)
    return [
        max(8, rest) if column.flexible else width
        for column, width in zip(columns, found, strict=True)
    ]


def _width(column: Column, number: int, rows: Sequence[Row], room: int) -> int:
    if column.flexible or room < column.from_width:
        return 0
    longest = max((cell_len(row.cells[number]) for row in rows), default=0)
    return min(max(longest, len(column.title)), column.most) + 1
