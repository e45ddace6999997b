"""A tenant: one shop, and the policy its manager chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from stockcli.domain.demand import BUSY_SHOP_LINES_PER_DAY
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import TenantId
from stockcli.domain.quiet_hours import QuietHours

EARLIEST_DAY = date(1990, 1, 1)


class Role(StrEnum):
    """What a token may do: a manager reads and acts, an analyst reads, an operator runs."""

    MANAGER = "manager"
    ANALYST = "analyst"
    OPERATOR = "operator"


class ReviewScope(StrEnum):
    """Which of the low products a language model is asked about."""

    ALL = "all"
    EXCEPTIONS = "exceptions"


class Language(StrEnum):
    """In which alerts are written: English, Portuguese."""

    ENGLISH = "en"
    PORTUGUESE = "pt"


@dataclass(frozen=True, kw_only=True)
class ShopPolicy:
    """What a shop wants of the assistant.

    Attributes:
        service_level: target cycle service level, inside (0, 1).
        review_period_days: days between two checks, at least 1.
        default_lead_time_days: for products whose supplier is not known.
        default_lead_time_sd_days: its standard deviation.
        order_approval_limit: orders above this amount wait for a manager; None: all pass.
        daily_spending_limit: orders of one day pass no more than this without approval.
        monthly_spending_limit: orders of one calendar month pass no more without approval.
        ordering_cost: cost of placing an order, for the economic order quantity; 0 ignores it.
        holding_cost_rate: yearly cost of holding stock, as a share of its value.
        shortage_cost_rate: cost of a unit asked for in vain, as a share of its unit cost; it
            and the holding cost then set each product's service level. None: `service_level`
            does.
        agent_enabled: whether a language model may be asked at all (the kill switch).
        review_scope: whether the model sees every low product, or only what is out of the
            ordinary, and the rules decide the clear cases.
        dry_run: checks and the assistant show what they would do, and do nothing.
        model_budget_usd: what the language model may cost in a calendar month, US dollars.
        learn_lead_times: whether lead times are learnt from receipts; else the stated ones hold.
        notify_urls: where alerts go, as Apprise URLs, each with the kinds of alerts that go there
            if not all do; none keeps them in `stock alerts`.
        language: in which alerts leave.
        quiet_hours: alerts that would leave in them wait until they end; None: they never wait.
    """

    service_level: float = 0.95
    review_period_days: int = 7
    default_lead_time_days: float = 7.0
    default_lead_time_sd_days: float = 2.0
    order_approval_limit: Decimal | None = Decimal(1000)
    daily_spending_limit: Decimal | None = Decimal(5000)
    monthly_spending_limit: Decimal | None = None
    ordering_cost: Decimal = Decimal(0)
    holding_cost_rate: float = 0.25
    shortage_cost_rate: float | None = None
    agent_enabled: bool = True
    review_scope: ReviewScope = ReviewScope.ALL
    dry_run: bool = False
    model_budget_usd: Decimal = Decimal(5)
    learn_lead_times: bool = True
    notify_urls: tuple[str, ...] = ()
    language: Language = Language.ENGLISH
    quiet_hours: QuietHours | None = None


@dataclass(frozen=True, kw_only=True)
class Tenant:
    """One shop. All rows that carry its id are its own and nobody else's.

    Attributes:
        currency: ISO 4217 code.
        timezone: IANA name; the shop's calendar days are counted in it.
    """

    id: TenantId
    slug: str
    name: str
    currency: str = "GBP"
    timezone: str = "UTC"
    active: bool = True
    policy: ShopPolicy = field(default_factory=ShopPolicy)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who is asking: what a token, or a seat at the machine itself, stands for.

    Attributes:
        tenant: the one shop the token opens; None for an operator.
        label: what the token was named, for the record of who did something.
        token_id: its number; None for somebody at the machine itself.
    """

    role: Role
    tenant: Tenant | None = None
    label: str = ""
    token_id: int | None = field(default=None, compare=False)

    @property
    def author(self) -> str:
        """Return how this person is written down beside what they did."""
        return f"{self.role}:{self.label}" if self.label else str(self.role)


def local_day(shop: Tenant, instant: datetime) -> date:
    """Return the shop's calendar day at an instant (timezone-aware)."""
    return instant.astimezone(ZoneInfo(shop.timezone)).date()


def first_instant(shop: Tenant, day: date) -> datetime:
    """Return when a calendar day of the shop begins."""
    return datetime.combine(day, time(), ZoneInfo(shop.timezone))


def business_day(today: date, last_day_of_sales: date | None) -> date:
    """Return the day a shop's stock is judged on: today, or the day after its data end.

    Sales that have not arrived yet are not zero demand: a shop whose last sale on record is
    a week old is checked as of the day after it.
    """
    if last_day_of_sales is None or last_day_of_sales >= today:
        return today
    return last_day_of_sales + timedelta(days=1)


def last_complete_day(sale_lines_per_day: Mapping[date, int]) -> date | None:
    """Return the last day whose sales are all on record, as far as their number tells.

    A busy shop's last day with less than a tenth of its usual sale lines is a day of which only
    some sales were booked, such as one typed in by hand: the rest would be read as zero demand.
    """
    days = sorted(sale_lines_per_day)
    usual = median(sale_lines_per_day.values()) if days else 0
    if usual < BUSY_SHOP_LINES_PER_DAY:
        return days[-1] if days else None
    complete = [day for day in days if sale_lines_per_day[day] >= usual / 10]
    return complete[-1]


def day_of_trade(day: date, latest: date) -> date:
    """Return a day somebody named, if a shop may have traded on it.

    Raises:
        InvalidInputError: it lies after the latest day, or before shops kept such records.
    """
    if not EARLIEST_DAY <= day <= latest:
        raise InvalidInputError(f"{day} is no day to work with: use one up to {latest}")
    return day
