"""The table of a review: what a model is shown of the products it decides about.

Every character is paid for at every check, so a cell holds no padding, a column stands only for
what differs from row to row, and what is odd about a row is said in its note.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from stockcli.agent.pipe_table import tight_table
from stockcli.agent.quoting import code, quoted
from stockcli.domain.decisions import Candidate, OpenOrder
from stockcli.domain.exceptional import why_exceptional
from stockcli.domain.quantity import plain
from stockcli.domain.replenishment import largest_order_quantity
from stockcli.usecases.ports import ReviewRequest

LONGEST_NAME = 32
"""Enough to know a product by, beside its SKU."""
LONGEST_REASON = 160
"""Of why another supplier is asked, with the names of both."""
HEADINGS = ("sku", "name", "stock", "reorder at", "suggested", "days left", "cost", "note")


def question(candidates: Sequence[Candidate], request: ReviewRequest) -> str:
    """Return the table of what is to be decided, and what is true of the whole of it."""
    shop, day = request.shop, request.business_day
    period = f"a check every {shop.policy.review_period_days} days"
    facts = (f"Day {day}", f"money in {code(shop.currency)}", period)
    labels = row_labels(candidates)
    places = {one.location for one in candidates}
    where = f", without @ at {code(main_location(candidates))}" if len(places) > 1 else ""
    rows = (_row(one, label, day) for one, label in zip(candidates, labels, strict=True))
    return f"{', '.join(facts)}{where}.\n{tight_table(HEADINGS, rows)}"


def row_labels(candidates: Sequence[Candidate]) -> list[str]:
    """Return what each row is called: its SKU, with @LOCATION if it is not at the main one."""
    main = main_location(candidates)
    return [
        code(one.sku) if one.location == main else f"{code(one.sku)}@{code(one.location)}"
        for one in candidates
    ]


def main_location(candidates: Sequence[Candidate]) -> str:
    """Return where most of the products are; the first by name of several."""
    places = sorted(one.location for one in candidates)
    return max(places, key=places.count, default="")


def _row(one: Candidate, label: str, day: date) -> tuple[str, ...]:
    cells = (
        label,
        quoted(_readable(one.name), LONGEST_NAME),
        plain(one.position),
        f"{plain(one.reorder_point)}{'*' if one.is_manual else ''}",
        plain(one.suggested_quantity),
        "-" if one.days_of_cover is None else f"{one.days_of_cover:.0f}",
        f"{one.suggested_quantity * one.unit_cost:.0f}",
    )
    note = "; ".join(_notes(one, day))
    return (*cells, note) if note else cells


def _readable(name: str) -> str:
    """Return a name without shouting: capitals take half as many tokens again."""
    return name.capitalize() if name.isupper() else name


def _notes(one: Candidate, day: date) -> list[str]:
    """Return what the columns do not say of a row; for most rows there is nothing."""
    notes = list(why_exceptional(one))
    if one.position != one.on_hand:
        notes.append(f"{plain(one.on_hand)} on hand, {plain(one.reserved)} reserved")
    notes += [_order(order, day) for order in one.open_orders]
    notes += [f"{code(spare.origin)} can spare {plain(spare.quantity)}" for spare in one.transfers]
    if one.source_reason:
        notes.append(quoted(one.source_reason, LONGEST_REASON))
    usual_cap = largest_order_quantity(
        one.suggested_quantity, position=one.position, pack_size=one.pack_size, maximum_stock=None
    )
    if one.largest_quantity != usual_cap:
        notes.append(f"most {plain(one.largest_quantity)}")
    return notes


def _order(order: OpenOrder, day: date) -> str:
    late = " (late)" if order.expected_on < day else ""
    return f"{plain(order.quantity)} due {order.expected_on}{late}"
