"""A fenced database on the tests' own server, and on the oldest one that is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.servers import oldest_installed, running
from tests.integration.attacks.harness import state
from tests.integration.attacks.world import World, build

SERVERS = ("bundled", "oldest") if oldest_installed() else ("bundled",)


@pytest.fixture(scope="session")
def oldest_url(postgres_folder: Path) -> Iterator[str]:
    """The oldest PostgreSQL of this machine, running, as the URL of its superuser."""
    programs = oldest_installed()
    assert programs is not None
    with running(programs, postgres_folder / "oldest") as url:
        yield url


@pytest.fixture(scope="session", params=SERVERS)
def world(request: pytest.FixtureRequest) -> World:
    """Two shops behind whole fences, on one server after the other."""
    server = "oldest_url" if request.param == "oldest" else "postgres_url"
    return build(request.getfixturevalue(server), "attacked")


@pytest.fixture(scope="session")
def untouched(world: World) -> dict[str, str]:
    """Everything that is not the attacker's, before the first attack."""
    return state(world)
