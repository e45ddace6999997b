"""Ours and the peers on the same windows: the figures, as values a table or a program may read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from scripts.bench.ours import forecasts_of, refit_times, textbook_quantiles
from scripts.bench.peer_runs import PeerBook, pinned
from scripts.bench.scores import Scores, mean_of, ratio_of, scores_of
from scripts.bench.shelves import at_service, shelf_outcome
from scripts.bench.windows import Layout, Window

OURS, TEXTBOOK = "ours", "textbook"
ALL = "all"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A method to compare with, and on how many series at most."""

    method: str
    most_series: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """All methods' answers on one set of windows.

    Attributes:
        quantiles: by method and length, one entry a window; None where not answered.
        cpu_ms: by method, for one series.
        demand_classes: as the engine calls them, one a window.
    """

    layout: Layout
    windows: Sequence[Window]
    probability: float
    quantiles: Mapping[tuple[str, int], Sequence[float | None]]
    cpu_ms: Mapping[str, float]
    demand_classes: Sequence[str]


def run(
    layout: Layout,
    windows: Sequence[Window],
    peers: Sequence[Peer],
    book: PeerBook,
    probability: float,
    on_progress: Progress,
) -> Run:
    """Return what every method said at every window; the peers are fitted anew at each."""
    quantiles: dict[tuple[str, int], Sequence[float | None]] = {}
    cpu_ms: dict[str, float] = {}
    classes: list[str] = []
    for length in layout.lengths:
        said, cpu_ms[OURS] = forecasts_of(
            windows, layout, length, probability, lambda done, of: on_progress(OURS, done, of)
        )
        quantiles[OURS, length] = [forecast.total_quantile for forecast in said]
        classes = [forecast.demand_class.value for forecast in said]
        quantiles[TEXTBOOK, length] = textbook_quantiles(windows, layout, length, probability)
    for peer in peers:
        _ask(peer, layout, windows, book, probability, on_progress, quantiles, cpu_ms)
    return Run(
        layout=layout,
        windows=windows,
        probability=probability,
        quantiles=quantiles,
        cpu_ms=cpu_ms,
        demand_classes=classes,
    )


def _ask(
    peer: Peer,
    layout: Layout,
    windows: Sequence[Window],
    book: PeerBook,
    probability: float,
    on_progress: Progress,
    quantiles: dict[tuple[str, int], Sequence[float | None]],
    cpu_ms: dict[str, float],
) -> None:
    """Add what a peer said of the first so many series."""
    asked = windows[: peer.most_series * layout.origins]
    answers = book.forecasts(
        peer.method, asked, layout, probability, lambda done, of: on_progress(peer.method, done, of)
    )
    padded = [*answers, *[None] * (len(windows) - len(asked))]
    times = [answer.cpu_ms for answer in answers if answer is not None]
    if times:
        cpu_ms[peer.method] = median(times)
        for length in layout.lengths:
            quantiles[peer.method, length] = [
                None if answer is None else answer.quantiles[length] for answer in padded
            ]


def figures(found: Run, refit_series: int) -> dict[str, Any]:
    """Return every figure of a run, as JSON values."""
    refit = refit_times(found.windows, found.layout, found.probability, refit_series)
    methods = list(dict.fromkeys(method for method, _ in found.quantiles))
    return {
        "dataset": found.layout.name,
        "windows": len(found.windows),
        "series": len({window.series for window in found.windows}),
        "probability": found.probability,
        "cpu_ms": {method: found.cpu_ms.get(method) for method in methods},
        "versions": {
            method: pinned(method) for method in methods if method not in {OURS, TEXTBOOK}
        },
        "refit": {
            "cold_ms": refit.cold_ms,
            "warm_ms": refit.warm_ms,
            "series": refit.series,
        },
        "losses": [row for length in found.layout.lengths for row in _losses(found, length)],
        "ratios": [row for length in found.layout.lengths for row in _ratios(found, length)],
        "shelves": list(_shelves(found)),
    }


def _groups(found: Run) -> Iterator[tuple[str, np.ndarray[Any, np.dtype[np.bool_]]]]:
    """Yield every class with the windows it holds: all, by zeros, by how the engine sees it."""
    yield ALL, np.ones(len(found.windows), dtype=np.bool_)
    zeros = np.array([f"zeros {window.zero_class}" for window in found.windows])
    for labels in (zeros, np.array(found.demand_classes)):
        for label in np.unique(labels):
            yield str(label), labels == label


def _scores(found: Run, length: int) -> dict[str, Scores]:
    return {
        method: scores_of(method, found.windows, quantiles, length, found.probability)
        for (method, of_length), quantiles in found.quantiles.items()
        if of_length == length
    }


def _losses(found: Run, length: int) -> Iterator[dict[str, Any]]:
    for method, scores in _scores(found, length).items():
        for label, group in _groups(found):
            yield {
                "length": length,
                "method": method,
                "class": label,
                "windows": int((scores.known & group).sum()),
                "pinball": mean_of(scores.loss[group]),
                "coverage": mean_of(scores.covered[group]),
            }


def _ratios(found: Run, length: int) -> Iterator[dict[str, Any]]:
    scores = _scores(found, length)
    series = [window.series for window in found.windows]
    for method in scores:
        for label, group in _groups(found) if method != OURS else ():
            theirs = np.where(group, scores[method].loss, np.nan)
            ratio = ratio_of(scores[OURS].loss, theirs, series)
            if ratio is not None:
                yield {"length": length, "peer": method, "class": label, **vars(ratio)}


def _shelves(found: Run) -> Iterator[dict[str, Any]]:
    """Yield for every peer what its levels would have done, and ours on the same series."""
    longest = max(found.layout.lengths)
    ours = found.quantiles[OURS, longest]
    for (method, length), theirs in found.quantiles.items():
        if length != longest or method == OURS:
            continue
        same = [None if peer is None else own for peer, own in zip(theirs, ours, strict=True)]
        outcome = shelf_outcome(found.windows, theirs, found.layout)
        if outcome is None:
            continue
        as_found = shelf_outcome(found.windows, same, found.layout)
        scaled = at_service(found.windows, same, found.layout, outcome.cycle_service)
        named = ((method, outcome), (OURS, as_found), ("ours, scaled", scaled))
        for name, one in named:
            if one is not None:
                yield {"beside": method, "method": name, **vars(one)}
