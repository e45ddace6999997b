"""Asking before something is done: exactly what will happen, and a yes or a no."""

from __future__ import annotations

import sys
from collections.abc import Callable

from stockcli.agent.tools.toolbox import ActionPreview
from stockcli.cli.chat_keys import seen_typing
from stockcli.cli.chat_status import Status
from stockcli.cli.chat_text import harmless
from stockcli.cli.common import remark
from stockcli.cli.render import clean

NOBODY = {
    "en": "Nobody is here to say yes, so it is not done; ask in a terminal, or give --yes.",
    "pt": "Não há ninguém para dizer sim, e por isso não se faz; use um terminal, ou --yes.",
}
YES = frozenset({"y", "yes", "s", "sim"})
NO = frozenset({"n", "no", "nao", "não", ""})
QUESTION = {"en": "Do it? [y/N] ", "pt": "Fazer isto? [s/N] "}
UNCLEAR = {"en": "Please answer y or n.", "pt": "Responda s ou n, por favor."}


def confirmation(*, yes: bool, status: Status) -> Callable[[ActionPreview], bool]:
    """Return what asks a person; with `yes` nobody is asked, without a terminal it is a no.

    Args:
        status: taken away while somebody is asked.
    """

    def confirm(preview: ActionPreview) -> bool:
        status.hide()
        show_preview(preview)
        if yes:
            return True
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            remark(NOBODY[preview.language])
            return False
        return says_yes(QUESTION[preview.language], UNCLEAR[preview.language])

    return confirm


def show_preview(preview: ActionPreview) -> None:
    """Show exactly what would happen."""
    remark(clean(harmless(preview.summary)))
    for line in preview.details:
        remark(f"  {clean(harmless(line))}")


def says_yes(question: str, unclear: str = UNCLEAR["en"]) -> bool:
    """Ask, and once more if the reply is neither yes nor no; then it is a no."""
    with seen_typing():
        reply = _reply(question)
        if reply not in YES | NO:
            remark(unclear)
            reply = _reply(question)
    return reply in YES


def _reply(question: str) -> str:
    sys.stderr.write(question)
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        remark("")
    return answer.strip().casefold()
