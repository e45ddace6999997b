from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from stockcli.cli.dashboard.deeds import parsed_days
from stockcli.cli.dashboard.lists import aligned
from stockcli.cli.dashboard.plot import AHEAD_DAYS, sales_plot, stock_curve, stock_plot
from stockcli.cli.dashboard.rows import Column, Row, matching, widths
from stockcli.cli.plots import PlotSize
from stockcli.domain.catalogue import Location, Product
from stockcli.domain.decisions import OpenOrder
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.ledger import DailyMovements, StockLevel
from stockcli.domain.replenishment import Threshold
from stockcli.usecases.inventory import StockLine
from stockcli.usecases.watching import ProductView

KEY = StockKey(ProductId(1), LocationId(1))
DAY = date(2024, 5, 1)
COLUMNS = (
    Column(title="SKU"),
    Column(title="product", flexible=True),
    Column(title="supplier", from_width=100),
    Column(title="order", number=True),
)
ROWS = [
    Row(key="1", cells=("TEA", "Green tea", "Leaf Ltd", "12"), searched="tea green tea leaf ltd"),
    Row(key="2", cells=("HAM", "Ham", "Hoof", "1000000"), searched="ham ham hoof"),
]


def view(*orders: OpenOrder, stock: tuple[float | None, ...] = (None, 9.0, 5.0)) -> ProductView:
    threshold = Threshold(
        key=KEY,
        reorder_point=Decimal(12),
        order_up_to_level=Decimal(20),
        mean_per_day=1.5,
        model="mean",
        computed_for=DAY,
        breakdown={"demand_class": "smooth", "service_level": 0.95},
    )
    line = StockLine(
        product=Product(id=ProductId(1), sku="TEA", name="Tea"),
        location=Location(id=LocationId(1), code="SHOP", name="Shop"),
        level=StockLevel(key=KEY, on_hand=Decimal(5), is_known=True),
        reorder_point=Decimal(12),
        threshold=threshold,
        minimum=None,
        days_of_cover=3.3,
        open_orders=orders,
    )
    days = DailyMovements(
        key=KEY,
        first_day=DAY - timedelta(days=len(stock)),
        sold=[2.0] * len(stock),
        closing_stock=stock,
    )
    return ProductView(line=line, day=DAY, why=("So it is.",), days=days)


def order(status: str, expected_on: date) -> OpenOrder:
    return OpenOrder(number="PO-1", quantity=Decimal(10), expected_on=expected_on, status=status)


def test_a_wide_terminal_shows_more_columns_and_no_row_passes_its_edge() -> None:
    assert widths(COLUMNS, ROWS, 60) == [4, 48, 0, 8]
    assert widths(COLUMNS, ROWS, 120) == [4, 99, 9, 8]


def test_a_row_is_kept_if_it_holds_every_word_without_accents_and_case() -> None:
    assert [row.key for row in matching(ROWS, "LEAF Gréen")] == ["1"]
    assert matching(ROWS, "leaf hoof") == []
    assert matching(ROWS, " ") == ROWS


def test_numbers_stand_to_the_right_and_words_to_the_left_and_long_ones_are_cut() -> None:
    number, word = Column(title="n", number=True), Column(title="w")
    assert aligned("12", number, 6) == "   12 "
    assert aligned("tea", word, 6) == "tea   "
    assert aligned("lanterns", word, 6) == "lant… "
    assert aligned("茶茶茶", word, 6) == "茶茶… "
    assert aligned("gone", word, 0) == ""


def test_the_shelf_ahead_falls_by_what_is_expected_and_rises_with_what_arrives() -> None:
    curve = stock_curve(view(order("sent", DAY + timedelta(days=2))))
    assert [units for _, units in curve.expected[:4]] == [3.5, 2.0, 10.5, 9.0]
    assert curve.reorder_point == 12
    assert len(curve.expected) == AHEAD_DAYS


@pytest.mark.parametrize(
    ("status", "days"), [("draft", 2), ("sent", -3)], ids=["waits for approval", "late"]
)
def test_what_is_not_sent_and_what_is_late_is_not_counted_on(status: str, days: int) -> None:
    curve = stock_curve(view(order(status, DAY + timedelta(days=days))))
    assert [units for _, units in curve.expected[:5]] == [3.5, 2.0, 0.5, 0.0, 0.0]


def test_days_before_the_first_count_are_not_on_the_curve() -> None:
    assert stock_curve(view()).known == [(date(2024, 4, 29), 9.0), (date(2024, 4, 30), 5.0)]


@pytest.mark.parametrize("stock", [(), (None, None), (0.0,), (5.0, None, -4.0)])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_odd_shelves_can_be_drawn(stock: tuple[float | None, ...], ascii_only: bool) -> None:
    one, size = view(stock=stock), PlotSize(width=78, height=10)
    drawn = stock_plot(stock_curve(one), size, ascii_only=ascii_only)
    assert len(drawn.splitlines()) == 10
    assert drawn.isascii() or not ascii_only
    assert bool(sales_plot(one, None, size, ascii_only=ascii_only)) is bool(stock)


def test_a_product_without_forecast_and_movement_has_no_plot() -> None:
    one = view()
    bare = replace(one.line, threshold=None, reorder_point=None)
    nothing = replace(one, line=bare, days=None)
    size = PlotSize(width=78)
    assert stock_plot(stock_curve(nothing), size, ascii_only=True) == ""
    assert sales_plot(nothing, None, size, ascii_only=True) == ""


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "week", "3651", "9" * 400, "²", "1_0"])
def test_a_number_of_days_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError, match="is no number of days"):
        parsed_days(typed)


def test_days_are_read_with_blanks_around_them() -> None:
    assert (parsed_days(" 7 "), parsed_days("0")) == (7, 0)
