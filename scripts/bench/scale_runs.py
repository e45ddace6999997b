"""One run of the real command in a process of its own, watched through /proc (Linux)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVERY_SECONDS = 0.1
MEGABYTE = 1_000_000
_HELD = re.compile(r"^(VmHWM|VmRSS):\s+(\d+) kB", re.MULTILINE)
_COUNTED = re.compile(r"\b(status=ok|status=failed|(?:checked|restock|ignore|notify|orders)=\d+)")


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run took.

    Attributes:
        cpu_seconds: of all its processes, but not of a database server.
        largest_megabytes: most memory that one of its processes held.
        sum_megabytes: most memory they held together; pages they share count for each.
        counts: shops, and the sums of what the log says of them.
    """

    seconds: float
    cpu_seconds: float
    largest_megabytes: float
    sum_megabytes: float
    counts: dict[str, int]


@dataclass
class Seen:
    """What was seen of a process and its children so far."""

    cpu_seconds: dict[int, float] = field(default_factory=dict)
    largest_kilobytes: int = 0
    sum_kilobytes: int = 0

    def look(self, pid: int) -> None:
        """Look at them all."""
        together = 0
        for one in _with_children(pid):
            try:
                status = Path(f"/proc/{one}/status").read_text(encoding="utf-8")
                stat = Path(f"/proc/{one}/stat").read_text(encoding="utf-8")
            except OSError:  # it has just ended
                continue
            held = {name: int(kilobytes) for name, kilobytes in _HELD.findall(status)}
            together += held.get("VmRSS", 0)
            self.largest_kilobytes = max(self.largest_kilobytes, held.get("VmHWM", 0))
            user, system = stat.rpartition(")")[2].split()[11:13]
            self.cpu_seconds[one] = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
        self.sum_kilobytes = max(self.sum_kilobytes, together)


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="utf-8").split()
        except OSError:
            continue
        for child in children:
            yield from _with_children(int(child))


def run(url: str, folder: Path, *arguments: str, program: tuple[str, ...] = ("stockcli",)) -> Run:
    """Run the command on a database, and watch it to its end; one that fails ends the bench."""
    log = folder / "run.log"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STOCK_")}
    environ |= {"STOCK_HOME": str(folder), "STOCK_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    seen, began = Seen(), time.perf_counter()
    with log.open("w", encoding="utf-8") as lines, (folder / "out.json").open("wb") as out:
        command = [sys.executable, "-m", *program, *arguments]
        child = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=out, stderr=lines)  # noqa: S603 - this checkout
        while child.poll() is None:
            seen.look(child.pid)
            time.sleep(EVERY_SECONDS)
    seconds = time.perf_counter() - began
    said = log.read_text(encoding="utf-8")
    if child.returncode:
        sys.exit(f"the run failed: {' '.join(arguments)}\n{said[-2000:]}")
    return Run(
        seconds=round(seconds, 2),
        cpu_seconds=round(sum(seen.cpu_seconds.values()), 2),
        largest_megabytes=round(seen.largest_kilobytes * 1024 / MEGABYTE),
        sum_megabytes=round(seen.sum_kilobytes * 1024 / MEGABYTE),
        counts=_counts(said),
    )


def split(url: str, folder: Path, *arguments: str) -> tuple[Run, dict[str, float]]:
    """Run the command in one process; return it, and the seconds of each of its steps."""
    file = folder / "steps.json"
    program = ("scripts.bench.scale_stages", str(file))
    done = run(url, folder, *arguments, program=program)
    return done, json.loads(file.read_text(encoding="utf-8"))


def _counts(log: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for line in log.splitlines():
        if "tenant=shop-" in line:
            for found in _COUNTED.findall(line):
                name, _, value = found.partition("=")
                counts[value if name == "status" else name] += 1 if name == "status" else int(value)
    return dict(counts)
