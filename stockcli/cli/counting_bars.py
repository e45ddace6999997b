"""Bars on stderr that count what is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockcli.cli.render import console

if TYPE_CHECKING:
    from rich.progress import Progress


def counting_bars(*, transient: bool) -> Progress:
    """Return bars with a count and the time since; what is printed meanwhile stays where it goes.

    Args:
        transient: whether they vanish when all is done.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    screen = console(err=True)
    return Progress(*columns, console=screen, transient=transient, redirect_stdout=False)
