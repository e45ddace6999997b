"""Real sales, cut at several origins: what was known there, and what came after."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stockcli.domain.frequency import Frequency
from stockcli.forecasting.accuracy import typical_change

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]
SEED = 20
PRODUCT_CODE = r"\d{5}[A-Z]{0,2}"
"""Of Online Retail; what does not look like it is a charge: POST, DOT, M, BANK CHARGES."""
MOSTLY_SOLD, RARELY_SOLD = 0.2, 0.6


@dataclass(frozen=True, kw_only=True, eq=False)
class Sales:
    """One series, from its first sale on, one entry a period."""

    name: str
    first_day: date
    units: Vector
    closed: Flags


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a set of series is cut.

    Attributes:
        frequency: length of a period.
        season: periods of a season, as the peers are told it.
        lengths: periods each total is over.
        most_known, fewest_known: periods of history given; a shorter one is passed over.
        origins, every: how many cuts, and periods between them.
    """

    name: str
    frequency: Frequency
    season: int
    lengths: tuple[int, ...]
    most_known: int
    fewest_known: int
    origins: int
    every: int

    @property
    def reach(self) -> int:
        """Return the periods from the first origin to the end."""
        return self.every * (self.origins - 1) + max(self.lengths)


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """One series at one origin.

    Attributes:
        rank: of the origin, the earliest being 0.
        first_day: of the history.
        ahead: units from the origin on, as far as the next origin or the longest length.
        scale: mean absolute change from one open period to the next, units.
        zero_class: by the share of open periods without a sale in the last year.
    """

    series: str
    rank: int
    first_day: date
    units: Vector
    closed: Flags
    ahead: Vector
    closed_ahead: tuple[date, ...]
    scale: float
    zero_class: str


LAYOUTS = {
    "m5": Layout(
        name="m5", frequency=Frequency.DAY, season=7, lengths=(7, 14), most_known=730,
        fewest_known=365, origins=4, every=28,
    ),
    "online_retail": Layout(
        name="online_retail", frequency=Frequency.DAY, season=7, lengths=(14,), most_known=730,
        fewest_known=365, origins=4, every=28,
    ),
    "carparts": Layout(
        name="carparts", frequency=Frequency.MONTH, season=12, lengths=(3,), most_known=48,
        fewest_known=24, origins=12, every=1,
    ),
}  # fmt: skip


def windows_of(folder: Path, layout: Layout, half: str, most_series: int) -> list[Window]:
    """Return the windows of a fixed random choice of series out of one half of them.

    The half is settled by a hash of the name, so that what is tuned on one is blind to the
    other; a smaller choice is always part of a larger one.
    """
    sales = {one.name: one for one in READERS[layout.name](folder, layout)}
    fewest = layout.fewest_known + layout.reach
    names = [
        name for name in sorted(sales)
        if half_of(name) == half and len(sales[name].units) >= fewest
    ]  # fmt: skip
    np.random.default_rng(SEED).shuffle(names)
    chosen = names[:most_series]
    return [window for name in chosen for window in _cut(sales[name], layout)]


def half_of(name: str) -> str:
    """Return "choose" or "report", by the name alone.

    >>> half_of("FOODS_3_090_CA_3")
    'report'
    """
    digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    return "report" if int(digest, 16) % 2 else "choose"


def _cut(sales: Sales, layout: Layout) -> Iterator[Window]:
    first_origin = len(sales.units) - layout.reach
    for rank in range(layout.origins):
        origin = first_origin + rank * layout.every
        start = max(0, origin - layout.most_known)
        known = slice(start, origin)
        stop = origin + max(layout.every, *layout.lengths)
        days = (layout.frequency.after(sales.first_day, n) for n in range(origin, stop))
        shut = sales.closed[origin:stop]
        yield Window(
            series=sales.name,
            rank=rank,
            first_day=layout.frequency.after(sales.first_day, start),
            units=sales.units[known],
            closed=sales.closed[known],
            ahead=sales.units[origin:stop],
            closed_ahead=tuple(day for day, is_shut in zip(days, shut, strict=False) if is_shut),
            scale=typical_change(sales.units[known], ~sales.closed[known]),
            zero_class=zero_class(sales.units[known], sales.closed[known], layout.frequency),
        )


