"""Decisions: restock, ignore or notify, with reason, inputs and author."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Any

from stockcli.domain.identifiers import StockKey
from stockcli.domain.offers import SourceOffer
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.quantity import ZERO, plain
from stockcli.domain.sourcing import Autonomy
from stockcli.domain.transfers import TransferOffer

BY_RULE = "rule"
UNUSUAL_DAYS_OF_COVER = 120


class Action(StrEnum):
    """What is done about a product below its reorder point."""

    RESTOCK = "restock"
    TRANSFER = "transfer"
    IGNORE = "ignore"
    NOTIFY = "notify"


@dataclass(frozen=True, kw_only=True)
class OpenOrder:
    """An order on its way, as far as a decision needs it."""

    number: str
    quantity: Decimal
    expected_on: date
    status: str

    @property
    def is_draft(self) -> bool:
        """Return whether it waits for a person's approval, and is not sent yet."""
        return self.status == OrderStatus.DRAFT


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A product at or below its effective reorder point, and all that bears on it.

    Attributes:
        suggested_quantity: the policy's order quantity, units.
        largest_quantity: the most that may be ordered, units.
        quantity_steps: how the suggestion came about.
        money_at_risk: sales expected to be lost without an order.
        stock_version: of the stock level the candidate was computed from.
        supplier: name, or empty if the product has none: then it cannot be ordered.
        computed_reorder_point: the forecast's, beside a minimum by hand; None without one.
        lately_days: how many days the next two are about; 0 if nothing is known of them.
        sold_lately: units sold on those days, the last before the check.
        spread_lately: standard deviation the forecast gives to such a sum, units.
        usual_quantity: what past orders of it were on average, units; None with too few.
        late_order: how late the supplier is with an earlier order; empty if it is not.
        over_limit: the limit of the shop that the suggested order would pass, and how.
        transfers: what other locations can spare of it.
        quantity_after_transfer: what is still to be bought after those, units; None without any.
        autonomy: what the check may do by itself with products of its category.
        offers: whom it may be ordered from, its first supplier first; `supplier` is the one asked.
        source_reason: why that is not the first, or is although it comes late; else empty.
    """

    key: StockKey
    sku: str
    name: str
    category: str
    location: str
    supplier: str
    lead_time_days: float
    on_hand: Decimal
    on_order: Decimal
    reserved: Decimal
    position: Decimal
    reorder_point: Decimal
    is_manual: bool
    order_up_to_level: Decimal
    mean_per_day: float
    days_of_cover: float | None
    suggested_quantity: Decimal
    largest_quantity: Decimal
    quantity_steps: tuple[str, ...]
    pack_size: Decimal
    minimum_order_quantity: Decimal
    unit_cost: Decimal
    money_at_risk: Decimal
    open_orders: tuple[OpenOrder, ...] = ()
    stock_version: int = 0
    model: str = ""
    supplier_id: int = 0
    computed_reorder_point: Decimal | None = None
    lately_days: int = 0
    sold_lately: Decimal = ZERO
    spread_lately: float = 0.0
    usual_quantity: Decimal | None = None
    late_order: str = ""
    over_limit: str = ""
    transfers: tuple[TransferOffer, ...] = ()
    quantity_after_transfer: Decimal | None = None
    autonomy: Autonomy = Autonomy.ORDER
    offers: tuple[SourceOffer, ...] = ()
    source_reason: str = ""

    @property
    def quantity_to_buy(self) -> Decimal:
        """Return what the policy buys, units: what other locations can spare comes first."""
        left = self.quantity_after_transfer
        return self.suggested_quantity if left is None else left

    @property
    def transferable(self) -> Decimal:
        """Return what other locations can spare of it, units."""
        return sum((one.quantity for one in self.transfers), ZERO)

    def cost_of(self, quantity: Decimal) -> Decimal:
        """Return what a unit costs of the supplier that is asked, if so many are bought."""
        asked = next((one for one in self.offers if one.supplier_id == self.supplier_id), None)
        return asked.cost_of(quantity) if asked else self.unit_cost


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What a reviewer would do about one candidate; nothing has happened yet.

    Attributes:
        quantity: units to restock; None takes the policy's.
        decided_by: "rule", or the model's name.
    """

    key: StockKey
    action: Action
    reason: str
    decided_by: str
    quantity: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was done about one candidate, and from what.

    Attributes:
        quantity: units that are bought, or of a transfer moved; 0 of anything else.
        order_number: of the purchase order it led to; empty if none.
        inputs: the candidate as it was seen; JSON values only.
        prompt_tokens: its share of what the model read in the review.
        reply_tokens: its share of what the model wrote.
        price_usd: its share of the review's price, US dollars; None if no model decided.
    """

    key: StockKey
    sku: str
    location: str
    action: Action
    quantity: Decimal
    reason: str
    decided_by: str
    on_hand: Decimal
    on_order: Decimal
    reorder_point: Decimal
    business_day: date
    stock_version: int
    order_number: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    prompt_tokens: int = 0
    reply_tokens: int = 0
    price_usd: Decimal | None = None


def decide_by_rule(candidate: Candidate) -> Proposal:
    """Return what plain rules do: restock unless something is odd enough to ask a person.

    What another location can spare is fetched before anything is bought.
    """
    if candidate.open_orders:
        return _by_rule(candidate, Action.IGNORE, _on_its_way(candidate))
    if candidate.on_hand < 0:
        reason = f"the ledger says {plain(candidate.on_hand)} on hand: count the shelf first"
        return _by_rule(candidate, Action.NOTIFY, reason)
    if candidate.transfers:
        return _by_rule(candidate, Action.TRANSFER, _why_transfer(candidate))
    if reason := why_not_buy(candidate):
        return _by_rule(candidate, Action.NOTIFY, reason)
    if candidate.suggested_quantity <= 0:
        return _by_rule(candidate, Action.IGNORE, "the maximum stock leaves no room for an order")
    return _by_rule(candidate, Action.RESTOCK, _why_restock(candidate))


def _by_rule(candidate: Candidate, action: Action, reason: str) -> Proposal:
    return Proposal(key=candidate.key, action=action, reason=reason, decided_by=BY_RULE)


def _on_its_way(candidate: Candidate) -> str:
    order = min(candidate.open_orders, key=lambda order: order.expected_on)
    return (
        f"{plain(candidate.on_order)} units are on order already, "
        f"{order.number} expected on {order.expected_on}"
    )


def why_not_buy(candidate: Candidate) -> str:
    """Return why a person should look before any of it is bought; empty if nobody need.

    Such as that rounding makes the order last far longer than the policy meant it to.
    """
    if not candidate.supplier:
        return "it has no supplier, so it cannot be ordered"
    if candidate.mean_per_day <= 0 or candidate.is_manual:
        return ""
    units = candidate.quantity_to_buy
    days = float(units) / candidate.mean_per_day
    needed = candidate.order_up_to_level - candidate.position - candidate.transferable
    if days <= UNUSUAL_DAYS_OF_COVER or units <= 2 * needed:
        return ""
    return f"the least order would last {days:.0f} days; check pack size and minimum"


def _why_restock(candidate: Candidate) -> str:
    return _why_low(candidate, f"a delivery takes {_days(candidate.lead_time_days)}")


def _why_transfer(candidate: Candidate) -> str:
    places = " and ".join(one.origin for one in candidate.transfers)
    return _why_low(candidate, f"{places} can spare some")


def _why_low(candidate: Candidate, so: str) -> str:
    whose = "the manager's minimum" if candidate.is_manual else "its reorder point"
    return f"at or below {whose}: {_how_long(candidate)}, {so}"


def _how_long(candidate: Candidate) -> str:
    if candidate.on_hand <= 0:
        return "the shelf is empty"
    cover = candidate.days_of_cover
    return "nothing is sold" if cover is None else f"the shelf lasts {_days(cover)}"


def _days(count: float) -> str:
    days = round(count)
    return "less than a day" if days == 0 else "a day" if days == 1 else f"{days} days"


def bounded_quantity(candidate: Candidate, wanted: Decimal | None) -> tuple[Decimal, str]:
    """Return the quantity that may be ordered, and a remark if it is not what was wanted.

    Another quantity than the policy's stands if it keeps, in whole packs, within the bounds.
    """
    policy = candidate.suggested_quantity
    if wanted is None or wanted == policy:
        return policy, ""
    packs = (wanted / candidate.pack_size).to_integral_value(ROUND_CEILING)
    packed = packs * candidate.pack_size
    if 0 < candidate.minimum_order_quantity <= packed <= candidate.largest_quantity:
        return packed, f"{plain(packed)} instead of the policy's {plain(policy)}"
    return policy, (
        f"{plain(wanted)} was asked for, outside {plain(candidate.minimum_order_quantity)} to "
        f"{plain(candidate.largest_quantity)}: the policy's {plain(policy)} is ordered"
    )
