from __future__ import annotations

import subprocess
import sys

import pytest

from stockcli import __version__
from stockcli.cli.reference import command_reference, commands, examples
from tests.acceptance.cli.conftest import Command

COMMANDS = {path: command for path, command, _ in commands()}
HEAVY = (
    "alembic",
    "anthropic",
    "matplotlib",
    "numpy",
    "pandas",
    "rich",
    "sqlalchemy",
    "statsmodels",
)


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_help_and_an_example_of_itself(path: str) -> None:
    text = COMMANDS[path].help or ""
    assert len(text.splitlines()[0]) > len("Show it.")
    assert examples(text)
    assert any(path in example for example in examples(text))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_argument_and_option_has_help(path: str) -> None:
    silent = [one.name for one in COMMANDS[path].params if not getattr(one, "help", None)]
    assert silent == []


@pytest.mark.parametrize("path", COMMANDS)
def test_every_list_is_offered_as_json(path: str) -> None:
    lists = path.endswith(" list") or path in {"stock levels", "stock alerts", "stock why"}
    assert not lists or any("--json" in one.opts for one in COMMANDS[path].params)


def test_the_reference_names_every_command_with_its_usage() -> None:
    reference = command_reference()
    missing = [path for path in COMMANDS if f"### `{path}`" not in reference]
    assert missing == []
    assert "\b" not in reference


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from stockcli.cli.main import make_typer; import typer;"
        "typer.main.get_command(make_typer());"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_version_and_help_touch_no_database(empty: Command) -> None:
    assert empty.process("--version").out == f"stock {__version__}\n"
    ran = empty("--help")
    assert ran.code == 0
    assert "run-check" in ran.out
    assert list(empty.home.iterdir()) == []


def test_a_command_without_its_parts_shows_help_and_is_wrong_use(empty: Command) -> None:
    ran = empty("orders")
    assert ran.code == 2
    assert "approve" in ran.err
