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
NO = frozenset({"n", "no", "nao", "não", ""})
QUESTION = {"en": "Do it? [y/N] ", "pt": "Fazer isto? [s/N] "}
UNCLEAR = {"en": "Please answer y or n.", "pt": "Responda s ou n, por favor."}


def confirmation(*, yes: bool) -> Callable[[ActionPreview], bool]:
    """Return what asks a person; with `yes` nobody is asked, without a terminal it is a no."""

    def confirm(preview: ActionPreview) -> bool:
        _show(preview)
        if yes:
            return True
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            remark(NOBODY)
            return False
        return _says_yes(preview.language)

    return confirm


def _show(preview: ActionPreview) -> None:
    remark(clean(harmless(preview.summary)))
    for line in preview.details:
        remark(f"  {clean(harmless(line))}")


def _says_yes(language: str) -> bool:
    """Ask, and once more if the reply is neither yes nor no; then it is a no."""
    reply = _reply(language)
    if reply not in YES | NO:
        remark(UNCLEAR[language])
        reply = _reply(language)
    return reply in YES


def _reply(language: str) -> str:
    sys.stderr.write(QUESTION[language])
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        remark("")
    return answer.strip().casefold()
