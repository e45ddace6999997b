from __future__ import annotations

from decimal import Decimal

import pytest

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.money import model_money, money, unit_cost
from stockcli.domain.quantity import plain, positive, quantity, whole_units_up


def test_quantities_refuse_floats() -> None:
    with pytest.raises(TypeError):
        quantity(0.1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "ten", "", "1e30", "1,5", "1e999999999", "1_000", "\u0663"]
)
def test_what_is_no_number_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no quantity"):
        quantity(text)


def test_a_positive_quantity_must_be_above_zero() -> None:
    with pytest.raises(InvalidInputError, match="above zero"):
        positive("0")


def test_money_is_rounded_half_to_even_to_cents() -> None:
    assert (money("0.125"), money("0.135")) == (Decimal("0.12"), Decimal("0.14"))


def test_money_is_never_negative() -> None:
    with pytest.raises(InvalidInputError, match="not below zero"):
        money("-1")


@pytest.mark.parametrize(
    ("text", "kept"), [("5", "5.00"), ("0.1", "0.10"), ("0.002375", "0.002375"), ("0", "0.00")]
)
def test_a_models_budget_keeps_fractions_of_a_cent(text: str, kept: str) -> None:
    assert str(model_money(text)) == kept


def test_a_unit_cost_keeps_a_ten_thousandth() -> None:
    assert unit_cost("0.12345") == Decimal("0.1234")


@pytest.mark.parametrize(
    ("forecast", "units"), [(0.0, 0), (0.2, 1), (41.0, 41), (41.0000000001, 41), (-3.0, 0)]
)
def test_a_forecast_crosses_to_the_ledger_rounded_up(forecast: float, units: int) -> None:
    assert whole_units_up(forecast) == units


def test_a_forecast_that_is_not_finite_never_crosses() -> None:
    with pytest.raises(ValueError, match="finite"):
        whole_units_up(float("nan"))


def test_quantities_read_as_people_write_them() -> None:
    assert [plain(Decimal(text)) for text in ("12.500", "100", "1E+2", "0.000")] == [
        "12.5",
        "100",
        "100",
        "0",
    ]
