"""A scenario: what is asked of which shop, what may come of it, and what must be said."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

FOLDER = Path(__file__).parent / "scenarios"
KINDS = {"questions": "question", "actions": "action", "traps": "trap", "reviews": "review"}
"""Kinds by the name of the file they stand in."""
STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something the world does before a turn; which fields count depends on what.

    Attributes:
        do: "sell", "minimum", "rename", "policy" or "only".
    """

    __pydantic_config__ = STRICT

    do: str
    sku: str = ""
    units: int = 0
    text: str = ""
    name: str = ""
    value: str | bool | None = None
    skus: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One question, or one check of the shop, and what must come of it.

    Attributes:
        check: the shop is checked instead of asked.
        confirm: whether the person says yes to what is shown.
        effects: what must have changed; `*` stands for anything, `|` parts alternatives.
        may: what else may have changed.
        figures: that must be told; `|` parts alternatives, `~` allows a tenth more or less.
        never_figures: that must not be told.
        says: what must be said, without regard to case and accents; `|` parts alternatives.
        never_says: what must not be said.
    """

    __pydantic_config__ = STRICT

    ask: str = ""
    check: bool = False
    confirm: bool = True
    before: tuple[Happening, ...] = ()
    effects: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    never_figures: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    never_says: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A conversation with one shop.

    Attributes:
        kind: "question", "action", "trap" or "review".
        role: of the token it is held with, "manager" or "analyst".
    """

    __pydantic_config__ = STRICT

    name: str
    turns: tuple[Turn, ...]
    kind: str = field(default="question")
    language: str = "en"
    shop: str = "corner"
    role: str = "manager"


_ADAPTER = TypeAdapter(tuple[Scenario, ...])


def load_scenarios(folder: Path = FOLDER) -> tuple[Scenario, ...]:
    """Return all scenarios, in the order of their kinds and files.

    Raises:
        ValueError: a file says something no scenario has, or two share a name.
    """
    found = [scenario for stem, kind in KINDS.items() for scenario in _of_file(folder, stem, kind)]
    names = [scenario.name for scenario in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"scenarios share a name: {', '.join(twice)}"
        raise ValueError(message)
    return tuple(found)


def chosen(scenarios: Iterable[Scenario], names: Iterable[str]) -> tuple[Scenario, ...]:
    """Return the scenarios of these names or kinds; all if none is given.

    Raises:
        ValueError: nothing is called so.
    """
    wanted, every = set(names), tuple(scenarios)
    unknown = wanted - {one.name for one in every} - {one.kind for one in every}
    if unknown:
        message = f"no scenario and no kind is called {', '.join(sorted(unknown))}: see --list"
        raise ValueError(message)
    return tuple(one for one in every if not wanted or {one.name, one.kind} & wanted)


def _of_file(folder: Path, stem: str, kind: str) -> tuple[Scenario, ...]:
    file = folder / f"{stem}.toml"
    written = tomllib.loads(file.read_text(encoding="utf-8"))["scenario"]
    try:
        return _ADAPTER.validate_python([{"kind": kind, **one} for one in written])
    except ValidationError as error:
        message = f"{file.name}: {error}"
        raise ValueError(message) from error
