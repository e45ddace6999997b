"""How far a long step is, on stderr, when somebody is there to see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

OnStep = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@contextmanager
def progress_shown() -> Iterator[OnStep]:
    """Yield what draws a bar for each step; nothing is drawn where stderr is no terminal."""
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

    from stockcli.cli.render import clean, console

    screen = console(err=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    drawn = screen.is_terminal
    with Progress(*columns, console=screen, disable=not drawn, redirect_stdout=False) as progress:
        tasks: dict[str, TaskID] = {}

        def step(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = progress.add_task(clean(label), total=max(total, 1))
            progress.update(tasks[label], completed=min(done, total))

        yield step
