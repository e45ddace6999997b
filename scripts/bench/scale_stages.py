"""`stock` with a watch on the steps of a check; what each took is written to a file at the end.

python -m scripts.bench.scale_stages SECONDS.json run-check --all-tenants --workers 1
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = {
    "read": (
        ("stockcli.usecases.moving_thresholds", "mark_of_demand"),
        ("stockcli.usecases.moving_thresholds", "read_demand"),
        ("stockcli.usecases.run_check", "stock_lines"),
    ),
    "fit": (("stockcli.usecases.moving_thresholds", "refit"),),
    "write": (("stockcli.usecases.run_check", "move_thresholds"),),
    "decide": (
        ("stockcli.usecases.run_check", "low_products"),
        ("stockcli.usecases.run_check", "conclude"),
    ),
    "rest": (("stockcli.cli.run_check_running", "check_unit"),),
}
"""Functions by step, under the names they are called by; inner ones are taken off outer ones.

What moving thresholds takes, less reading and fitting, is comparing and writing them; `rest` is
signing in, leases, messages and the log.
"""


class Watch:
    """Seconds by step: what a watched function calls that is watched as well is not its own."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._inner = [0.0]

    def on(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with a watch on it."""

        def watched(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            self._inner.append(0.0)
            try:
                return function(*given, **named)
            finally:
                took = time.perf_counter() - began
                self.seconds[step] += took - self._inner.pop()
                self._inner[-1] += took

        return watched


def main() -> None:
    """Run the command with its steps watched."""
    from importlib import import_module  # noqa: PLC0415

    from stockcli.cli.main import main as stock  # noqa: PLC0415

    file, watch = Path(sys.argv[1]), Watch()
    import_module("stockcli.forecasting.engine")  # its start is no shop's fit
    for step, functions in STEPS.items():
        for module, name in functions:
            room = import_module(module)
            setattr(room, name, watch.on(step, getattr(room, name)))
    sys.argv = ["stock", *sys.argv[2:]]
    try:
        stock()
    finally:
        file.write_text(json.dumps(watch.seconds), encoding="utf-8")


if __name__ == "__main__":
    main()
