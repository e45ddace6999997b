"""Running the dashboard: from the shop's token to the screen, and back to the shell."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import MemoryHandler

from stockcli.bootstrap import App
from stockcli.cli.dashboard.screen import Dashboard
from stockcli.cli.render import is_ascii

KEPT_LOG_LINES = 10_000
SIGNALLED = 128


def run_dashboard(stock: App, *, refresh_seconds: int) -> None:
    """Show the shop that the token opens until somebody quits.

    Raises:
        NoTenantError: the token opens no shop.
        BadTokenError: it is no good, or was revoked meanwhile.
        DatabaseError: the shop cannot be read at all.
    """
    # What is wrong from the start is said on the shell, and no screen flashes up for it.
    with stock.unit().reading():
        pass
    screen = Dashboard(stock, refresh_seconds=refresh_seconds, ascii_only=is_ascii())
    with logs_kept_back():
        ended = screen.run()
    if screen.failure is not None:
        raise screen.failure
    if ended is not None:
        raise ended
    if screen.signalled:
        # As a shell reports it.
        sys.exit(SIGNALLED + screen.signalled)


@contextmanager
def logs_kept_back() -> Iterator[None]:
    """Keep log lines off the screen; they are written when it is gone."""
    root = logging.getLogger()
    shown = list(root.handlers)
    held = [MemoryHandler(KEPT_LOG_LINES, logging.CRITICAL + 1, target=one) for one in shown]
    root.handlers[:] = held
    try:
        yield
    finally:
        root.handlers[:] = shown
        for one in held:
            one.close()
