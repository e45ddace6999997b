"""Shops' figures in Prometheus' text format.

What is summed over the shops may fall, when a shop leaves or cannot be read: it is a gauge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from stockcli.cli.metrics_figures import COUNTERS, GAUGES, SUMMED, Figure, Values
from stockcli.usecases.measuring import ShopFigures


def metrics_text(
    figures: Sequence[ShopFigures], unreadable: Iterable[str], now: datetime, *, in_all: bool
) -> bytes:
    """Return the figures as node_exporter, or Prometheus itself, reads them.

    Args:
        figures: of the shops that could be read.
        unreadable: short names of those that could not.
        now: when they were read.
        in_all: whether these are all shops, so that sums mean something.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(figures, tuple(unreadable), now, in_all=in_all))
    return generate_latest(registry)


class _Figures(Collector):
    """Hands the figures over once."""

    def __init__(
        self,
        figures: Sequence[ShopFigures],
        unreadable: Sequence[str],
        now: datetime,
        *,
        in_all: bool,
    ) -> None:
        self._figures = figures
        self._unreadable = unreadable
        self._now = now
        self._in_all = in_all

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        yield _readable(self._figures, self._unreadable)
        for family, told in ((CounterMetricFamily, COUNTERS), (GaugeMetricFamily, GAUGES)):
            for one in told:
                labels = ["tenant", *one.labels]
                yield _filled(family(one.name, one.about, labels=labels), self._figures, one)
        if self._in_all:
            yield from _sums(self._figures, self._unreadable)
        yield _one(
            "stock_metrics_timestamp_seconds",
            "When these figures were read.",
            self._now.timestamp(),
        )


def _readable(figures: Sequence[ShopFigures], unreadable: Sequence[str]) -> Metric:
    about = "Whether the shop's rows could be read: 1, or 0 if something in them is broken."
    family = GaugeMetricFamily("stock_tenant_readable", about, labels=["tenant"])
    said = {one.tenant: 1.0 for one in figures} | dict.fromkeys(unreadable, 0.0)
    for tenant, value in sorted(said.items()):
        family.add_metric([tenant], value)
    return family


def _filled(family: Any, figures: Sequence[ShopFigures], told: Figure) -> Metric:
    for one in figures:
        for labels, value in told.reading(one).items():
            family.add_metric([one.tenant, *labels], value)
    found: Metric = family
    return found


def _one(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _sums(figures: Sequence[ShopFigures], unreadable: Sequence[str]) -> Iterator[Metric]:
    """Yield what all shops come to together."""
    yield _one("stock_tenants", "Active shops.", len(figures) + len(unreadable))
    yield _one("stock_unreadable_tenants", "Active shops that cannot be read.", len(unreadable))
    yield _one(
        "stock_failing_tenants",
        "Active shops whose latest check did not go well.",
        sum(
            bool(one.last_run and one.last_run.status in ("failed", "abandoned")) for one in figures
        ),
    )
    successes = [one.last_success for one in figures]
    ended = [run.finished_at.timestamp() for run in successes if run and run.finished_at]
    if ended:
        about = "The longest ago that any active shop was last checked well."
        yield _one("stock_all_check_oldest_success_timestamp_seconds", about, min(ended))
    yield _one(
        "stock_all_check_duration_seconds",
        "How long the latest checks of all shops took together.",
        sum(one.duration_seconds or 0.0 for one in figures),
    )
    for told in SUMMED:
        family = GaugeMetricFamily(told.name, told.about, labels=list(told.labels))
        for key, value in _added(told.reading(one) for one in figures).items():
            family.add_metric(list(key), value)
        yield family


def _added(values: Iterable[Values]) -> Values:
    total: Values = {}
    for one in values:
        for key, value in one.items():
            total[key] = total.get(key, 0.0) + value
    return dict(sorted(total.items()))
