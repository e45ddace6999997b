"""How far a check is: a bar per shop on a terminal, nothing elsewhere (the log speaks there)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stockcli.domain.shop import Tenant
    from stockcli.usecases.run_check import OnStep


@dataclass(frozen=True)
class Watch:
    """Gives each shop's check something to call at every step.

    Attributes:
        bars: Rich's progress display; None where nothing is drawn.
    """

    bars: Any = None

    @property
    def is_drawn(self) -> bool:
        """Return whether bars are on the screen."""
        return self.bars is not None

    def __call__(self, shop: Tenant) -> OnStep:
        """Return what one shop's check calls."""
        if self.bars is None:
            return lambda *_: None
        task = self.bars.add_task(f"{shop.slug}: reading", total=None)

        def on_step(what: str, done: int, total: int) -> None:
            # Nothing to do is done at once; a bar of no length would never end.
            said = f"{shop.slug}: {what if total else 'nothing to decide'}"
            self.bars.update(
                task, description=said, completed=done if total else 1, total=total or 1
            )

        return on_step


@contextmanager
def watching() -> Iterator[Watch]:
    """Show bars on stderr while the checks run, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield Watch()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from stockcli.cli.render import console

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(err=True), redirect_stdout=False) as bars:
        yield Watch(bars)
