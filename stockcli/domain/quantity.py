"""Quantities: exact decimals in the ledger, and the one crossing from forecasts."""

from __future__ import annotations

import math
import re
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from stockcli.domain.errors import InvalidInputError

STEP = Decimal("0.001")
LARGEST = Decimal(100_000_000)
ZERO = Decimal(0)
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def quantity(value: Decimal | int | str) -> Decimal:
    """Return an exact quantity in units, to a thousandth; floats are refused.

    >>> quantity("2.5")
    Decimal('2.500')

    Raises:
        InvalidInputError: not a number, not finite, or beyond a hundred million.
    """
    if isinstance(value, float):
        message = f"{value!r} is a float; quantities are exact"
        raise TypeError(message)
    try:
        exact = Decimal(value)
        if not is_plain_number(value) or abs(exact) > LARGEST:
            raise InvalidOperation
    except ArithmeticError:  # InvalidOperation, and Overflow for 1e999999999
        message = f"{str(value)[:40]!r} is no quantity: write a number such as 12 or 2.5"
        raise InvalidInputError(message) from None
    return exact.quantize(STEP)


def is_plain_number(value: Decimal | int | str) -> bool:
    """Return whether this is a finite number in plain digits, not 1_000 nor another script's."""
    return bool(_NUMBER.fullmatch(str(value).strip()))


def positive(value: Decimal | int | str) -> Decimal:
    """Return an exact quantity above zero.

    Raises:
        InvalidInputError: it is not.
    """
    exact = quantity(value)
    if exact <= 0:
        message = f"{value} is not above zero: give the number of units"
        raise InvalidInputError(message)
    return exact


def whole_units_up(forecast: float) -> Decimal:
    """Cross from a forecast to the ledger: rounded up to whole units, never below zero.

    A threshold that is rounded down would break its service level.

    >>> whole_units_up(41.2)
    Decimal('42')
    """
    if not math.isfinite(forecast):
        message = "a forecast must be finite"
        raise ValueError(message)
    # A hair above a whole number is the arithmetic's doing, not demand.
    return max(ZERO, Decimal(repr(forecast)) - Decimal("1e-6")).to_integral_value(ROUND_CEILING)


def plain(value: Decimal) -> str:
    """Return a quantity as people write it, without trailing zeros or exponents.

    >>> plain(Decimal("12.500")), plain(Decimal("1E+2"))
    ('12.5', '100')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
