"""Peers' forecasts, kept in a file: a peer is fitted once per window, version and method."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.bench.windows import Layout, Window

HERE = Path(__file__).parent
WORKER = HERE / "peers.py"
PINS = HERE / "peers_requirements.txt"
PROTOCOL = 1
"""Counted up when peers.py changes what it answers: kept forecasts are then made anew."""


class PeersUnavailableError(Exception):
    """The peers' environment could not answer; the message is what it said."""


@dataclass(frozen=True, kw_only=True)
class PeerForecast:
    """What a peer said at one window.

    Attributes:
        quantiles: of the total, units, by length in periods.
        cpu_ms: of one fit and forecast.
    """

    quantiles: dict[int, float]
    cpu_ms: float


class PeerBook:
    """The forecasts made so far, one JSON object a line.

    Args:
        cache: the file; made when first written to.
        python: interpreter of the peers' environment; None to use only what is in the file.
    """

    def __init__(self, cache: Path, python: Path | None) -> None:
        self._cache = cache
        self._python = python
        self._known: dict[str, PeerForecast] = {}
        for line in cache.read_text().splitlines() if cache.exists() else ():
            self._learn(json.loads(line))

    def forecasts(
        self,
        method: str,
        windows: Sequence[Window],
        layout: Layout,
        probability: float,
        on_progress: Callable[[int, int], None],
    ) -> list[PeerForecast | None]:
        """Return one forecast per window; None where the peer gave up, or was not asked.

        Raises:
            PeersUnavailableError: the peers' Python answers nothing.
        """
        jobs = [_job(method, window, layout, probability) for window in windows]
        missing = [job for job in jobs if job["key"] not in self._known]
        if missing and self._python is not None:
            self._run(self._python, missing, on_progress)
        return [self._known.get(job["key"]) for job in jobs]

    def _run(
        self, python: Path, jobs: list[dict[str, Any]], on_progress: Callable[[int, int], None]
    ) -> None:
        """Have the jobs done; one that ends the worker is passed over by the next worker."""
        done = 0
        while done < len(jobs):
            for answer in _answers(python, jobs[done:]):
                self._keep(answer)
                done += 1
                on_progress(done, len(jobs))
            done += 1

    def _keep(self, answer: dict[str, Any]) -> None:
        self._cache.parent.mkdir(parents=True, exist_ok=True)
        with self._cache.open("a") as lines:
            lines.write(json.dumps(answer) + "\n")
        self._learn(answer)

    def _learn(self, answer: dict[str, Any]) -> None:
        quantiles = {int(total[0]): float(total[3]) for total in answer["totals"]}
        forecast = PeerForecast(quantiles=quantiles, cpu_ms=float(answer["cpu_ms"]))
        self._known[answer["key"]] = forecast


def pinned(method: str) -> str:
    """Return the package a method comes from and the version the bench asks for.

    >>> pinned("tsb")
    'statsforecast==2.1.1'
    """
    package = "prophet" if method == "prophet" else "statsforecast"
    return next(pin for pin in PINS.read_text().split() if pin.startswith(f"{package}=="))


def _answers(python: Path, jobs: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield answers in the jobs' order, until all are done or the worker ends."""
    with tempfile.TemporaryFile("w+") as asked, tempfile.TemporaryFile("w+") as said:
        asked.writelines(json.dumps(job) + "\n" for job in jobs)
        asked.seek(0)
        worker = subprocess.Popen(  # noqa: S603 - the interpreter the user named
            [python, WORKER], stdin=asked, stdout=subprocess.PIPE, stderr=said, text=True
        )
        with worker:
            answered = 0
            for line in worker.stdout or ():
                answered += 1
                yield json.loads(line)
        if not answered:
            said.seek(0)
            raise PeersUnavailableError((said.read().strip().splitlines() or ["no answer"])[-1])


def _job(method: str, window: Window, layout: Layout, probability: float) -> dict[str, Any]:
    job = {
        "method": method,
        "units": window.units.tolist(),
        "first_day": window.first_day.isoformat(),
        "frequency": layout.frequency.value,
        "season": layout.season,
        "lengths": list(layout.lengths),
        "probability": probability,
    }
    content = hashlib.sha256(json.dumps(job, sort_keys=True).encode()).hexdigest()[:16]
    name = f"{layout.name}/{window.series}/{window.rank}"
    return {**job, "key": f"{name}/{method}/{pinned(method)}/{PROTOCOL}/{content}"}
