"""The real command, run as a user runs it, on copies of a database that was made once."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pexpect
import pytest

from stockcli.bootstrap import SystemClock
from stockcli.cli.main import run
from stockcli.persistence.database import Database
from tests.fixtures.shops import Shops, open_shops

SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return what stdout holds, read as JSON."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """Return all it said."""
        return self.out + self.err


@dataclass(frozen=True, kw_only=True)
class Command:
    """Runs `stock` in a home of its own."""

    home: Path
    checkout: Path

    def __call__(
        self, *arguments: str, token: str | None = None, stdin: str = "", **environ: str
    ) -> Ran:
        """Run it to its end in this process, which spares a second of imports each time."""
        out, err, hook = io.StringIO(), io.StringIO(), sys.excepthook
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name, value in self.environ(token, **environ).items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            code = run(arguments)
        sys.excepthook = hook
        return Ran(code=code, out=out.getvalue(), err=err.getvalue())

    def process(self, *arguments: str, token: str | None = None, **environ: str) -> Ran:
        """Run it to its end in a process of its own, stdout and stderr being pipes."""
        done = subprocess.run(
            [*self.line, *arguments],
            env=self.environ(token, **environ),
            stdin=subprocess.DEVNULL,
            # Without a terminal, also where the tests are started on one.
            start_new_session=True,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(code=done.returncode, out=done.stdout, err=done.stderr)

    def python(self, script: str, *, stdin: str = "", **environ: str) -> Ran:
        """Run a few lines of Python beside it, in a process without a terminal."""
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=self.environ(**environ),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            start_new_session=True,
        )
        return Ran(code=done.returncode, out=done.stdout, err=done.stderr)

    @property
    def line(self) -> list[str]:
        """Return how the command is started."""
        return [sys.executable, "-m", "stockcli"]

    def environ(self, token: str | None = None, **more: str) -> dict[str, str]:
        """Return its environment."""
        own = {"STOCK_HOME": str(self.home), "PYTHONPATH": str(self.checkout), "TERM": "xterm"}
        return os.environ | own | ({"STOCK_TOKEN": token} if token else {}) | more

    def terminal(
        self, *arguments: str, token: str | None = None, columns: int = 80, **environ: Any
    ) -> pexpect.spawn:
        """Start it on a terminal of so many columns."""
        return pexpect.spawn(
            self.line[0],
            [*self.line[1:], *arguments],
            env=self.environ(token, **environ),
            dimensions=(50, columns),
            encoding="utf-8",
            timeout=SECONDS,
        )


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A database file to copy, and the tokens that open it."""

    file: Path
    tokens: Shops
    ran: Ran | None = None


def _copied(prepared: Prepared, home: Path, checkout: Path) -> Command:
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(prepared.file, home / "stock.db")
    return Command(home=home, checkout=checkout)


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Two shops with stock and sales; nothing was checked yet."""
    file = tmp_path_factory.mktemp("stocked") / "stock.db"
    database = Database(f"sqlite:///{file}", clock=SystemClock())
    database.ensure_ready()
    tokens = open_shops(database)
    database.dispose()
    return Prepared(file=file, tokens=tokens)


@pytest.fixture(scope="session")
def checked(
    stocked: Prepared, tmp_path_factory: pytest.TempPathFactory, checkout: Path
) -> Prepared:
    """Both shops after one run-check of all tenants, with what it printed."""
    command = _copied(stocked, tmp_path_factory.mktemp("checked"), checkout)
    with pytest.MonkeyPatch.context() as patch:
        for name in [
            name for name in os.environ if name.startswith(("STOCK_", "ANTHROPIC_", "OPENAI_"))
        ]:
            patch.delenv(name)
        patch.chdir(command.home)
        ran = command.process("run-check", "--all-tenants", "--json", token=stocked.tokens.operator)
    return Prepared(file=command.home / "stock.db", tokens=stocked.tokens, ran=ran)


@pytest.fixture
def tokens(stocked: Prepared) -> Shops:
    """The tokens of both shops."""
    return stocked.tokens


@pytest.fixture
def empty(stock_home: Path, checkout: Path) -> Command:
    """The command on a machine that never saw it."""
    return Command(home=stock_home, checkout=checkout)


@pytest.fixture
def stock(stocked: Prepared, stock_home: Path, checkout: Path) -> Command:
    """The command on two stocked shops."""
    return _copied(stocked, stock_home, checkout)


@pytest.fixture
def stock_after_check(checked: Prepared, stock_home: Path, checkout: Path) -> Command:
    """The command on two shops that were checked once."""
    return _copied(checked, stock_home, checkout)
