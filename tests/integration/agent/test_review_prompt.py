"""What a review costs before the model has said a word: its prompt, counted in characters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from stockcli.agent.pipe_table import rows_of
from stockcli.agent.providers.base import text_of
from stockcli.agent.review.reviewer import ReviewTask
from stockcli.agent.review.table import question
from stockcli.demo.grocer_catalogue import GrocerProduct, read_products
from stockcli.domain.decisions import Candidate, OpenOrder
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.corner_shop import TODAY
from tests.integration.agent.candidates import low, request

CHARACTERS_PER_TOKEN = 2.8
"""Of a whole prompt. Counted with the tokenizer of `anthropic` 0.38 and with o200k, on the names of
both demonstration shops: 2.81 to 3.18. A table is short words and numbers, so far below four."""
MOST_TOKENS = 1500
KEY = StockKey(ProductId(1), LocationId(1))


def products_low(count: int) -> list[Candidate]:
    """So many low products of the demonstration grocer, every fifth with something odd."""
    return [_low(number, product) for number, product in enumerate(read_products()[:count])]


def _low(number: int, product: GrocerProduct) -> Candidate:
    mean = product.daily_units
    position, reorder_point = Decimal(round(mean * (number % 12))), Decimal(round(mean * 18) + 2)
    units = reorder_point - position + Decimal(round(mean * 7) + 1)
    odd = {"late_order": "supplier 4 days late"} if number % 5 == 0 else {}
    return low(
        StockKey(ProductId(number), LocationId(1)),
        product.fact.sku,
        name=product.fact.name,
        on_hand=position,
        position=position,
        reorder_point=reorder_point,
        mean_per_day=mean,
        days_of_cover=float(position) / mean if mean else None,
        order_up_to_level=position + units,
        suggested_quantity=units,
        largest_quantity=(units * 3 / 2).to_integral_value("ROUND_FLOOR"),
        unit_cost=product.fact.unit_cost,
        **odd,
    )


def prompt_of(unit: UnitOfWork, candidates: Sequence[Candidate]) -> str:
    """All that is sent and paid for: system text, tools and the table."""
    turn = ReviewTask(request(unit, *candidates), unit, "model").first_turn
    tools = [[tool.name, tool.description, tool.schema] for tool in turn.tools]
    sent = (turn.system, json.dumps(tools), text_of(turn.messages[0]))
    return "".join(sent)


def test_the_prompt_for_forty_low_products_keeps_within_its_tokens(unit: UnitOfWork) -> None:
    prompt = prompt_of(unit, products_low(40))
    assert prompt.count("\n") > 40
    assert len(prompt) / CHARACTERS_PER_TOKEN <= MOST_TOKENS


def test_a_further_product_costs_a_line_and_nothing_else(unit: UnitOfWork) -> None:
    few, more = (prompt_of(unit, products_low(count)) for count in (39, 40))
    assert len(more) - len(few) < 60


def shown(unit: UnitOfWork, **changes: object) -> dict[str, str]:
    one = low(KEY, "MILK", largest_quantity=Decimal(171), **changes)
    [row] = rows_of(question([one], request(unit, one)))
    return row


def test_a_row_shows_what_a_decision_needs(unit: UnitOfWork) -> None:
    assert shown(unit, name="Whole milk", is_manual=True) == {
        "sku": "MILK",
        "name": '"Whole milk"',
        "stock": "8",
        "reorder at": "80*",
        "suggested": "114",
        "days left": "1",
        "cost": "228",
    }


def test_what_differs_from_most_rows_is_noted(unit: UnitOfWork) -> None:
    late, due = TODAY - timedelta(days=1), TODAY + timedelta(days=3)
    orders = tuple(
        OpenOrder(number="PO-1", quantity=Decimal(9), expected_on=day, status="sent")
        for day in (late, due)
    )
    row = shown(unit, supplier="", on_hand=Decimal(12), reserved=Decimal(4), open_orders=orders)
    assert row["note"] == (f"no supplier; 12 on hand, 4 reserved; 9 due {late} (late); 9 due {due}")


def test_a_maximum_that_leaves_no_room_for_more_is_noted(unit: UnitOfWork) -> None:
    one = low(KEY, "MILK", largest_quantity=Decimal(120))
    [row] = rows_of(question([one], request(unit, one)))
    assert row["note"] == "most 120"


def test_a_name_in_capitals_is_shown_without_shouting(unit: UnitOfWork) -> None:
    assert shown(unit, name="RED SPOTTY BOWL")["name"] == '"Red spotty bowl"'
