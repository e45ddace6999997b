"""What was asked of `stock backtest`, checked before anything is read."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stockcli.cli.common import ensure_probability
from stockcli.cli.forecast_input_options import ensure_spread
from stockcli.domain.demand import LeadTime, StockCosts
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.frequency import Frequency
from stockcli.usecases.backtesting import AskedTerms, ReplenishmentTerms
from stockcli.usecases.ports.backtest import BacktestPlan, StockRule

DEFAULT_SERVICE_LEVEL = 0.95
STEPS = {Frequency.DAY: 14, Frequency.WEEK: 2, Frequency.MONTH: 1}
LONGEST_LEAD_TIME = 365


@dataclass(frozen=True, kw_only=True)
class BacktestOptions:
    """The options as they were typed."""

    input_file: str | None
    tenant: str | None
    product: str | None
    frequency: str
    lead_time_days: float | None
    lead_time_sd_days: float | None
    review_days: int | None
    service_level: float | None
    holding_cost: float | None
    shortage_cost: float | None
    origins: int
    every: int | None
    rule: str
    backorders: bool
    calendar_file: str | None = None

    @property
    def periods(self) -> Frequency:
        """Return the frequency of the data."""
        return Frequency(self.frequency)

    @property
    def costs(self) -> StockCosts | None:
        """Return both costs, if they were given."""
        if self.holding_cost is None or self.shortage_cost is None:
            return None
        return StockCosts(
            holding_per_unit_day=self.holding_cost, shortage_per_unit=self.shortage_cost
        )

    @property
    def plan(self) -> BacktestPlan:
        """Return where to cut, and how to walk the stock."""
        return BacktestPlan(
            origins=self.origins,
            every_periods=self.every or STEPS[self.periods],
            rule=StockRule(self.rule),
            backorders=self.backorders,
            traced=self.product is not None,
        )

    @property
    def asked(self) -> AskedTerms:
        """Return what to try instead of a shop's own terms."""
        return AskedTerms(
            lead_time_days=self.lead_time_days,
            lead_time_sd_days=self.lead_time_sd_days,
            review_days=self.review_days,
            service_level=self.service_level,
            costs=self.costs,
        )

    @property
    def terms(self) -> ReplenishmentTerms:
        """Return how the file's series are replenished."""
        return ReplenishmentTerms(
            lead_time=LeadTime(
                mean_days=self.lead_time_days or 0.0,
                standard_deviation_days=self.lead_time_sd_days or 0.0,
            ),
            review_periods=self.review_days or 1,
            service_level=self.service_level or DEFAULT_SERVICE_LEVEL,
            costs=self.costs,
        )

    def ensure_sound(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            InvalidInputError: an option is none, or does not go with another.
        """
        _ensure_one_of(self.frequency, "--frequency", [str(one) for one in Frequency])
        _ensure_one_of(self.rule, "--rule", [str(one) for one in StockRule])
        _ensure_within(self.lead_time_days, "--lead-time-days", 0, LONGEST_LEAD_TIME)
        _ensure_within(self.lead_time_sd_days, "--lead-time-sd-days", 0, LONGEST_LEAD_TIME)
        if self.lead_time_days is not None and self.lead_time_sd_days is not None:
            ensure_spread(self.lead_time_days, self.lead_time_sd_days)
        _ensure_within(self.review_days, "--review-days", 1, LONGEST_LEAD_TIME)
        _ensure_within(self.holding_cost, "--holding-cost", 0, math.inf)
        _ensure_within(self.shortage_cost, "--shortage-cost", 0, math.inf)
        self._ensure_level_and_costs()
        self._ensure_one_source()

    def _ensure_level_and_costs(self) -> None:
        level = self.service_level
        ensure_probability(level)
        if (self.holding_cost is None) != (self.shortage_cost is None):
            message = "one cost alone settles nothing"
            raise InvalidInputError(message, "give both --holding-cost and --shortage-cost")
        if self.costs and level is not None:
            message = "costs settle the service level: it cannot be given beside them"
            raise InvalidInputError(message, "leave out --service-level, or both costs")

    def _ensure_one_source(self) -> None:
        if self.input_file is None:
            if self.calendar_file is not None:
                message = "a shop has a calendar of its own"
                raise InvalidInputError(message, "leave out --calendar, or give a file: --input")
            if self.periods is not Frequency.DAY:
                message = "a shop's own sales are kept by day"
                raise InvalidInputError(message, "leave out --frequency, or give a file: --input")
            return
        if self.tenant is not None:
            message = "--input and --tenant exclude each other"
            raise InvalidInputError(message, "test a file or a shop, one at a time")
        if self.lead_time_days is None or self.review_days is None:
            message = "a file does not say how its products are replenished"
            raise InvalidInputError(message, "give --lead-time-days and --review-days")


def _ensure_one_of(text: str, option: str, allowed: list[str]) -> None:
    if text not in allowed:
        message = f"{text[:40]!r} is no {option}: use {', '.join(allowed)}"
        raise InvalidInputError(message)


def _ensure_within(value: float | None, option: str, least: float, most: float) -> None:
    if value is None or (math.isfinite(value) and least <= value <= most):
        return
    span = f"{least:g} to {most:g}" if math.isfinite(most) else f"{least:g} or more"
    message = f"{option} {value:g} is out of range: give {span}"
    raise InvalidInputError(message)
