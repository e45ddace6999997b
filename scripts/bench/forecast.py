"""Compare our forecasts with the usual libraries', in one run, on one thread: see README.md here.

python scripts/bench/forecast.py --data DIR --peers-python PATH [--dataset m5] [--json]
"""

# ruff: noqa: E402 - one thread and the checkout's root come before what depends on them

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rich.console import Console

from scripts.bench.comparison import Peer, figures, run
from scripts.bench.peer_runs import PeerBook, PeersUnavailableError
from scripts.bench.tables import tables
from scripts.bench.windows import LAYOUTS, Layout, windows_of

METHODS = (
    "autoarima", "autoarima_approximation", "autoets", "croston_sba", "tsb", "seasonal_naive",
    "prophet",
)  # fmt: skip
DEFAULT_PEERS = "autoets,croston_sba,tsb,seasonal_naive,autoarima:30,prophet:20"
REFIT_SERIES = 50
WIDTH = 120
"""Of the tables in a file or a pipe."""


def main() -> None:
    """Run the bench and print what it found."""
    options = _options()
    try:
        _compare(options)
    except PeersUnavailableError as bad:
        sys.exit(f"The peers' Python answered nothing: {bad} Is {options.peers_python} set up?")
    except FileNotFoundError as bad:
        sys.exit(f"{bad} cannot be read: see scripts/bench/README.md for what --data holds.")


def _compare(options: argparse.Namespace) -> None:
    if options.peers_python is not None and not options.peers_python.exists():
        sys.exit(f"{options.peers_python} is no Python: see scripts/bench/README.md to set it up.")
    layout = _layout(options)
    windows = windows_of(options.data, layout, options.half, options.series)
    if not windows:
        sys.exit(f"No series of {layout.name} is long enough for {layout.origins} origins.")
    peers = [_peer(text, options.series) for text in options.peers.split(",") if text]
    book = PeerBook(options.cache, options.peers_python)
    remarks = Console(stderr=True)
    with remarks.status("") as status:
        found = run(
            layout, windows, peers, book, options.probability,
            lambda what, done, of: status.update(f"{what}: {done} of {of}"),
        )  # fmt: skip
        result = figures(found, REFIT_SERIES) | {"half": options.half}
    silent = [peer.method for peer in peers if peer.method not in found.cpu_ms]
    if silent:
        remarks.print(f"Left out, for lack of an answer: {', '.join(silent)}.", highlight=False)
    _print(result, as_json=options.json)


def _print(result: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
        return
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    for table in tables(result):
        console.print(table)


def _layout(options: argparse.Namespace) -> Layout:
    layout = LAYOUTS[options.dataset]
    return replace(layout, origins=options.origins) if options.origins else layout


def _peer(text: str, most_series: int) -> Peer:
    method, _, count = text.strip().partition(":")
    if method not in METHODS or (count and not count.isdecimal()):
        sys.exit(
            f'"{text}" is no peer; choose from {", ".join(METHODS)}, each with :COUNT if wished.'
        )
    return Peer(method=method, most_series=min(int(count or most_series), most_series))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder with m5/, online_retail/, carparts/")
    add("--dataset", choices=sorted(LAYOUTS), default="m5")
    add("--series", type=int, default=120, help="how many series at most")
    add("--origins", type=int, default=0, help="how many origins; 0 for the data set's own")
    add("--half", choices=("choose", "report"), default="choose")
    add("--peers", default=DEFAULT_PEERS, help=f"METHOD[:SERIES],...; of {', '.join(METHODS)}")
    add(
        "--peers-python",
        type=Path,
        default=Path(sys.executable) if find_spec("statsforecast") else None,
        help="the peers' interpreter; left out, this one, if they are here, else only the cache",
    )
    add(
        "--cache",
        type=Path,
        default=Path(".bench/peers.jsonl"),
        help="peers' forecasts are kept here",
    )
    add("--probability", type=float, default=0.95)
    add("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
