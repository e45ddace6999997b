"""The pains of product.md about trust in numbers: 4 and 12."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.acceptance.cli.conftest import Command, Ran
from tests.fixtures.shops import Shops

Manager = Callable[..., Ran]
LAST_DAY = "2024-04-30"
"""The day the shops of the tests are judged on: the one after their sales end."""


@pytest.fixture
def manager(stock_after_check: Command, tokens: Shops) -> Manager:
    """North's manager after a check: LAMP and ROPE were low, MUG was not."""

    def run(*line: str) -> Ran:
        ran = stock_after_check(*line, token=tokens.north_manager)
        assert ran.code == 0, ran.said
        return ran

    return run


def why(manager: Manager, sku: str) -> dict[str, Any]:
    (report,) = manager("why", sku, "--json").json
    return dict(report)


def order_chapter(manager: Manager, sku: str) -> str:
    return " ".join(why(manager, sku)["chapters"]["Order"])


class TestPain4WhyWasNothingOrdered:
    """erpnext#58584, #16129: every product that is skipped has a reason."""

    def test_what_is_on_its_way_already_says_so(self, manager: Manager) -> None:
        told = order_chapter(manager, "LAMP")
        assert "Nothing is ordered now:" in told
        assert "on order already, PO-0000" in told

    def test_what_is_not_low_says_so(self, manager: Manager) -> None:
        assert "is above the reorder point" in order_chapter(manager, "MUG")

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (("snooze", "MUG", "--until", "2030-01-01"), "snoozed until 2030-01-01"),
            (("product", "status", "MUG", "discontinued"), "discontinued"),
            (("product", "status", "MUG", "run_out"), "run out"),
        ],
    )
    def test_what_the_manager_said_is_the_reason_later(
        self, manager: Manager, line: tuple[str, ...], reason: str
    ) -> None:
        manager(*line)
        manager("move", "sale", "MUG", "795")
        assert reason in order_chapter(manager, "MUG")

    def test_what_has_no_supplier_any_more_is_left_to_a_person_and_says_why(
        self, manager: Manager
    ) -> None:
        manager("source", "remove", "MUG", "LEAF")
        manager("move", "sale", "MUG", "795")
        assert "it has no supplier, so it cannot be ordered" in order_chapter(manager, "MUG")
        assert "It has no supplier" in manager("why", "MUG").out

    def test_a_check_names_each_product_it_skipped_with_the_same_reason(
        self, manager: Manager
    ) -> None:
        for order in manager("orders", "list", "--json").json:
            manager("orders", "cancel", order["number"])
        (shop,) = manager("run-check", "--json").json["tenants"]
        skipped = {one["sku"]: one["reason"] for one in shop["skipped"]}
        low = {one["sku"] for one in manager("levels", "--low", "--json").json}
        assert low == {"LAMP", "ROPE"} == set(skipped)
        for sku, reason in skipped.items():
            assert f"Nothing is ordered now: {reason}." in order_chapter(manager, sku)


class TestPain12MinimumsKeptInSpreadsheets:
    """odoo#148990: a minimum typed in once is wrong ever after, and nobody knows whose it was."""

    def test_without_a_minimum_by_hand_the_reorder_point_is_computed_and_explained(
        self, manager: Manager
    ) -> None:
        told = why(manager, "MUG")
        assert told["reorder_point"] == told["computed_reorder_point"] > 0
        assert told["minimum"] is None
        assert "with probability 95%" in " ".join(told["chapters"]["Reorder point"])

    def test_a_minimum_by_hand_keeps_its_author_reason_and_end_and_the_computed_beside_it(
        self, manager: Manager
    ) -> None:
        computed = why(manager, "MUG")["computed_reorder_point"]
        manager("minimum", "set", "MUG", "300", "--reason", "fair", "--expires", LAST_DAY)
        told = why(manager, "MUG")
        assert (told["reorder_point"], told["computed_reorder_point"]) == (300, computed)
        minimum = told["minimum"]
        assert (minimum["quantity"], minimum["reason"]) == (300, "fair")
        assert (minimum["author"], minimum["expires_on"]) == ("manager:north manager", LAST_DAY)

    def test_after_its_last_day_the_computed_one_holds_again_without_anybody_doing_anything(
        self, manager: Manager
    ) -> None:
        computed = why(manager, "MUG")["computed_reorder_point"]
        manager("minimum", "set", "MUG", "300", "--expires", LAST_DAY)
        manager("move", "sale", "LAMP", "1")  # the day goes by: it is the first of May
        told = why(manager, "MUG")
        assert told["reorder_point"] == computed
        assert f"ended on {LAST_DAY}" in " ".join(told["chapters"]["Reorder point"])

    def test_what_another_policy_would_cost_is_seen_before_it_is_set(
        self, manager: Manager
    ) -> None:
        before = why(manager, "MUG")["computed_reorder_point"]
        asked = manager("what-if", "--service-level", "0.99", "-p", "MUG", "--json").json
        (row,) = asked["products"]
        assert row["now"]["reorder_point"] == before < row["then"]["reorder_point"]
        assert asked["then"]["stock_value"] > asked["now"]["stock_value"]
        assert why(manager, "MUG")["computed_reorder_point"] == before
        manager("tenant", "set", "--service-level", "0.99")
        manager("run-check")
        assert why(manager, "MUG")["computed_reorder_point"] == row["then"]["reorder_point"]
