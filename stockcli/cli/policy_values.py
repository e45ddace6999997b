"""Values of a shop's policy, as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal

    from stockcli.domain.quiet_hours import QuietHours
    from stockcli.domain.shop import Language, ReviewScope

NONE = "none"
"""What clears a limit."""
LEAST_SHARE, LARGEST_SHARE = 0.01, 1000


def within(value: Any, option: str, least: float, most: float) -> Any:
    """Return a number given with an option, or None.

    Raises:
        InvalidInputError: it is out of range.
    """
    from stockcli.domain.errors import InvalidInputError

    if value is not None and not least <= value <= most:
        message = f"{option} {value} is out of range: give {least} to {most}"
        raise InvalidInputError(message)
    return value


def limit(text: str) -> Decimal | None:
    """Return an amount of money; None for "none".

    Raises:
        InvalidInputError: it is neither.
    """
    return None if text.strip().lower() == NONE else amount(text)


def share(text: str) -> float | None:
    """Return a share of the unit cost, such as 0.6; None for "none".

    Raises:
        InvalidInputError: it is no share.
    """
    from stockcli.domain.errors import InvalidInputError

    if text.strip().lower() == NONE:
        return None
    try:
        given = float(text)
    except ValueError:
        message = f"{text[:40]!r} is no --shortage-cost-rate: give a share such as 0.6, or none"
        raise InvalidInputError(message) from None
    return float(within(given, "--shortage-cost-rate", LEAST_SHARE, LARGEST_SHARE))


def amount(text: str) -> Decimal:
    """Return an amount of money.

    Raises:
        InvalidInputError: it is none.
    """
    from stockcli.domain.money import money

    return money(text.strip())


def dollars(text: str) -> Decimal:
    """Return US dollars a month for the language model, whose calls cost fractions of a cent.

    Raises:
        InvalidInputError: it is no amount.
    """
    from stockcli.domain.money import model_money

    return model_money(text.strip())


def scope(text: str) -> ReviewScope:
    """Return which low products a model is asked about.

    Raises:
        InvalidInputError: neither "all" nor "exceptions".
    """
    from stockcli.domain.errors import InvalidInputError
    from stockcli.domain.shop import ReviewScope

    try:
        return ReviewScope(text.strip().lower())
    except ValueError:
        message = f"{text[:40]!r} is no --review: give all or exceptions"
        raise InvalidInputError(message) from None


def switch(text: str, option: str) -> bool:
    """Return whether something is on.

    Raises:
        InvalidInputError: neither "on" nor "off".
    """
    from stockcli.domain.errors import InvalidInputError

    states = {"on": True, "off": False}
    try:
        return states[text.strip().lower()]
    except KeyError:
        message = f"{text[:40]!r} is no {option}: give on or off"
        raise InvalidInputError(message) from None


def language_of(text: str) -> Language:
    """Return in which language alerts are written.

    Raises:
        InvalidInputError: there are no alerts in it.
    """
    from stockcli.domain.errors import InvalidInputError
    from stockcli.domain.shop import Language

    try:
        return Language(text.strip().lower())
    except ValueError:
        message = f"{text[:40]!r} is no --language: give en (English) or pt (Portuguese)"
        raise InvalidInputError(message) from None


def quiet_hours_of(text: str) -> QuietHours | None:
    """Return quiet hours, such as 21:00-07:00; None for "none".

    Raises:
        InvalidInputError: they are neither.
    """
    from stockcli.domain.quiet_hours import parse_quiet_hours

    return None if text.strip().lower() == NONE else parse_quiet_hours(text)
