"""What customers of the generated grocer would buy, were there always enough on the shelf."""

from __future__ import annotations

from datetime import date, timedelta
from math import cos, pi
from random import Random
from typing import Final

from stockcli.demo.chance import poisson
from stockcli.demo.grocer_catalogue import Pattern

FIRST_DAY = date(2010, 1, 17)
LAST_DAY = date(2011, 5, 31)
SUNDAY: Final = 6
# Monday to Saturday; each adds up to six open days.
REGULAR_WEEK = (0.75, 0.80, 0.85, 0.95, 1.25, 1.40)
WEEKEND_WEEK = (0.45, 0.50, 0.60, 0.85, 1.65, 1.95)
RESTAURANT_WEEK = (0.0, 2.0, 0.0, 0.0, 4.0, 0.0)
HOLIDAYS = frozenset({date(2010, 4, 2), date(2010, 12, 25), date(2011, 1, 1), date(2011, 4, 22)})
NEW_SINCE = date(2011, 4, 27)
DEAD_SINCE = date(2010, 3, 15)
INTERMITTENT_UNITS = 1.6


def all_days() -> list[date]:
    """Return the 500 days of the shop's ledger."""
    return [FIRST_DAY + timedelta(days=day) for day in range((LAST_DAY - FIRST_DAY).days + 1)]


def is_closed(day: date) -> bool:
    """Return whether the shop is shut: Sundays and four holidays."""
    return day.weekday() == SUNDAY or day in HOLIDAYS


def is_listed(pattern: Pattern, day: date) -> bool:
    """Return whether customers know and want the product on this day."""
    if pattern == "new":
        return day >= NEW_SINCE
    return pattern != "dead" or day < DEAD_SINCE


def shop_demand(pattern: Pattern, daily_units: float, day: date, chance: Random) -> int:
    """Draw the units wanted in the shop on an open day."""
    if not is_listed(pattern, day):
        return 0
    if pattern == "steady":
        return round(chance.gauss(daily_units, 0.04 * daily_units))
    if pattern == "intermittent":
        comes = chance.random() < daily_units / INTERMITTENT_UNITS
        return 1 + poisson(INTERMITTENT_UNITS - 1, chance) if comes else 0
    week = WEEKEND_WEEK if pattern == "weekend" else REGULAR_WEEK
    mean = daily_units * week[day.weekday()] * _season(day)
    # A Poisson count with a gamma mean: variance mean + mean^2 / 12, a little wilder than Poisson.
    return poisson(chance.gammavariate(12, mean / 12), chance)


def restaurant_demand(daily_units: float, day: date, chance: Random) -> int:
    """Draw the units restaurants fetch at the warehouse, on Tuesdays and Fridays."""
    return poisson(daily_units * RESTAURANT_WEEK[day.weekday()], chance)


def _season(day: date) -> float:
    """Return the year's swing: a tenth up in summer (January), and a busy December."""
    swing = 1 + 0.1 * cos(2 * pi * (day.timetuple().tm_yday - 15) / 365)
    return swing * (1.2 if day.month == 12 else 1.0)
