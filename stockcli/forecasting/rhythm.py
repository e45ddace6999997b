"""How many periods make a year, a season, a memory: the same rules for days, weeks and months."""

from __future__ import annotations

from dataclasses import dataclass

from stockcli.domain.frequency import Frequency


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """What a count of periods means at one frequency.

    Attributes:
        noun: what a period is called.
        year: periods in a year.
        recent: periods that tell of a product too short-lived for a regression.
        forgotten: a product that sold nothing for so long sells no more.
        level_rate: share by which a smoothed level follows each period.
        slots: periods in the season a regression knows, 1 for none.
        new: with fewer periods than this a product is new.
        fewest_for_arima: with fewer periods than this no regression is fitted.
        fewest_sales: with fewer periods of sale in the last year none is fitted either.
        half_life: periods after which an error counts half.
        month: periods ahead over which the mean per period is taken.
        shortest_silence: fewer periods without a sale are never called a silence.
        totals: lengths of total that a shop's products are compared by, in periods.
        around_a_silence: periods on either side that tell how often the product sells.
    """

    noun: str
    year: int
    recent: int
    forgotten: int
    level_rate: float
    slots: int
    new: int
    fewest_for_arima: int
    fewest_sales: int
    half_life: int
    month: int
    shortest_silence: int
    totals: tuple[int, ...]
    around_a_silence: int

    def counted(self, periods: int) -> str:
        """Return a number of periods in words.

        >>> DAYS.counted(1), MONTHS.counted(3)
        ('1 day', '3 months')
        """
        return f"1 {self.noun}" if periods == 1 else f"{periods} {self.noun}s"


DAYS = Rhythm(
    noun="day",
    year=365,
    recent=91,
    forgotten=365,
    level_rate=0.05,
    slots=7,
    new=28,
    fewest_for_arima=60,
    fewest_sales=15,
    half_life=182,
    month=28,
    shortest_silence=14,
    totals=(7, 14, 28),
    around_a_silence=56,
)
WEEKS = Rhythm(
    noun="week",
    year=52,
    recent=26,
    forgotten=104,
    level_rate=0.1,
    slots=1,
    new=6,
    fewest_for_arima=26,
    fewest_sales=8,
    half_life=52,
    month=4,
    shortest_silence=8,
    totals=(1, 2, 4),
    around_a_silence=13,
)
MONTHS = Rhythm(
    noun="month",
    year=12,
    recent=12,
    forgotten=36,
    level_rate=0.1,
    slots=12,
    new=4,
    fewest_for_arima=12,
    fewest_sales=10,
    half_life=36,
    month=1,
    shortest_silence=24,
    totals=(1, 2, 4),
    around_a_silence=12,
)
RHYTHMS = {Frequency.DAY: DAYS, Frequency.WEEK: WEEKS, Frequency.MONTH: MONTHS}
