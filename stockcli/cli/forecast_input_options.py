"""What is asked of a table: the options of `stock forecast --input`, each within its bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockcli.cli.common import ensure_probability

if TYPE_CHECKING:
    from stockcli.domain.demand import StockCosts
    from stockcli.domain.frequency import Frequency
    from stockcli.usecases.forecasting_files import ReplenishmentTerms

STANDARD_OUTPUT = "-"
LONGEST_PERIODS = 365
DEFAULT_SERVICE_LEVEL = 0.95
WIDEST_SPREAD = 2


@dataclass(frozen=True, kw_only=True)
class TableQuestion:
    """What is asked of a table.

    Attributes:
        output: None is stdout.
        calendar: a file of days beside the table.
        workers: None is one a core.
    """

    source: Path
    output: Path | None
    frequency: Frequency
    terms: ReplenishmentTerms
    calendar: str | None
    workers: int | None


def ensure_no_other(way: str, others: Mapping[str, object]) -> None:
    """Pass unless options were given that do not go with the way that was chosen.

    Raises:
        InvalidInputError: one was.
    """
    from stockcli.domain.errors import InvalidInputError

    given = [option for option, value in others.items() if value is not None]
    if way == "--input" and given:
        message = f"{given[0]} is about a shop's product and does not go with --input"
        raise InvalidInputError(message, f"leave out {' and '.join(given)}")
    if given:
        message = f"{given[0]} goes with --input FILE alone"
        raise InvalidInputError(message, f"add --input FILE, or leave out {' and '.join(given)}")


def table_question(
    source: str, options: Mapping[str, Any], service_level: float | None
) -> TableQuestion:
    """Return what the options ask, each within its bounds.

    Raises:
        InvalidInputError: one is missing, or out of its bounds.
    """
    output = options["--output"]
    return TableQuestion(
        source=Path(source),
        output=None if output in (None, STANDARD_OUTPUT) else Path(output),
        frequency=_frequency(options["--frequency"]),
        terms=replenishment_terms(options, service_level),
        calendar=options["--calendar"],
        workers=options["--workers"],
    )


def replenishment_terms(
    options: Mapping[str, Any], service_level: float | None
) -> ReplenishmentTerms:
    """Return lead time, review period and service level or costs, from options by their names.

    Raises:
        InvalidInputError: one is missing, or out of its bounds.
    """
    from stockcli.domain.demand import LeadTime
    from stockcli.usecases.forecasting_files import ReplenishmentTerms

    lead_time = _periods("--lead-time-days", options["--lead-time-days"], 0)
    return ReplenishmentTerms(
        lead_time=LeadTime(
            mean_days=lead_time,
            standard_deviation_days=_spread(options["--lead-time-sd-days"], lead_time),
        ),
        review_periods=int(_periods("--review-days", options["--review-days"], 1)),
        service_level=_probability(service_level),
        costs=_costs(options["--holding-cost"], options["--shortage-cost"], service_level),
    )


def ensure_spread(lead_time: float, spread: float) -> None:
    """Refuse a lead time's standard deviation of more than twice it: the engine stops there.

    Raises:
        InvalidInputError: it is more.
    """
    from stockcli.domain.errors import InvalidInputError

    most = WIDEST_SPREAD * lead_time
    if spread > most:
        message = f"--lead-time-sd-days {spread:g} is more than twice --lead-time-days"
        raise InvalidInputError(message, f"give {most:g} at most")


def _spread(given: float | None, lead_time: float) -> float:
    spread = _periods("--lead-time-sd-days", given or 0.0, 0)
    ensure_spread(lead_time, spread)
    return spread


def _periods(option: str, value: float | None, least: int) -> float:
    from stockcli.domain.errors import InvalidInputError

    if value is None:
        raise InvalidInputError(f"{option} is missing", f"a table needs it: {option} 7")
    if not least <= value <= LONGEST_PERIODS:
        message = f"{option} {value:g} is out of bounds: give {least} to {LONGEST_PERIODS}"
        raise InvalidInputError(message)
    return value


def _probability(service_level: float | None) -> float:
    ensure_probability(service_level)
    return DEFAULT_SERVICE_LEVEL if service_level is None else service_level


def _costs(
    holding: float | None, shortage: float | None, service_level: float | None
) -> StockCosts | None:
    from stockcli.domain.demand import StockCosts
    from stockcli.domain.errors import InvalidInputError

    if holding is None and shortage is None:
        return None
    if holding is None or shortage is None:
        message = "--holding-cost and --shortage-cost go together"
        raise InvalidInputError(message, "give both, or a service level alone")
    for option, cost in (("--holding-cost", holding), ("--shortage-cost", shortage)):
        if not 0 < cost < math.inf:
            raise InvalidInputError(f"{option} {cost:g} is out of bounds: a cost is above zero")
    if service_level is not None:
        message = "costs settle the service level: it cannot be given beside them"
        raise InvalidInputError(message, "leave out --service-level, or both costs")
    return StockCosts(holding_per_unit_day=holding, shortage_per_unit=shortage)


def _frequency(name: str | None) -> Frequency:
    from stockcli.domain.errors import InvalidInputError
    from stockcli.domain.frequency import Frequency

    try:
        return Frequency((name or "day").strip().lower())
    except ValueError:
        message = f"{str(name)[:40]!r} is no frequency: use day, week or month"
        raise InvalidInputError(message) from None
