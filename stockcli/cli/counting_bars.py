"""Bars on stderr that count what is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockcli.cli.render import console

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, Task
    from rich.text import Text


def counting_bars(*, transient: bool, time_left: bool = False) -> Progress:
    """Return bars with a count and the time since; what is printed meanwhile stays where it goes.

    Args:
        transient: whether they vanish when all is done.
        time_left: whether the rate and the time left are shown as well.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        *(_pace() if time_left else ()),
    )
    screen = console(err=True)
    return Progress(*columns, console=screen, transient=transient, redirect_stdout=False)


def _pace() -> tuple[ProgressColumn, ...]:
    """Return the columns of how many are done in a second, and of the time left."""
    from rich.progress import ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:.1f}/s")

    return (Rate(), TextColumn("left"), TimeRemainingColumn())
