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
    from stockcli.cli.logs import is_json

    if not sys.stderr.isatty() or is_json():
        yield Watch()
        return
    from stockcli.cli.counting_bars import counting_bars

    with counting_bars(transient=False) as bars:
        yield Watch(bars)
