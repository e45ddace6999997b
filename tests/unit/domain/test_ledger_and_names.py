from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from stockcli.domain import errors
from stockcli.domain.alerts import cleared
from stockcli.domain.budget import check_budget
from stockcli.domain.errors import BudgetSpentError, InvalidInputError, StockError
from stockcli.domain.identifiers import LocationId, ProductId, StockKey, sku, tenant_slug
from stockcli.domain.ledger import MovementKind, StockMovement, counted_movement, recount

KEY = StockKey(ProductId(1), LocationId(1))
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def movement(kind: MovementKind, change: int, at: datetime = NOON) -> StockMovement:
    return StockMovement(
        key=KEY, kind=kind, change=Decimal(change), occurred_at=at, day=at.date(), reference="r"
    )


@pytest.mark.parametrize(
    ("kind", "change"),
    [(MovementKind.SALE, 3), (MovementKind.RECEIPT, -3), (MovementKind.RETURN, -1)],
)
def test_a_movement_whose_sign_contradicts_its_kind_is_refused(
    kind: MovementKind, change: int
) -> None:
    with pytest.raises(InvalidInputError, match="wrong sign"):
        movement(kind, change)


def test_a_movement_without_a_time_zone_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="zone"):
        movement(MovementKind.SALE, -1, datetime(2024, 5, 1))  # noqa: DTZ001 - that is the point


def test_a_count_books_the_difference_to_the_ledger() -> None:
    counted = counted_movement(
        KEY,
        counted=Decimal(8),
        on_hand=Decimal(10),
        occurred_at=NOON,
        day=date(2024, 5, 1),
        reference="c",
    )
    assert [counted.change, counted.counted] == [-2, 8]


def test_a_count_below_zero_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="below zero"):
        counted_movement(
            KEY,
            counted=Decimal(-1),
            on_hand=Decimal(0),
            occurred_at=NOON,
            day=date(2024, 5, 1),
            reference="c",
        )


def test_sales_that_arrive_after_a_count_are_balanced() -> None:
    balance = recount(
        KEY, late_change=Decimal(-7), counted_at=NOON, day=date(2024, 5, 1), reference="b"
    )
    assert balance.change == 7


def test_a_sku_is_the_same_in_both_cases() -> None:
    assert sku(" 85123a ") == sku("85123A")


@pytest.mark.parametrize("text", ["", "   ", "a\nb", "x" * 65, "\x1b[31m"])
def test_a_sku_is_short_and_printable(text: str) -> None:
    with pytest.raises(InvalidInputError):
        sku(text)


@pytest.mark.parametrize("text", ["", "Ünï", "two words", "-x", "../etc", "x" * 41])
def test_a_tenant_name_is_letters_digits_and_hyphens(text: str) -> None:
    with pytest.raises(InvalidInputError):
        tenant_slug(text)


def test_the_budget_is_checked_before_the_call() -> None:
    with pytest.raises(BudgetSpentError):
        check_budget(Decimal("4.99"), Decimal(5), Decimal("0.02"))


def test_a_small_budget_is_told_to_its_last_digit() -> None:
    with pytest.raises(BudgetSpentError, match=r"0\.002375 USD has too little left"):
        check_budget(Decimal("1e-9"), Decimal("0.002375"), Decimal("0.01"))
    with pytest.raises(BudgetSpentError, match=r"is spent \(0\.002375 USD used; .* 0\.000001\)"):
        check_budget(Decimal("0.002375"), Decimal("0.002375"), Decimal("1e-9"))


def test_a_call_that_just_fits_the_budget_passes() -> None:
    check_budget(Decimal("4.98"), Decimal(5), Decimal("0.02"))


def test_a_situation_that_is_over_is_cleared_and_armed_again() -> None:
    assert cleared(frozenset({"a", "b"}), frozenset({"b", "c"})) == {"a"}


def every_error() -> list[type[StockError]]:
    return [error for error in vars(errors).values() if isinstance(error, type)]


@pytest.mark.parametrize("error", every_error())
def test_every_error_speaks_in_a_sentence_and_has_its_code(error: type[StockError]) -> None:
    assert error().message.endswith(".") or error().message.startswith("Something")
    assert error.code
    assert error.exit_code in {1, 2, 4, 5}
