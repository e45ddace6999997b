"""Asking before something is done: exactly what will happen, and a yes or a no."""

from __future__ import annotations

import sys
from collections.abc import Callable

from stockcli.agent.toolbox import ActionPreview
from stockcli.cli.chat_text import harmless
from stockcli.cli.common import remark
from stockcli.cli.render import clean

NOBODY = "Nobody is here to say yes, so it is not done; ask in a terminal, or give --yes."
YES = frozenset({"y", "yes", "s", "sim"})


def confirmation(*, yes: bool) -> Callable[[ActionPreview], bool]:
    """Return what asks a person; with `yes` nobody is asked, without a terminal it is a no."""

    def confirm(preview: ActionPreview) -> bool:
        _show(preview)
        if yes:
            return True
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            remark(NOBODY)
            return False
        return _answer().strip().casefold() in YES

    return confirm


def _show(preview: ActionPreview) -> None:
    remark(clean(harmless(preview.summary)))
    for line in preview.details:
        remark(f"  {clean(harmless(line))}")


def _answer() -> str:
    sys.stderr.write("Do it? [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        remark("")
    return answer
