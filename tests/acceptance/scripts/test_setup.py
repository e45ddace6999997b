from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# What the script itself needs of the system, without any Python.
PLAIN_TOOLS = ("bash", "basename", "cat", "cksum", "dirname", "grep", "rm", "sed", "tr")
ENTRY_POINTS = ("setup", "check", "test", "demo", "run_check.sh")


def run(*command: str | Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(path) if path else "/usr/bin:/bin"}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def bare_checkout(tmp_path: Path, checkout: Path) -> Path:
    """A checkout with a space in its path, and no environment yet."""
    bare = tmp_path / "a shop's checkout"
    shutil.copytree(checkout / "scripts", bare / "scripts")
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(checkout / name, bare / name)
    return bare


@pytest.fixture
def machine_without_python(tmp_path: Path) -> Path:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in PLAIN_TOOLS:
        found = shutil.which(name, path="/usr/bin:/bin")
        assert found is not None
        (tools / name).symlink_to(found)
    return tools


def test_setup_without_python_says_in_one_line_what_to_install(
    bare_checkout: Path, machine_without_python: Path
) -> None:
    ended = run(bare_checkout / "scripts/setup", path=machine_without_python)
    assert ended.returncode == 1
    assert ended.stderr.startswith("setup: Python 3.11 or later is needed")
    assert ended.stderr.count("\n") == 1


def test_setup_with_a_python_that_lacks_venv_names_the_package_to_install(
    bare_checkout: Path, machine_without_python: Path
) -> None:
    python = machine_without_python / "python3"
    python.write_text('#!/bin/bash\n[[ "$2" != *ensurepip* ]]\n')
    python.chmod(0o755)
    ended = run(bare_checkout / "scripts/setup", path=machine_without_python)
    assert ended.returncode == 1
    assert "apt-get install python3-venv" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_setup_says_nothing_and_returns_at_once_when_nothing_changed(checkout: Path) -> None:
    if not (checkout / ".venv/stock-setup").is_file():
        pytest.skip("this environment was not made by scripts/setup")
    ended = run(checkout / "scripts/setup")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ENTRY_POINTS)
def test_every_script_explains_itself(checkout: Path, name: str) -> None:
    ended = run(checkout / "scripts" / name, "--help")
    assert ended.returncode == 0
    assert f"scripts/{name}" in ended.stdout
    assert "shellcheck" not in ended.stdout


@pytest.mark.parametrize("name", ["setup", "check", "demo"])
def test_an_unknown_option_is_refused_with_the_ones_there_are(checkout: Path, name: str) -> None:
    ended = run(checkout / "scripts" / name, "--frehs")
    assert ended.returncode == 2
    assert ended.stderr.startswith(f'{name}: "--frehs" is no option')
    assert ended.stderr.count("\n") == 1


def pins(checkout: Path) -> list[str]:
    lines = (checkout / "constraints.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_every_direct_dependency_is_pinned(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = {
        canonicalize_name(Requirement(line).name)
        for line in [*project["dependencies"], *extras["postgres"], *extras["test"]]
    }
    pinned = {canonicalize_name(pin.partition("==")[0]) for pin in pins(checkout)}
    assert wanted - pinned == {"stockcli"}


def test_the_pins_are_exact_and_name_no_host(checkout: Path) -> None:
    assert all(pin.count("==") == 1 for pin in pins(checkout))
    assert not [pin for pin in pins(checkout) if "/" in pin or "@" in pin]
