"""The peers' side of the bench: runs under the peers' own Python, and knows nothing of stockcli.

    PEERS_PYTHON scripts/bench/peers.py < JOBS > RESULTS

One JSON object a line, in and out. Every job is a fit from scratch; what comes back is the
distribution of the *total* over each length, which is what a reorder point needs, and CPU ms.
"""

# ruff: noqa: E402 - one thread and the checkout's root come before what depends on them

from __future__ import annotations

import json
import os
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from scripts.bench.peer_methods import METHODS, Job

PINS = Path(__file__).with_name("peers_requirements.txt")


def _cpu_seconds() -> float:
    """Return CPU seconds of this process and of those it started: Prophet's fit is one."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _jobs() -> Iterator[Job]:
    for line in sys.stdin:
        fields = json.loads(line)
        yield Job(**{**fields, "units": np.array(fields["units"], dtype=np.float64)})


def _answer(job: Job, warmed: set[str]) -> dict[str, Any]:
    if job.method not in warmed:  # compiled code is loaded once, and costs nobody
        METHODS[job.method](job)
        warmed.add(job.method)
    begun = _cpu_seconds()
    totals, model = METHODS[job.method](job)
    cpu_ms = 1e3 * (_cpu_seconds() - begun)
    return {"key": job.key, "cpu_ms": cpu_ms, "model": model, "totals": totals}


def main() -> None:
    """Answer every job on stdin, in order."""
    pins = (line.split("==") for line in PINS.read_text().split() if "==" in line)
    for name, pinned in pins:
        if version(name) != pinned:
            sys.exit(f"{name} is {version(name)} here, the bench wants {pinned}: see {PINS}.")
    warnings.filterwarnings("ignore")
    warmed: set[str] = set()
    for job in _jobs():
        sys.stdout.write(json.dumps(_answer(job, warmed)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
