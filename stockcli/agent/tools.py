"""The chat's tools that read: each answer says as of when it holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from stockcli.agent.quoting import quoted, unquoted
from stockcli.agent.spelling import alike
from stockcli.agent.toolbox import Tool, tool
from stockcli.agent.wording import demand, stock
from stockcli.agent.wording.facts import MOST_ROWS, Facts, told
from stockcli.domain.catalogue import Product
from stockcli.domain.errors import NotFoundError
from stockcli.domain.identifiers import sku as canonical_sku
from stockcli.domain.purchasing import OPEN_STATUSES
from stockcli.usecases import alerting, forecasting, inventory, minimums, purchasing, reporting
from stockcli.usecases.knowledge import Recall, recall
from stockcli.usecases.ports import Clock, Forecaster, UnitOfWork

MOST_PRODUCTS = 20

Sku = Annotated[str, Field(min_length=1, max_length=80)]
SearchText = Annotated[str, Field(min_length=1, max_length=80)]
SalesDays = Annotated[int, Field(ge=1, le=366)]
Month = Annotated[int | None, Field(ge=1, le=12)]
ForecastDays = Annotated[int, Field(ge=1, le=50)]


class ShopTools:
    """What may be asked about one shop.

    Args:
        unit: of that shop; no tool can name another.
        clock: the present.
        forecaster: makes the forecast engine when it is first needed.
    """

    def __init__(
        self, unit: UnitOfWork, clock: Clock, forecaster: Callable[[], Forecaster]
    ) -> None:
        """Read nothing yet."""
        self._unit = unit
        self._clock = clock
        self._forecaster = forecaster
        self.as_of: list[datetime] = []

    def tools(self) -> list[Tool]:
        """Return the tools, in the order a model is told of them."""
        return [
            tool(function)
            for function in (
                self.find_products,
                self.stock_of,
                self.low_stock,
                self.on_order,
                self.sales_history,
                self.why_reorder_point,
                self.forecast_of,
                self.manual_minimums,
                self.open_alerts,
            )
        ]

    def find_products(self, text: SearchText) -> str:
        """Find products by words of their name or SKU.

        Args:
            text: words that all occur in the name or SKU, singular forms find more
        """
        wanted = unquoted(text)
        found = inventory.find_products(self._unit, wanted, MOST_PRODUCTS)
        payload = stock.product_facts(found or self._nearest(wanted))
        # Searches differ each time: they are not kept.
        now = self._clock.now()
        self.as_of.append(now)
        return told(Recall(payload=payload, as_of=now, from_snapshot=False), self._unit.tenant, "")

    def _nearest(self, text: str) -> list[Product]:
        try:
            with self._unit.reading():
                near = alike(text, self._unit.products.all())
                return near[:MOST_PRODUCTS] or [self._unit.products.get(text)]
        except NotFoundError as error:
            message = f"no product's name or SKU contains {quoted(text)}"
            raise NotFoundError(
                message, "" if error.nearest else "try fewer words", nearest=error.nearest
            ) from error

    def stock_of(self, sku: Sku) -> str:
        """Tell a product's stock at each location: on hand, on order, position, reorder point.

        Args:
            sku: the product's SKU
        """
        code = canonical_sku(unquoted(sku))
        return self._told(
            f"stock:{code}",
            lambda unit: stock.stock_facts(inventory.stock_of(unit, code, day=self._day())),
            "nothing is known of it",
        )

    def low_stock(self) -> str:
        """List the products at or below their reorder point, those that last shortest first."""

        def fetch(unit: UnitOfWork) -> Facts:
            day = self._day()
            return stock.low_facts(inventory.stock_lines(unit, day=day), day)

        return self._told("low", fetch, "nothing is low")

    def on_order(self, sku: Sku | None = None) -> str:
        """List what is on order and still to come, soonest first.

        Args:
            sku: only this product; left out: all
        """
        code = canonical_sku(unquoted(sku)) if sku else None

        def fetch(unit: UnitOfWork) -> Facts:
            if code:
                with unit.reading():
                    unit.products.get(code)
            return stock.order_facts(purchasing.order_rows(unit, OPEN_STATUSES), code)

        return self._told(f"on_order:{code or ''}", fetch, "nothing is on order")

    def sales_history(self, sku: Sku, days: SalesDays = 28, month: Month = None) -> str:
        """Tell what a product sold on the last days, by day or by week, and the total.

        Args:
            sku: the product's SKU
            days: how many days back, 1 to 366
            month: 1 to 12, the latest such month of the calendar instead of the last days
        """
        code = canonical_sku(unquoted(sku))

        def fetch(unit: UnitOfWork) -> Facts:
            before, span = self._day(), days
            if month:
                span, before = _latest(month, before)
            series = inventory.sales_of(unit, code, days=span, day=before)
            with unit.reading():
                places = {place.id: place.code for place in unit.locations.all()}
            return demand.sales_facts((places[one.key.location_id], one) for one in series)

        period = f"month {month}" if month else str(days)
        return self._told(f"sales:{code}:{period}", fetch, "it never moved")

    def why_reorder_point(self, sku: Sku) -> str:
        """Explain a product's reorder point: forecast, lead time, minimum by hand, decisions.

        Args:
            sku: the product's SKU
        """
        code = canonical_sku(unquoted(sku))

        def fetch(unit: UnitOfWork) -> Facts:
            reports = reporting.why(unit, code, now=self._clock.now())
            return demand.why_facts(reports)

        return self._told(f"why:{code}", fetch, "nothing is known of it")

    def forecast_of(self, sku: Sku, days: ForecastDays = 14) -> str:
        """Forecast a product's demand day by day, with the central 80 % interval.

        Args:
            sku: the product's SKU
            days: how many days ahead, 1 to 50
        """
        code = canonical_sku(unquoted(sku))

        def fetch(unit: UnitOfWork) -> Facts:
            made = forecasting.forecast_product(
                unit, self._forecaster(), code, now=self._clock.now(), horizon_days=days
            )
            return demand.forecast_facts(
                (one.location, one.forecast.model, one.forecast.path) for one in made
            )

        return self._told(f"forecast:{code}:{days}", fetch, "there is no forecast")

    def manual_minimums(self) -> str:
        """List the minimums set by hand, beside what the forecast would say."""
        return self._told(
            "minimums",
            lambda unit: stock.minimum_facts(minimums.minimum_rows(unit)),
            "no minimum is set by hand",
        )

    def open_alerts(self) -> str:
        """List the situations the manager was told of and that last."""
        return self._told(
            "alerts",
            lambda unit: stock.alert_facts(alerting.latest_alerts(unit, MOST_ROWS, open_only=True)),
            "there is no open alert",
        )

    def _told(self, topic: str, fetch: Callable[[UnitOfWork], Facts], nothing: str) -> str:
        known = recall(self._unit, topic, fetch, now=self._clock.now())
        self.as_of.append(known.as_of)
        return told(known, self._unit.tenant, nothing)

    def _day(self) -> date:
        return inventory.shop_day(self._unit, self._clock.now())


def _latest(month: int, day: date) -> tuple[int, date]:
    """Return how many days the latest such month before a day has, and the day after them."""
    year = day.year if (month, 1) < (day.month, day.day) else day.year - 1
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    end = min(after, day)
    return (end - first).days, end
