"""The chat's tools that read about trade: orders, suppliers, alerts, how the shop is doing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stockcli.agent.quoting import unquoted
from stockcli.agent.search.suppliers import meant
from stockcli.agent.tools.reading_desk import BackDays, ReadingDesk, Sku
from stockcli.agent.wording import business, stock
from stockcli.agent.wording.facts import MOST_ROWS, Facts
from stockcli.domain.identifiers import folded
from stockcli.domain.identifiers import sku as canonical_sku
from stockcli.domain.purchasing import OPEN_STATUSES
from stockcli.usecases import alerting, purchasing
from stockcli.usecases import key_figures as figures
from stockcli.usecases import suppliers as supplying
from stockcli.usecases.ports import UnitOfWork

SupplierName = Annotated[str | None, Field(min_length=1, max_length=80)]


class BusinessTools(ReadingDesk):
    """What may be asked about a shop's trade."""

    def on_order(self, sku: Sku | None = None) -> str:
        """List what is on order and still to come: expected days, soonest first, what is late.

        Args:
            sku: only this product; left out: all
        """
        code = canonical_sku(unquoted(sku)) if sku else None

        def fetch(unit: UnitOfWork) -> Facts:
            if code:
                with unit.reading():
                    unit.products.get(code)
            orders = purchasing.order_rows(unit, OPEN_STATUSES)
            return stock.order_facts(orders, code, self._day())

        return self._told(f"on_order:{code or ''}", fetch, "nothing is on order")

    def open_alerts(self) -> str:
        """List the situations the manager was told of and that last."""
        return self._told(
            "alerts",
            lambda unit: stock.alert_facts(alerting.latest_alerts(unit, MOST_ROWS, open_only=True)),
            "there is no open alert",
        )

    def suppliers(self, supplier: SupplierName = None) -> str:
        """List suppliers: lead time mean and deviation, products, open orders, what is late.

        Args:
            supplier: only this one, by code or words of the name, with all its open orders
        """

        def fetch(unit: UnitOfWork) -> Facts:
            day = self._day()
            rows = supplying.supplier_rows(unit, day=day)
            if supplier:
                rows = [rows[place] for place in meant(unquoted(supplier), rows)]
            return business.supplier_facts(rows, day, in_full=bool(supplier))

        return self._told(f"suppliers:{folded(supplier or '')}", fetch, "there is no supplier")

    def key_figures(self, days: BackDays = 28) -> str:
        """Tell how the shop is doing: stock value, cover, service, orders, spending and limits.

        Args:
            days: how far back sales, fill rate and stock-out days are counted
        """
        policy = self._unit.tenant.policy

        def fetch(unit: UnitOfWork) -> Facts:
            found = figures.key_figures(unit, day=self._day(), days=days)
            return business.key_figure_facts(found, policy)

        # A limit that is changed is no fact of the ledger: it is part of what is asked.
        limits = f"{policy.daily_spending_limit}:{policy.monthly_spending_limit}"
        return self._told(f"key_figures:{days}:{limits}", fetch, "nothing is known")
