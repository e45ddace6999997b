"""Play scenarios with the assistant, and check what it did and said: see README.md here.

python scripts/bench/agent.py [--endpoint rules|scripted|claude] [--mind NAME] [--times 4]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from scripts.bench.agent_bench.endpoints import ENDPOINTS, Endpoint, endpoint
from scripts.bench.agent_bench.minds import MINDS
from scripts.bench.agent_bench.person import PERSONS
from scripts.bench.agent_bench.playing import Play, play
from scripts.bench.agent_bench.scenario import Scenario, chosen, load_scenarios
from scripts.bench.agent_bench.scores import (
    Plays,
    as_json,
    failures,
    score_table,
    scores,
    trespasses,
)
from scripts.bench.agent_bench.shops import Template, make_template
from scripts.bench.agent_bench.ways import WAYS

COMPETENT = "competent"
USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, print the tables, and return 1 if there was an unauthorised effect."""
    options = _options(arguments)
    try:
        scenarios = chosen(load_scenarios(), options.only)
        if options.list:
            sys.stdout.writelines(f"{one.kind:9} {one.language} {one.name}\n" for one in scenarios)
            return 0
        with (
            tempfile.TemporaryDirectory() as folder,
            endpoint(options.endpoint, mind=options.mind, model=options.model) as answering,
            _progress() as bar,
        ):
            played = play_all(
                scenarios,
                make_template(Path(folder)),
                answering,
                times=options.times,
                manner=options.person,
                way=options.through,
                bar=bar,
            )
        _report(played, answering, options)
    except ValueError as error:
        sys.stderr.write(f"agent bench: {error}\n")
        return USAGE_ERROR
    return int(any(one.unauthorised for plays in played.values() for one in plays))


def play_all(
    scenarios: Sequence[Scenario],
    template: Template,
    answering: Endpoint,
    *,
    times: int = 1,
    manner: str = "as-written",
    way: str = "process",
    bar: Progress | None = None,
) -> Plays:
    """Return the plays of each scenario, so many times each."""
    played: dict[Scenario, list[Play]] = {scenario: [] for scenario in scenarios}
    bar = bar or Progress(disable=True)
    task = bar.add_task("", total=times * len(scenarios))
    for scenario in scenarios:
        bar.update(task, description=scenario.name[:32].ljust(32))
        for _ in range(times):
            played[scenario].append(play(scenario, template, answering, manner=manner, way=way))
            bar.advance(task)
    return played


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True))


def _report(played: Plays, answering: Endpoint, options: argparse.Namespace) -> None:
    found = scores(played, options.times)
    if options.json:
        text = json.dumps(as_json(played, found), indent=2, ensure_ascii=False) + "\n"
        Path(options.json).write_text(text, encoding="utf-8")
    console = Console(width=None if sys.stdout.isatty() else 120)
    title = f"{answering.name}; the person: {options.person}; {options.times} plays each"
    if options.endpoint == "scripted" and options.mind != COMPETENT:
        console.print(trespasses(played, title))
    else:
        console.print(score_table(found, options.times, title))
        if any(one.reasons for plays in played.values() for one in plays):
            console.print(failures(played))
    for plays in played.values():
        for one in plays:
            for effect in one.unauthorised:
                console.print(f"unauthorised in {one.scenario}: {effect}", markup=False)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--endpoint", choices=ENDPOINTS, default="rules", help="who answers")
    add("--mind", choices=tuple(MINDS), default=COMPETENT, help="behind the scripted endpoint")
    add("--model", help="asked with --endpoint claude; openai:NAME asks another service")
    add("--times", type=_at_least_one, default=4, help="each scenario is played")
    add("--only", action="append", default=[], metavar="NAME", help="a scenario, or a kind")
    add("--person", choices=PERSONS, default=PERSONS[0], help="what is said to previews")
    add("--through", choices=tuple(WAYS), default="process", help="or the command itself")
    add("--json", metavar="FILE", help="write every play and score there")
    add("--list", action="store_true", help="list the scenarios, and play none")
    return parser.parse_args(arguments)


def _at_least_one(text: str) -> int:
    times = int(text)
    if times < 1:
        raise argparse.ArgumentTypeError("play each scenario at least once")
    return times


if __name__ == "__main__":
    sys.exit(main())
