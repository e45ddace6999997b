"""Money: exact decimals, in the tenant's currency unless the name says otherwise."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.quantity import is_plain_number

CENT = Decimal("0.01")
UNIT_COST_STEP = Decimal("0.0001")
MODEL_STEP = Decimal("0.000001")
LARGEST = Decimal(1_000_000_000)


def money(value: Decimal | int | str) -> Decimal:
    """Return an amount rounded half to even to cents; floats are refused.

    >>> money("10.005")
    Decimal('10.00')

    Raises:
        InvalidInputError: not a number, negative, or beyond a thousand million.
    """
    return _amount(value).quantize(CENT, ROUND_HALF_EVEN)


def unit_cost(value: Decimal | int | str) -> Decimal:
    """Return a price per unit, to a ten-thousandth; floats are refused."""
    return _amount(value).quantize(UNIT_COST_STEP, ROUND_HALF_EVEN)


def model_money(value: Decimal | int | str) -> Decimal:
    """Return US dollars for a language model: in cents where that is exact, else to a millionth.

    >>> model_money("0.002375")
    Decimal('0.002375')
    """
    exact = _amount(value).quantize(MODEL_STEP, ROUND_HALF_EVEN)
    cents = exact.quantize(CENT)
    return cents if cents == exact else exact


def _amount(value: Decimal | int | str) -> Decimal:
    if isinstance(value, float):
        message = f"{value!r} is a float; money is exact"
        raise TypeError(message)
    try:
        exact = Decimal(value)
        if not is_plain_number(value) or not 0 <= exact <= LARGEST:
            raise InvalidOperation
    except ArithmeticError:  # InvalidOperation, and Overflow for 1e999999999
        message = f"{str(value)[:40]!r} is no amount: write a number such as 12.50, not below zero"
        raise InvalidInputError(message) from None
    return exact
