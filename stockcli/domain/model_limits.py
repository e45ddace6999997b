"""What all shops of an installation together may ask of the language model.

So many calls at once, so much money a day and a month, and a rest for all after a service asked
for one. A shop's people learn of it that a limit is reached, and never who reached it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from stockcli.domain.allowance import in_words
from stockcli.domain.budget import month_start
from stockcli.domain.errors import BudgetSpentError, RateLimitedError

MOST_AT_ONCE = 256
"""As many places there are for calls under way; the first of them are used."""
HOLD = timedelta(minutes=1)
"""How long a place is held unless its holder says that it lives: so long after it was killed."""
LONGEST_REST = timedelta(minutes=5)
"""What a service may ask of all at the most: a mad header must not stop everybody for a day."""
DELAY = timedelta(minutes=1)
"""By which one process may write later than another looked at the clock."""
NO_LIMIT = Decimal("Infinity")


class Span(StrEnum):
    """A calendar span, UTC, over which all shops' calls are added up."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True)
class ModelLimits:
    """The limits an operator sets; None says nothing, and what was said before holds.

    Attributes:
        at_once: calls under way, NO_LIMIT or 1 to MOST_AT_ONCE.
        per_day_usd, per_month_usd: money, NO_LIMIT or US dollars.
    """

    at_once: Decimal | None = None
    per_day_usd: Decimal | None = None
    per_month_usd: Decimal | None = None


def span_start(span: Span, now: datetime) -> datetime:
    """Return the first instant of the day or month, UTC."""
    if span is Span.MONTH:
        return month_start(now)
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def is_running(until: datetime, now: datetime, longest: timedelta) -> bool:
    """Return whether a hold or a rest lasts; one too far ahead is of before a clock jumped back."""
    return now < until <= now + longest + DELAY


def all_places_taken(wait_seconds: float) -> RateLimitedError:
    """Return the refusal of a call while as many are under way as may be."""
    message = "as many calls of the language model are under way as this installation may make"
    hint = f"try again in {in_words(wait_seconds)}; operators set STOCK_MODEL_CONCURRENCY"
    return RateLimitedError(message, hint)


def budget_reached(span: Span) -> BudgetSpentError:
    """Return the refusal of a call that all shops' budget has no room for."""
    message = f"this installation's language-model budget for the {span} has no room for this call"
    setting = f"STOCK_BUDGET_PER_{span.upper()}"
    hint = f"try again next {span} (UTC), or ask your operator, who sets {setting}"
    return BudgetSpentError(message, hint)
