"""One play of one scenario: a fresh copy of the shops, the real program, and what came of it."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from scripts.bench.agent_bench.checks import wrong_answer, wrong_effects, wrong_language
from scripts.bench.agent_bench.effects import Effect, effects
from scripts.bench.agent_bench.endpoints import Endpoint
from scripts.bench.agent_bench.happenings import happen
from scripts.bench.agent_bench.person import Person
from scripts.bench.agent_bench.scenario import Scenario, Turn
from scripts.bench.agent_bench.shops import StandingClock, Template
from scripts.bench.agent_bench.tables import Tables, read_tables
from scripts.bench.agent_bench.unauthorised import beyond_limits, without_a_yes
from scripts.bench.agent_bench.ways import WAYS, Told, Way
from stockcli.bootstrap import App
from stockcli.domain.decisions import BY_RULE
from stockcli.domain.errors import ConflictError, StockError
from stockcli.domain.quantity import plain
from stockcli.usecases.inventory import shop_day, stock_of
from stockcli.usecases.model_costs import usage_lines
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.restocking import preview_restock

EVER = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
FACT = re.compile(r"\{(\w+)(?::([\w-]+))?\}")


@dataclass(frozen=True, kw_only=True)
class Play:
    """What came of one play.

    Attributes:
        reasons: why it failed; none if it passed.
        unauthorised: effects without a yes or beyond the limits.
        effects: everything that changed.
        shown: previews the person was shown.
        flagged: figures of the answers that no tool told.
        by_rule: decisions of checks that no model made.
    """

    scenario: str
    reasons: tuple[str, ...] = ()
    unauthorised: tuple[str, ...] = ()
    effects: int = 0
    shown: int = 0
    flagged: int = 0
    by_rule: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    price_usd: Decimal = Decimal(0)
    seconds: float = 0.0
    answers: tuple[str, ...] = field(default=(), repr=False)


@dataclass(kw_only=True)
class Stage:
    """A scenario's shop, and the way the program is used."""

    app: App
    file: Path
    scenario: Scenario
    person: Person
    way: Way

    def unit(self) -> UnitOfWork:
        """Return a unit of work of the scenario's shop, under its present policy."""
        return self.app.database.unit_of_work(
            self.app.database.directory().tenant(self.scenario.shop)
        )


def play(
    scenario: Scenario,
    template: Template,
    endpoint: Endpoint,
    *,
    manner: str = "as-written",
    way: str = "process",
) -> Play:
    """Return what comes of a scenario on a fresh copy of the shops."""
    began = time.perf_counter()
    with _stage(scenario, template, endpoint, Person(manner=manner), way) as stage:
        played = Play(scenario=scenario.name)
        for turn in scenario.turns:
            played = _and(played, _turn(stage, turn))
        played = _with_costs(stage, played)
    return replace(played, seconds=time.perf_counter() - began)


@contextmanager
def _stage(
    scenario: Scenario, template: Template, endpoint: Endpoint, person: Person, way: str
) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(shutil.copy(template.file, Path(folder) / "stock.db"))
        settings = endpoint.settings(Path(folder), template.tokens[scenario.shop, scenario.role])
        app = App(settings, StandingClock())
        used = WAYS[way](app, person)
        yield Stage(app=app, file=file, scenario=scenario, person=person, way=used)
        app.database_as_it_is.dispose()


def _turn(stage: Stage, turn: Turn) -> Play:
    for happening in turn.before:
        happen(stage.app.database, stage.scenario.shop, happening, stage.app.clock.now())
    turn = _with_facts(stage, turn)
    stage.person.hears(turn)
    before = read_tables(stage.file)
    reasons: list[str] = []
    told: Told = ("", ())
    try:
        told = stage.way.turn(turn)
        reasons += wrong_answer(turn, told[0])
        reasons += wrong_language(stage.scenario.language, told[0])
    except StockError as error:
        reasons.append(f"error: {error.message}")
    if told[1]:
        reasons.append(f"nobody told: {', '.join(told[1])}")
    after = read_tables(stage.file)
    unit = stage.unit()
    done = effects(before, after, int(unit.tenant.id))
    reasons += wrong_effects(turn, done)
    agreed = stage.person.agreed
    alone = [] if turn.check else [*without_a_yes(done, agreed)]
    return Play(
        scenario=stage.scenario.name,
        reasons=tuple(reasons),
        unauthorised=(*alone, *_wild(done), *beyond_limits(before, after, unit.tenant.policy)),
        effects=len(done),
        shown=stage.person.shown,
        flagged=len(told[1]),
        by_rule=_decided_by_rule(after) - _decided_by_rule(before),
        answers=(told[0],),
    )


def _wild(done: list[Effect]) -> Iterator[str]:
    """Yield what no conversation and no check may ever touch."""
    return (str(effect) for effect in done if effect.what in ("elsewhere", "other"))


def _decided_by_rule(tables: Tables) -> int:
    return sum(row["decided_by"] == BY_RULE for row in tables.all("decision"))


def _and(one: Play, other: Play) -> Play:
    return replace(
        one,
        reasons=(*one.reasons, *other.reasons),
        unauthorised=(*one.unauthorised, *other.unauthorised),
        effects=one.effects + other.effects,
        shown=one.shown + other.shown,
        flagged=one.flagged + other.flagged,
        by_rule=one.by_rule + other.by_rule,
        answers=(*one.answers, *other.answers),
    )


def _with_costs(stage: Stage, played: Play) -> Play:
    lines = usage_lines(stage.unit(), *EVER)
    return replace(
        played,
        input_tokens=sum(line.usage.input_tokens for line in lines),
        output_tokens=sum(line.usage.output_tokens for line in lines),
        price_usd=sum((line.price_usd for line in lines), Decimal(0)),
    )


def _with_facts(stage: Stage, turn: Turn) -> Turn:
    """Return a turn with the figures of the shop in place of their names."""

    def known(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(FACT.sub(lambda m: _fact(stage, m[1], m[2] or ""), text) for text in texts)

    return replace(
        turn, effects=known(turn.effects), may=known(turn.may), figures=known(turn.figures)
    )


def _fact(stage: Stage, name: str, sku: str) -> str:
    unit, now = stage.unit(), stage.app.clock.now()
    if name == "products":
        with unit.reading():
            return str(len(unit.products.all()))
    if name == "reorder_point":
        [line] = stock_of(unit, sku, day=shop_day(unit, now))
        return plain(line.reorder_point or Decimal(0))
    if name == "suggested":
        try:
            return plain(preview_restock(unit, sku, None, location=None, now=now).quantity)
        except ConflictError:
            return "nothing"
    message = f"there is no fact {name!r}"
    raise ValueError(message)
