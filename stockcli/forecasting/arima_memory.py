"""What is kept of two fitted orders, so that the next run begins where this one ended."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stockcli.forecasting.arma import Arma
from stockcli.forecasting.arrays import Vector
from stockcli.forecasting.order_selection import FAMILIES, Choice, orders_of

RESELECT_AFTER_PERIODS = 28
LARGEST_CHANGE_OF_LENGTH = 1.25
LARGEST_LOSS_PER_PERIOD = 0.1
"""A log-likelihood per period that fell by more belongs to another kind of series."""
WATCHED_PERIODS = 28
LARGEST_SIGNAL = 4.0
"""Three standard deviations of a normal sum: a mean absolute deviation is 0.8 of one."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What is kept of a fit.

    Attributes:
        choices: order and coefficients, the stationary one first.
        chosen_in: the period in which the orders were chosen.
        periods: length of the history then.
        log_likelihoods: per period, when last fitted; one for each choice.
    """

    choices: tuple[Choice, ...]
    chosen_in: int
    periods: int
    log_likelihoods: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values: coefficients by order, and what tells when they are stale."""
        return {str(order): list(arma) for order, arma in self.choices} | {
            "chosen_in_period": self.chosen_in,
            "periods": self.periods,
            "log_likelihoods_per_period": list(self.log_likelihoods),
        }


def remembered(last: Mapping[str, Any] | None) -> Memory | None:
    """Return what `Memory.to_json` kept; None where that cannot be read.

    >>> kept = {"ARIMA(1,0,1)": [0.9, -0.7, 0.0, 0.0], "ARIMA(0,1,1)": [0.0, -0.9, 0.0, 0.0],
    ...         "chosen_in_period": 7, "periods": 60, "log_likelihoods_per_period": [-1.5, -1.6]}
    >>> remembered(kept).to_json() == kept, remembered({"phi": 0.25})
    (True, None)
    """
    try:
        return _read(last) if last else None
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def outdated(memory: Memory, periods: int, period: int) -> str | None:
    """Return why orders must be chosen anew before a fit is tried; None where they need not.

    Args:
        memory: of the last run.
        periods: length of the history now.
        period: number of its last period.
    """
    age = period - memory.chosen_in
    if not 0 <= age < RESELECT_AFTER_PERIODS:
        return f"the orders were chosen {age} periods ago"
    change = max(periods, memory.periods) / max(min(periods, memory.periods), 1)
    if change > LARGEST_CHANGE_OF_LENGTH:
        return f"the history held {memory.periods} periods and now holds {periods}"
    return None


def gone_astray(memory: Memory, log_likelihoods: tuple[float, ...], errors: Vector) -> str | None:
    """Return why a warm fit is not to be trusted; None where it is.

    Args:
        memory: of the last run.
        log_likelihoods: per period, of the warm fit.
        errors: its one-step errors, oldest first.
    """
    before_and_now = zip(memory.log_likelihoods, log_likelihoods, strict=True)
    if (loss := max(before - now for before, now in before_and_now)) > LARGEST_LOSS_PER_PERIOD:
        return f"the log-likelihood fell by {loss:.2f} a period"
    if (signal := tracking_signal(errors)) > LARGEST_SIGNAL:
        return f"the tracking signal stands at {signal:.1f}"
    return None


def tracking_signal(errors: Vector) -> float:
    """Return how far recent errors add up one way: their sum over sqrt(n) x their mean size.

    Trigg (1964), "Monitoring a Forecasting System", the sum taken over four weeks and
    measured by the mean absolute deviation of all errors; zero without any.

    >>> tracking_signal(np.ones(25))  # 25 / (sqrt(25) x 1)
    5.0
    """
    recent = errors[-WATCHED_PERIODS:]
    size = float(np.mean(np.abs(errors))) if len(errors) else 0.0
    return abs(float(np.sum(recent))) / (math.sqrt(len(recent)) * size) if size > 0 else 0.0


def _read(last: Mapping[str, Any]) -> Memory:
    kept = [[order for order in orders_of(usual) if str(order) in last] for usual in FAMILIES]
    choices = [Choice(orders[0], _arma(last[str(orders[0])])) for orders in kept if orders]
    likelihoods = tuple(float(value) for value in last["log_likelihoods_per_period"])
    if not len(likelihoods) == len(choices) == len(FAMILIES) or not all(
        map(math.isfinite, likelihoods)
    ):
        raise ValueError("not one log-likelihood and one order for each family")
    return Memory(
        choices=tuple(choices),
        chosen_in=int(last["chosen_in_period"]),
        periods=int(last["periods"]),
        log_likelihoods=likelihoods,
    )


def _arma(values: Any) -> Arma:
    arma = Arma(*(float(value) for value in values))
    if not all(map(math.isfinite, arma)):
        raise ValueError("not a coefficient")
    return arma
