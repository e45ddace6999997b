"""Products ranked by the money they make or put at risk, and by how steadily they sell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from stockcli.domain.catalogue import Product
from stockcli.domain.identifiers import ProductId
from stockcli.domain.ledger import DailyMovements
from stockcli.domain.quantity import ZERO
from stockcli.domain.ranking import ABC, XYZ, abc_classes, variation, xyz_class
from stockcli.domain.replenishment import money_at_risk
from stockcli.usecases.inventory import StockLine, needs_order, shop_day_within, stock_lines_within
from stockcli.usecases.ports import UnitOfWork

WEEKS = 52
CENT = Decimal("0.01")


class RankBy(StrEnum):
    """What the ABC classes are made from."""

    SALES = "sales"
    RISK = "risk"


@dataclass(frozen=True, kw_only=True)
class RankedProduct:
    """A product with its classes, all locations together.

    Attributes:
        sales_value: what it sold over the last 52 weeks, at its price of today, or at its cost
            where it has none, in the tenant's currency.
        share: of the whole shop's sales or risk, whichever is ranked by; 0 to 1.
        at_risk: sales expected to be lost without an order, where it is low.
        variation: coefficient of variation of its sales by week; None without any.
    """

    product: Product
    abc: str
    xyz: str
    sales_value: Decimal
    share: Decimal
    at_risk: Decimal
    variation: float | None
    on_hand: Decimal


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """All products that are kept or still sell, those that matter most first.

    Attributes:
        first: first day of the 52 weeks.
        last: last day of them.
    """

    products: tuple[RankedProduct, ...]
    by: RankBy
    first: date
    last: date

    def matrix(self) -> dict[str, dict[str, tuple[int, Decimal]]]:
        """Return for each pair of classes how many products there are, and their share."""
        cells = {one: dict.fromkeys(XYZ, (0, ZERO)) for one in ABC}
        for each in self.products:
            count, share = cells[each.abc][each.xyz]
            cells[each.abc][each.xyz] = (count + 1, share + each.share)
        return cells


def rank_products(unit: UnitOfWork, *, now: datetime, by: RankBy = RankBy.SALES) -> Ranking:
    """Return the products ranked: two reads of the whole shop, whatever its size."""
    with unit.reading():
        day = shop_day_within(unit, now)
        first, last = day - timedelta(weeks=WEEKS), day - timedelta(days=1)
        products = unit.products.all()
        weekly = _weekly(unit.ledger.daily_movements(first, last))
        lines = stock_lines_within(unit, day=day, products=products) if products else []
    sold = {one.id: sum(weekly.get(one.id, ()), 0.0) for one in products}
    listed = [one for one in products if one.is_kept or sold[one.id] > 0]
    values = {one.id: _value(one, sold[one.id]) for one in listed}
    risks = _at_risk(lines, day)
    money = values if by is RankBy.SALES else {one.id: risks.get(one.id, ZERO) for one in listed}
    on_hand = _on_hand(lines)
    classes, total = abc_classes(money), sum(money.values(), ZERO)
    ranked = [
        RankedProduct(
            product=one,
            abc=classes[one.id],
            xyz=xyz_class(coefficient := variation(_since_the_first_sale(weekly.get(one.id, ())))),
            sales_value=values[one.id],
            share=money[one.id] / total if total > 0 else ZERO,
            at_risk=risks.get(one.id, ZERO),
            variation=coefficient,
            on_hand=on_hand.get(one.id, ZERO),
        )
        for one in listed
    ]
    ranked.sort(key=lambda one: (-money[one.product.id], one.product.sku))
    return Ranking(products=tuple(ranked), by=by, first=first, last=last)


def _weekly(read: Iterable[DailyMovements]) -> dict[ProductId, list[float]]:
    """Return each product's units by week, oldest first, over all locations."""
    weekly: dict[ProductId, list[float]] = {}
    for one in read:
        weeks = weekly.setdefault(one.key.product_id, [0.0] * WEEKS)
        for week in range(WEEKS):
            weeks[week] += sum(one.sold[7 * week : 7 * week + 7])
    return weekly


def _since_the_first_sale(weeks: Sequence[float]) -> Sequence[float]:
    """Return the weeks from the first sale on: to be new is not to be erratic."""
    return next((weeks[place:] for place, units in enumerate(weeks) if units > 0), ())


def _value(product: Product, units: float) -> Decimal:
    price = product.unit_price or product.unit_cost
    return (Decimal(str(round(units, 3))) * price).quantize(CENT)


def _at_risk(lines: Iterable[StockLine], day: date) -> Mapping[ProductId, Decimal]:
    risks: dict[ProductId, Decimal] = {}
    for line in lines:
        interval = line.threshold.breakdown.get("interval_days") if line.threshold else None
        if interval is None or line.threshold is None or not needs_order(line, day):
            continue
        risk = money_at_risk(
            position=line.level.position,
            mean_per_day=line.threshold.mean_per_day,
            interval_days=float(interval),
            unit_price=line.product.unit_price or line.product.unit_cost,
        )
        risks[line.product.id] = risks.get(line.product.id, ZERO) + risk
    return risks


def _on_hand(lines: Iterable[StockLine]) -> dict[ProductId, Decimal]:
    stock: dict[ProductId, Decimal] = {}
    for line in lines:
        stock[line.product.id] = stock.get(line.product.id, ZERO) + line.level.on_hand
    return stock
