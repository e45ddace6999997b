"""What a backtest came to: losses and stock, added up by method and demand class."""

from __future__ import annotations

from dataclasses import dataclass, field

from stockcli.domain.demand import DemandClass
from stockcli.usecases.ports.backtest import Method, PolicyOutcome, SeriesBacktest, Window


@dataclass(kw_only=True)
class Accuracy:
    """One method's losses over any number of windows, added up.

    Attributes:
        windows: number of them.
        scaled_windows: those of series whose demand changed at all.
        scaled_pinball: losses, each divided by its series' scale.
        covered: windows whose total was at or under the quantile.
        error, absolute_error: expected less actual, units.
        actual: units.
    """

    windows: int = 0
    scaled_windows: int = 0
    scaled_pinball: float = 0.0
    covered: float = 0.0
    error: float = 0.0
    absolute_error: float = 0.0
    actual: float = 0.0

    def add(self, window: Window) -> None:
        """Count one window."""
        error = window.expected - window.actual
        self.windows += 1
        self.covered += window.covered
        self.error += error
        self.absolute_error += abs(error)
        self.actual += window.actual
        if window.scale > 0:
            self.scaled_windows += 1
            self.scaled_pinball += window.pinball / window.scale

    @property
    def mean_scaled_pinball(self) -> float | None:
        """Return the mean loss, in mean changes from one period to the next."""
        return self.scaled_pinball / self.scaled_windows if self.scaled_windows else None

    @property
    def coverage(self) -> float | None:
        """Return the share of totals at or under the quantile."""
        return self.covered / self.windows if self.windows else None

    @property
    def bias(self) -> float | None:
        """Return expected less actual, as a share of the actual: above zero, too much."""
        return self.error / self.actual if self.actual else None

    @property
    def wape(self) -> float | None:
        """Return absolute errors as a share of the actual.

        Kolassa and Schuetz (2007), "Advantages of the MAD/mean ratio over the MAPE".
        """
        return self.absolute_error / self.actual if self.actual else None


@dataclass(kw_only=True)
class Service:
    """One method's stock over any number of series, added up; see PolicyOutcome."""

    series: int = 0
    periods: int = 0
    demand: float = 0.0
    unmet: float = 0.0
    stock_out_periods: int = 0
    cycles: int = 0
    cycles_served: int = 0
    stock: float = 0.0
    orders: int = 0
    cost: float | None = None

    def add(self, outcome: PolicyOutcome) -> None:
        """Count one series."""
        self.series += 1
        self.periods += outcome.periods
        self.demand += outcome.demand
        self.unmet += outcome.unmet
        self.stock_out_periods += outcome.stock_out_periods
        self.cycles += outcome.cycles
        self.cycles_served += outcome.cycles_served
        self.stock += outcome.stock
        self.orders += outcome.orders
        if outcome.cost is not None:
            self.cost = (self.cost or 0.0) + outcome.cost

    @property
    def fill_rate(self) -> float | None:
        """Return the share of the units asked for that were there: P2."""
        return 1 - self.unmet / self.demand if self.demand else None

    @property
    def cycle_service(self) -> float | None:
        """Return the share of replenishment cycles without unmet demand: P1."""
        return self.cycles_served / self.cycles if self.cycles else None

    @property
    def stock_out_share(self) -> float | None:
        """Return the share of periods with unmet demand."""
        return self.stock_out_periods / self.periods if self.periods else None

    @property
    def mean_stock(self) -> float | None:
        """Return units on hand per series and period."""
        return self.stock / self.periods if self.periods else None

    @property
    def periods_of_cover(self) -> float | None:
        """Return how many periods' demand lies on the shelf on average."""
        return self.stock / self.demand if self.demand else None


@dataclass(kw_only=True)
class ClassReport:
    """One demand class, or all of them.

    Attributes:
        target: the series' service levels, added up.
    """

    series: int = 0
    target: float = 0.0
    accuracy: dict[Method, Accuracy] = field(
        default_factory=lambda: {m: Accuracy() for m in Method}
    )
    service: dict[Method, Service] = field(default_factory=lambda: {m: Service() for m in Method})

    def add(self, one: SeriesBacktest) -> None:
        """Count one series."""
        self.series += 1
        self.target += one.service_level
        for window in one.windows:
            self.accuracy[window.method].add(window)
        for method, outcome in one.outcomes.items():
            self.service[method].add(outcome)

    @property
    def mean_target(self) -> float | None:
        """Return the mean service level that was aimed at."""
        return self.target / self.series if self.series else None


@dataclass(kw_only=True)
class BacktestReport:
    """What came of it, by demand class.

    Attributes:
        everything: all series together.
        classes: those that occur.
        too_short: series that could not be cut once, never sold ones included.
        skipped_windows: windows left out because of stock-outs in them.
        censored_periods: periods of the walks with an empty shelf.
    """

    everything: ClassReport = field(default_factory=ClassReport)
    classes: dict[DemandClass, ClassReport] = field(default_factory=dict)
    too_short: int = 0
    skipped_windows: int = 0
    censored_periods: int = 0

    def add(self, one: SeriesBacktest) -> None:
        """Count one series."""
        self.skipped_windows += one.skipped_windows
        self.censored_periods += one.censored_periods
        self.everything.add(one)
        self.classes.setdefault(one.demand_class, ClassReport()).add(one)

    @property
    def windows(self) -> int:
        """Return how many windows were judged."""
        return self.everything.accuracy[Method.OURS].windows
