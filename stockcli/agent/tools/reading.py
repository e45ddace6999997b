"""The chat's tools that read: each answer says as of when it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import Field

from stockcli.agent.quoting import unquoted
from stockcli.agent.search.catalogue import Catalogue
from stockcli.agent.tools.business import BusinessTools
from stockcli.agent.tools.reading_desk import BackDays, Reading, Sku
from stockcli.agent.tools.toolbox import Tool, tool
from stockcli.agent.wording import demand, stock
from stockcli.agent.wording.facts import Facts, told
from stockcli.domain.identifiers import sku as canonical_sku
from stockcli.usecases import forecasting, inventory, minimums, reporting
from stockcli.usecases.ports import Clock, Forecaster, UnitOfWork

MOST_PRODUCTS = 20

SearchText = Annotated[str, Field(min_length=1, max_length=80)]
Month = Annotated[int | None, Field(ge=1, le=12)]
ForecastDays = Annotated[int, Field(ge=1, le=50)]


class ShopTools(BusinessTools):
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
        super().__init__(unit, clock)
        self._forecaster = forecaster
        self._catalogue = Catalogue(unit)

    def tools(self) -> list[Tool]:
        """Return the tools, in the order a model is told of them."""
        # What a search finds is read from memory, all else from facts that are kept by question.
        return [tool(self.find_products), *(self._tool(question) for question in self._questions())]

    def _questions(self) -> tuple[Callable[..., Reading], ...]:
        return (
            self.stock_of,
            self.low_stock,
            self.on_order,
            self.sales_history,
            self.why_reorder_point,
            self.forecast_of,
            self.manual_minimums,
            self.open_alerts,
            self.suppliers,
            self.key_figures,
        )

    def find_products(self, text: SearchText) -> str:
        """Find products by SKU or words of the name, Portuguese or English, also misspelt.

        Args:
            text: a SKU, or words that all belong to the name
        """
        now = self._clock.now()
        found, known = self._catalogue.find(unquoted(text), MOST_PRODUCTS, now=now)
        self.as_of.append(known.as_of)
        return told(replace(known, payload=stock.product_facts(found)), self._unit.tenant, "")

    def stock_of(self, sku: Sku) -> Reading:
        """Tell a product's stock at each location: on hand, on order, position, reorder point.

        Args:
            sku: the product's SKU
        """
        code = canonical_sku(unquoted(sku))

        def fetch(unit: UnitOfWork) -> Facts:
            day = self._day()
            return stock.stock_facts(inventory.stock_of(unit, code, day=day), day)

        return Reading(fetch=fetch, nothing="nothing is known of it")

    def low_stock(self) -> Reading:
        """List what is short, soonest to run out first: to order, waiting for approval, coming."""

        def fetch(unit: UnitOfWork) -> Facts:
            day = self._day()
            return stock.low_facts(inventory.stock_lines(unit, day=day), day)

        return Reading(fetch=fetch, nothing="nothing is low")

    def sales_history(self, sku: Sku, days: BackDays = 28, month: Month = None) -> Reading:
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

        return Reading(fetch=fetch, nothing="it never moved")

    def why_reorder_point(self, sku: Sku) -> Reading:
        """Explain a product's reorder point: forecast, lead time, minimum by hand, decisions.

        Args:
            sku: the product's SKU
        """
        code = canonical_sku(unquoted(sku))

        def fetch(unit: UnitOfWork) -> Facts:
            reports = reporting.why(unit, code, now=self._clock.now())
            return demand.why_facts(reports)

        return Reading(fetch=fetch, nothing="nothing is known of it")

    def forecast_of(self, sku: Sku, days: ForecastDays = 14) -> Reading:
        """Forecast a product's demand: the total, then day by day, with the central 80 % interval.

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

        return Reading(fetch=fetch, nothing="there is no forecast")

    def manual_minimums(self) -> Reading:
        """List the minimums set by hand, beside what the forecast would say."""
        return Reading(
            fetch=lambda unit: stock.minimum_facts(minimums.minimum_rows(unit)),
            nothing="no minimum is set by hand",
        )


def _latest(month: int, day: date) -> tuple[int, date]:
    """Return how many days the latest such month before a day has, and the day after them."""
    year = day.year if (month, 1) < (day.month, day.day) else day.year - 1
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    end = min(after, day)
    return (end - first).days, end
