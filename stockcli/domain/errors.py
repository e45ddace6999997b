"""One tree of errors; what each says to the user is one sentence and what to do next."""

from __future__ import annotations

from typing import ClassVar


class StockError(Exception):
    """Something the user can be told: a sentence, and a hint what to do.

    Args:
        message: one sentence; the class's docstring if left out.
        hint: what to do next; the class's own if left out.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str = "", hint: str = "") -> None:
        """Keep the sentence and the hint."""
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.hint = hint or self.default_hint
        super().__init__(self.message)


class InvalidInputError(StockError):
    """The input cannot be used."""

    code = "invalid_input"
    exit_code = 2


class NotFoundError(StockError):
    """There is no such thing in this shop."""

    code = "not_found"

    def __init__(self, message: str = "", hint: str = "", *, nearest: tuple[str, ...] = ()) -> None:
        """Keep the sentence, and the nearest matches as the hint when there are any."""
        self.nearest = nearest
        super().__init__(message, hint or (f"nearest: {', '.join(nearest)}" if nearest else ""))


class ConflictError(StockError):
    """This cannot be done in the present state."""

    code = "conflict"


class OvertakenError(ConflictError):
    """Another run did this already."""


class LimitExceededError(StockError):
    """This passes a limit set for this shop."""

    code = "limit_exceeded"


class NotAllowedError(StockError):
    """This token may not do that."""

    code = "not_allowed"


class NoTenantError(StockError):
    """No token was given, so there is no shop to work for."""

    code = "no_token"
    default_hint = "run `stock login`, or set STOCK_TOKEN"


class BadTokenError(StockError):
    """The token is unknown, expired or revoked."""

    code = "bad_token"
    default_hint = "ask your operator for a new one: `stock token create`"


class RateLimitedError(StockError):
    """This was done too often within a short while."""

    code = "rate_limited"


class DatabaseError(StockError):
    """The database cannot be used."""

    code = "database"


class ProviderError(StockError):
    """The language model cannot be reached."""

    code = "provider"
    exit_code = 4
    default_hint = "reading commands such as `stock levels --low` work without it"


class NotSentError(ProviderError):
    """Nothing reached the language model."""


class BudgetSpentError(StockError):
    """This month's budget for the language model is spent."""

    code = "budget_spent"
    exit_code = 5


class DeliveryError(StockError):
    """The message could not be delivered.

    Args:
        reached: marks of the recipients that have it all the same.
    """

    code = "delivery"

    def __init__(self, message: str = "", hint: str = "", *, reached: tuple[str, ...] = ()) -> None:
        """Keep the sentence, the hint, and who need not be written to again."""
        self.reached = reached
        super().__init__(message, hint)


class UncertainDeliveryError(DeliveryError):
    """The message may or may not have arrived."""


class RefusedDeliveryError(DeliveryError):
    """The receiver will not take the message, however often it is tried."""


class NotSetUpError(DeliveryError):
    """The message waits until the way it is to take is set up."""