def zero_class(units: Vector, closed: Flags, frequency: Frequency) -> str:
    """Return how often nothing sold in the last year.

    >>> zero_class(np.array([0.0, 1.0, 1.0, 0.0]), np.array([False] * 4), Frequency.DAY)
    '20 to 60 %'
    """
    year = 365 if frequency is Frequency.DAY else 12
    share = float(np.mean(units[-year:][~closed[-year:]] == 0))
    if share < MOSTLY_SOLD:
        return "under 20 %"
    return "20 to 60 %" if share <= RARELY_SOLD else "over 60 %"


def _m5(folder: Path, _layout: Layout) -> Iterator[Sales]:
    table = pd.read_parquet(folder / "m5" / "daily_sales.parquet").sort_values("date")
    for name, rows in table.groupby("unique_id"):
        units = rows["units"].to_numpy(dtype=np.float64)
        yield _open_always(str(name), rows["date"].iloc[0].date(), units)


def _carparts(folder: Path, _layout: Layout) -> Iterator[Sales]:
    """Yield the parts of which no month is missing: the others' zeros are not known."""
    table = pd.read_parquet(folder / "carparts" / "sales.parquet").sort_values("date")
    for name, rows in table.groupby("unique_id"):
        units, months = rows["units"].to_numpy(dtype=np.float64), rows["date"].dt.to_period("M")
        span = months.iloc[-1].ordinal - months.iloc[0].ordinal + 1
        sold = np.flatnonzero(units > 0)
        if span == len(units) and np.isfinite(units).all() and len(sold):
            first_day = Frequency.MONTH.after(rows["date"].iloc[0].date(), int(sold[0]))
            yield _open_always(str(name), first_day, units[sold[0] :])


def _online_retail(folder: Path, layout: Layout) -> Iterator[Sales]:
    """Yield daily units per product still sold in the quarter before the first origin."""
    lines = pd.read_csv(folder / "online_retail" / "invoice_lines.csv.gz", dtype=str)
    lines = lines[lines["status"] == "sale"]
    code = lines["StockCode"].str.strip().str.upper()
    lines = lines.assign(
        code=code, day=pd.to_datetime(lines["InvoiceDate"]).dt.normalize(),
        units=lines["Quantity"].astype(float),
    )[code.str.fullmatch(PRODUCT_CODE)]  # fmt: skip
    calendar = pd.read_csv(folder / "online_retail" / "shop_days.csv", parse_dates=["ds"])
    days = pd.DatetimeIndex(calendar["ds"])
    closed = calendar["open"].to_numpy() == 0
    daily = lines.pivot_table(index="code", columns="day", values="units", aggfunc="sum")
    daily = daily.reindex(columns=days).fillna(0.0)
    for name, units in zip(daily.index, daily.to_numpy(dtype=np.float64), strict=True):
        first = int(np.flatnonzero(units > 0)[0])
        origin = len(days) - layout.reach
        if np.any(units[max(origin - 90, 0) : origin] > 0):
            first_day = days[0].date() + timedelta(days=first)
            yield Sales(
                name=str(name), first_day=first_day, units=units[first:], closed=closed[first:]
            )


def _open_always(name: str, first_day: date, units: Vector) -> Sales:
    closed = np.zeros(len(units), dtype=np.bool_)
    return Sales(name=name, first_day=first_day, units=units, closed=closed)


READERS: Mapping[str, Callable[[Path, Layout], Iterator[Sales]]] = {
    "m5": _m5,
    "online_retail": _online_retail,
    "carparts": _carparts,
}
