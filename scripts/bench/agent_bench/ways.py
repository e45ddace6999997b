"""The ways the program is used in a play: in this process, or as the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from scripts.bench.agent_bench.person import Person
from scripts.bench.agent_bench.scenario import Turn
from stockcli.agent.chat.session import ChatSession
from stockcli.agent.tools.toolbox import ActionPreview
from stockcli.bootstrap import App
from stockcli.domain.errors import StockError
from stockcli.domain.identifiers import RunId
from stockcli.settings import Settings
from stockcli.usecases.run_check import Crew, check_shop

ROOT = Path(__file__).resolve().parents[3]
LONGEST_SECONDS = 300
Told = tuple[str, tuple[str, ...]]
"""An answer, and the figures in it that no tool told."""


class Way(Protocol):
    """A way to ask, and to have the shop checked."""

    def turn(self, turn: Turn) -> Told:
        """Return what comes of a turn.

        Raises:
            StockError: the program gave an error instead.
        """


class InProcess:
    """Uses what the commands use, without starting them."""

    def __init__(self, app: App, person: Person) -> None:
        self._app = app
        self._person = person
        self._session: ChatSession | None = None

    def turn(self, turn: Turn) -> Told:
        """Return what comes of a turn."""
        if turn.check:
            return self._check()
        if self._session is None:
            self._session = self._app.chat(self._app.unit(), confirm=self._person.confirm)
        answer = self._session.ask(turn.ask)
        return answer.text, answer.unsupported_figures

    def _check(self) -> Told:
        unit = self._app.unit()
        crew = Crew(
            forecaster=self._app.forecaster(workers=1),
            reviewer=self._app.reviewer(unit),
            clock=self._app.clock,
        )
        check_shop(unit, crew, RunId(f"run-{time.monotonic_ns()}"))
        return "", ()


class Command:
    """Starts `stock` anew for each turn, as a script would: --yes stands for the person's yes."""

    def __init__(self, app: App, person: Person) -> None:
        self._settings = app.settings
        self._person = person
        self._conversation: str | None = None

    def turn(self, turn: Turn) -> Told:
        """Return what comes of a turn."""
        if turn.check:
            self._stock("run-check", "--json")
            return "", ()
        resumed = ["--resume", self._conversation] if self._conversation else []
        yes = ["--yes"] if turn.confirm else []
        answer = self._stock("chat", "--json", f"--message={turn.ask}", *resumed, *yes)
        self._conversation = answer["conversation_id"]
        self._person.agreed += [_preview(one) for one in answer["actions"] if one["confirmed"]]
        self._person.shown += len(answer["actions"])
        return answer["text"], tuple(answer["unsupported_figures"])

    def _stock(self, *arguments: str) -> Any:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "stockcli", *arguments],
            capture_output=True,
            check=False,
            cwd=self._settings.home,
            encoding="utf-8",
            env=_environment(self._settings),
            stdin=subprocess.DEVNULL,
            timeout=LONGEST_SECONDS,
        )
        if done.returncode:
            raise StockError(done.stderr.strip() or f"exit code {done.returncode}")
        return json.loads(done.stdout)


WAYS: Mapping[str, Callable[[App, Person], Way]] = {"process": InProcess, "command": Command}


def _environment(settings: Settings) -> dict[str, str]:
    """Return the settings as the command reads them, and nothing of ours beside them."""
    given = {
        "ANTHROPIC_API_KEY": settings.anthropic_api_key,
        "ANTHROPIC_BASE_URL": settings.anthropic_base_url,
        "OPENAI_API_KEY": settings.openai_api_key,
        "OPENAI_BASE_URL": settings.openai_base_url,
        "PATH": os.environ.get("PATH"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "STOCK_DATABASE_URL": settings.database_url,
        "STOCK_HOME": str(settings.home),
        "STOCK_MODEL": settings.model,
        "STOCK_TOKEN": settings.token,
    }
    return {name: value for name, value in given.items() if value}


def _preview(action: Mapping[str, Any]) -> ActionPreview:
    return ActionPreview(
        tool=action["tool"], summary=action["summary"], details=tuple(action["details"])
    )
