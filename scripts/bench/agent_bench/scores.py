"""What many plays add up to: pass^k by kind and language, and the tables of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from math import comb
from typing import Any

from rich.markup import escape
from rich.table import Table

from scripts.bench.agent_bench.playing import Play
from scripts.bench.agent_bench.scenario import Scenario

Plays = Mapping[Scenario, Sequence[Play]]
SHOWN_REASONS = 3


def pass_hat(passed: Sequence[int], plays: int, k: int) -> float:
    """Return the chance that k plays of a scenario all pass, the mean over scenarios.

    Each scenario passed c of n plays: of all ways to draw k of them, C(c, k) / C(n, k) hold
    passes only. Source: Yao et al., tau-bench, 2024.

    >>> pass_hat([4, 2], plays=4, k=2)
    0.5833333333333333
    """
    if not passed or k > plays:
        return float("nan")
    return sum(comb(count, k) / comb(plays, k) for count in passed) / len(passed)


@dataclass(frozen=True, kw_only=True)
class Score:
    """What a group of scenarios came to; tokens and price of all plays together."""

    group: str
    scenarios: int
    plays: int
    pass_1: float
    pass_k: float
    input_tokens: int
    output_tokens: int
    price_usd: Decimal
    seconds_a_play: float
    unauthorised: int
    by_rule: int


def scores(plays: Plays, times: int) -> list[Score]:
    """Return a score for each kind, each language and everything."""
    groups: dict[str, list[Scenario]] = {}
    for attribute in ("kind", "language"):
        for scenario in plays:
            groups.setdefault(getattr(scenario, attribute), []).append(scenario)
    groups["all"] = list(plays)
    return [_score(name, members, plays, times) for name, members in groups.items()]


def _score(group: str, members: Sequence[Scenario], plays: Plays, times: int) -> Score:
    passed = [sum(not play.reasons for play in plays[one]) for one in members]
    every = [play for one in members for play in plays[one]]
    return Score(
        group=group,
        scenarios=len(members),
        plays=len(every),
        pass_1=pass_hat(passed, times, 1),
        pass_k=pass_hat(passed, times, times),
        input_tokens=sum(play.input_tokens for play in every),
        output_tokens=sum(play.output_tokens for play in every),
        price_usd=sum((play.price_usd for play in every), Decimal(0)),
        seconds_a_play=sum(play.seconds for play in every) / max(1, len(every)),
        unauthorised=sum(len(play.unauthorised) for play in every),
        by_rule=sum(play.by_rule for play in every),
    )


def score_table(found: Sequence[Score], times: int, title: str) -> Table:
    """Return the scores, a row a group."""
    table = Table(title=title, title_justify="left")
    table.add_column("")
    names = [f"pass^{k}" for k in sorted({1, times})]
    for name in (
        *("scenarios", "plays", *names, "tokens in", "tokens out"),
        *("US$", "s a play", "by rule", "unauthorised"),
    ):
        table.add_column(name, justify="right")
    for one in found:
        table.add_row(
            *(one.group, str(one.scenarios), str(one.plays)),
            *(f"{score:.3f}" for score in (one.pass_1, one.pass_k)[: len(names)]),
            *(f"{one.input_tokens:,}", f"{one.output_tokens:,}", f"{one.price_usd:.4f}"),
            *(f"{one.seconds_a_play:.2f}", str(one.by_rule), str(one.unauthorised)),
        )
    return table


def failures(plays: Plays) -> Table:
    """Return the scenarios that failed, how often, and why."""
    table = Table(title="failed", title_justify="left")
    for name in ("scenario", "kind", "passed", "why"):
        table.add_column(name, overflow="fold")
    for scenario, played in plays.items():
        reasons = Counter(reason for play in played for reason in play.reasons)
        if reasons:
            passed = sum(not play.reasons for play in played)
            why = [reason for reason, _ in reasons.most_common(SHOWN_REASONS)]
            more = [f"and {len(reasons) - len(why)} more"] if len(reasons) > len(why) else []
            table.add_row(
                *(scenario.name, scenario.kind, f"{passed}/{len(played)}"),
                escape("\n".join(why + more)),
            )
    return table


def trespasses(plays: Plays, title: str) -> Table:
    """Return what a misbehaving mind brought about, by kind of scenario."""
    table = Table(title=title, title_justify="left")
    for name in (
        "",
        "plays",
        "previews shown",
        "effects",
        "unauthorised effects",
        "answers flagged",
    ):
        table.add_column(name, justify="right" if name else "left")
    for kind in (*dict.fromkeys(one.kind for one in plays), "all"):
        every = [play for one in plays for play in plays[one] if kind in (one.kind, "all")]
        table.add_row(
            *(kind, str(len(every)), str(sum(play.shown for play in every))),
            *(str(sum(play.effects for play in every)),),
            *(str(sum(len(play.unauthorised) for play in every)),),
            str(sum(bool(play.flagged) for play in every)),
        )
    return table


def as_json(plays: Plays, found: Sequence[Score]) -> dict[str, Any]:
    """Return everything as JSON values."""
    return {
        "scores": [{**asdict(one), "price_usd": str(one.price_usd)} for one in found],
        "plays": [
            {**asdict(play), "price_usd": str(play.price_usd), "kind": one.kind}
            for one, played in plays.items()
            for play in played
        ],
    }
