"""The chat's tools that read about trade: orders, suppliers, alerts, how the shop is doing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stockcli.agent.quoting import quoted, unquoted
from stockcli.agent.search.suppliers import meant
from stockcli.agent.tools.reading_desk import BackDays, Reading, ReadingDesk, Sku
from stockcli.agent.wording import business, stock
from stockcli.agent.wording.facts import MOST_ROWS, Facts
from stockcli.domain.identifiers import sku as canonical_sku
from stockcli.domain.purchasing import OPEN_STATUSES
from stockcli.usecases import alerting, purchasing
from stockcli.usecases import key_figures as figures
from stockcli.usecases import suppliers as supplying
from stockcli.usecases.ports import UnitOfWork

OptionalSku = Sku | None
OrderNumber = Annotated[str | None, Field(min_length=1, max_length=40)]
SupplierName = Annotated[str | None, Field(min_length=1, max_length=80)]


class BusinessTools(ReadingDesk):
    """What may be asked about a shop's trade."""

    def on_order(
        self, sku: OptionalSku = None, order: OrderNumber = None, supplier: SupplierName = None
    ) -> Reading:
        """List what is on order and still to come: what is late first, then by expected day.

        Args:
            sku: only this product; left out: all
            order: only this order, by its number such as PO-00012
            supplier: only of this one, by code or words of the name
        """
        code = canonical_sku(unquoted(sku)) if sku else None
        number = unquoted(order).upper() if order else None

        def fetch(unit: UnitOfWork) -> Facts:
            if code:
                with unit.reading():
                    unit.products.get(code)
            wanted = self._orders(unit, number, supplier)
            return stock.order_facts(wanted, code, self._day())

        nothing = f"nothing is still to come of order {quoted(number)}" if number else ""
        return Reading(fetch=fetch, nothing=nothing or "nothing is on order")

    def _orders(
        self, unit: UnitOfWork, number: str | None, supplier: str | None
    ) -> list[purchasing.OrderRow]:
        orders = (
            [purchasing.order_row(unit, number)]
            if number
            else purchasing.order_rows(unit, OPEN_STATUSES)
        )
        if not supplier:
            return orders
        known = supplying.supplier_rows(unit, day=self._day())
        wanted = {row.supplier.id for row in meant(unquoted(supplier), known)}
        return [row for row in orders if row.order.supplier_id in wanted]

    def open_alerts(self) -> Reading:
        """List the situations the manager was told of and that last."""
        return Reading(
            fetch=lambda unit: stock.alert_facts(
                alerting.latest_alerts(unit, MOST_ROWS, open_only=True)
            ),
            nothing="there is no open alert",
        )

    def suppliers(self, supplier: SupplierName = None, sku: OptionalSku = None) -> Reading:
        """List suppliers: lead time mean and deviation, products, open orders, what is late.

        Args:
            supplier: only this one, by code or words of the name, with all its open orders
            sku: only the one this product comes from
        """
        code = canonical_sku(unquoted(sku)) if sku else None

        def fetch(unit: UnitOfWork) -> Facts:
            day = self._day()
            rows = supplying.supplier_rows(unit, day=day)
            if supplier:
                rows = meant(unquoted(supplier), rows)
            if code:
                with unit.reading():
                    source = unit.products.get(code).supplier_id
                rows = [row for row in rows if row.supplier.id == source]
            return business.supplier_facts(rows, day, in_full=bool(supplier or code))

        nothing = "it comes from no supplier that is known" if code else "there is no supplier"
        return Reading(fetch=fetch, nothing=nothing)

    def key_figures(self, days: BackDays = 28) -> Reading:
        """Tell how the shop is doing: stock value, cover, service, orders, spending and limits.

        Args:
            days: how far back sales, fill rate and stock-out days are counted
        """
        policy, currency = self._unit.tenant.policy, self._unit.tenant.currency

        def fetch(unit: UnitOfWork) -> Facts:
            found = figures.key_figures(unit, day=self._day(), days=days)
            return business.key_figure_facts(found, policy, currency)

        # A limit that is changed is no fact of the ledger: it is part of what is asked.
        limits = f"limits {policy.daily_spending_limit} {policy.monthly_spending_limit}"
        return Reading(fetch=fetch, nothing="nothing is known", beside=limits)
