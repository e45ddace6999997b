"""How far a check is: bars on a terminal, nothing elsewhere (the log speaks there)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import timedelta

    from stockcli.domain.shop import Tenant
    from stockcli.usecases.run_check import CheckReport, OnStep

    Timed = tuple[CheckReport, timedelta]

MOST_BARS = 5
"""With more shops than this, one bar counts them."""
WIDTH = 30


@dataclass(frozen=True)
class Watch:
    """Gives each shop's check something to call at every step.

    Attributes:
        bars: Rich's progress display; None where nothing is drawn.
        counting: the one bar of many shops; None where each has its own.
    """

    bars: Any = None
    counting: Any = None

    @property
    def is_drawn(self) -> bool:
        """Return whether bars are on the screen."""
        return self.bars is not None

    def __call__(self, shop: Tenant) -> OnStep:
        """Return what one shop's check calls."""
        if self.bars is None:
            return lambda *_: None
        if self.counting is not None:
            return lambda what, done, total: self._tell(f"{shop.slug}: {what} {done}/{total}")
        task = self.bars.add_task(f"{shop.slug}: reading", total=None)

        def on_step(what: str, done: int, total: int) -> None:
            # Nothing to do is done at once; a bar of no length would never end.
            said = f"{shop.slug}: {what if total else 'nothing to decide'}"
            self.bars.update(
                task, description=said, completed=done if total else 1, total=total or 1
            )

        return on_step

    def _tell(self, text: str) -> None:
        self.bars.update(self.counting, description=f"{text[:WIDTH]:{WIDTH}}")

    def counted(self, checks: Iterable[Timed]) -> Iterator[Timed]:
        """Return checks as they are, and count them."""
        for report, took in checks:
            if self.counting is not None:
                self._tell(report.tenant)
                self.bars.advance(self.counting)
            yield report, took


@contextmanager
def watching(shops: int = 1) -> Iterator[Watch]:
    """Show bars on stderr while so many shops are checked, if stderr is a terminal."""
    from stockcli.cli.logs import is_json

    if not sys.stderr.isatty() or is_json():
        yield Watch()
        return
    from stockcli.cli.counting_bars import counting_bars

    many = shops > MOST_BARS
    with counting_bars(transient=False, time_left=many) as bars:
        yield Watch(bars, bars.add_task(f"{'':{WIDTH}}", total=shops) if many else None)
