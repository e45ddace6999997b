"""Asking before something is done: exactly what will happen, and a yes or a no."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from stockcli.agent.tools.toolbox import ActionPreview
from stockcli.cli.chat_keys import seen_typing
from stockcli.cli.chat_remarks import NOT_DONE, remark
from stockcli.cli.chat_status import Status
from stockcli.cli.chat_text import harmless
from stockcli.cli.render import clean
from stockcli.domain.identifiers import folded

NOBODY = {
    "en": "Nobody is here to say yes, so it is not done; ask in a terminal, or give --yes.",
    "pt": "Não há ninguém para dizer sim, e por isso não se faz; use um terminal, ou --yes.",
}
YES = frozenset(
    (
        *("y", "yes", "yep", "yeah", "ok", "okay", "sure", "yes please", "please", "please do"),
        *("do it", "go ahead", "confirm", "yes do it", "yes sure", "sure yes", "ok do it"),
        *("s", "ss", "sim", "claro", "claro que sim", "sim claro", "pode", "pode sim", "sim pode"),
        *("pode pedir", "pode fazer", "pode ser", "sim pode pedir", "sim pode fazer", "por favor"),
        *("sim por favor", "isso", "isso mesmo", "sim isso", "confirmo", "sim confirmo"),
        *("confirma", "confirmado", "confirmed", "com certeza", "faca", "faca isso", "ok pode"),
    )
)
NO = frozenset(
    (
        *("", "n", "no", "nope", "no thanks", "no thank you", "cancel", "stop", "dont"),
        *("nao", "nao obrigado", "nao obrigada", "cancela", "cancele", "cancelar", "deixa"),
    )
)
MOST_ASKED = 4
"""Once, and up to three times again."""
LONGEST_REPLY = 3
"""Words; what is longer wants an answer of its own."""
QUESTION = {"en": "Do it? [y/N] ", "pt": "Fazer isto? [s/N] "}
UNCLEAR = {"en": "Please answer y or n.", "pt": "Responda s ou n, por favor."}
NOT_ANSWERED = {
    "en": "What you typed was not answered: please answer y or n first, then ask it again.",
    "pt": "O que digitou não foi respondido: Responda s ou n primeiro, e depois pergunte de novo.",
}


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
        return _asks_person(preview.language)

    return confirm


def _asks_person(language: str) -> bool:
    try:
        return says_yes(QUESTION[language], language)
    except KeyboardInterrupt:
        remark("")
        remark(NOT_DONE[language])
        raise


def show_preview(preview: ActionPreview) -> None:
    """Show exactly what would happen."""
    remark(clean(harmless(preview.summary)))
    for line in preview.details:
        remark(f"  {clean(harmless(line))}")


def says_yes(question: str, language: str = "en") -> bool:
    """Ask, and again while the reply is neither yes nor no; in the end it is a no, and said so."""
    with seen_typing():
        for asked in range(1, MOST_ASKED + 1):
            typed = _reply(question)
            meant = meaning(typed)
            if meant is not None:
                return meant
            wants_answer = "?" in typed or len(typed.split()) > LONGEST_REPLY
            if wants_answer or asked < MOST_ASKED:
                remark((NOT_ANSWERED if wants_answer else UNCLEAR)[language])
    remark(NOT_DONE[language])
    return False


def meaning(typed: str) -> bool | None:
    """Return whether a reply is a yes; None if it is neither that nor a no.

    >>> meaning("Sim, por favor!"), meaning("não"), meaning("12")
    (True, False, None)
    """
    reply = _plain(typed)
    return reply in YES if reply in YES | NO else None


def _plain(typed: str) -> str:
    """Return a reply without case, accents and marks.

    >>> _plain(" Sim, por favor! "), _plain("NÃO.")
    ('sim por favor', 'nao')
    """
    return " ".join(re.sub(r"[^\w\s?]", "", folded(typed)).split())


def _reply(question: str) -> str:
    sys.stderr.write(question)
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        remark("")
    return answer
