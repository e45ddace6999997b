"""What the chat says beside the answers, on stderr, in the language of the question."""

from __future__ import annotations

import textwrap

from stockcli.cli.render import console

AS_OF = {"en": "as of {}", "pt": "dados de {}"}
STOPPED = {"en": "stopped", "pt": "interrompido"}
COST = {"en": "; what had been used cost {} USD", "pt": "; o que se usou custou {} USD"}
BROKE = {
    "en": "the answer broke off ({}); asking again",
    "pt": "a resposta parou no meio; pergunto de novo",
}
DOES_NOT_COUNT = {
    "en": "what stands above of it does not count",
    "pt": "o que está acima dela não conta",
}
DRY_RUN = {
    "en": "dry run: nobody is asked, and nothing is changed",
    "pt": "ensaio: não se pede confirmação, e nada é alterado",
}
NOT_DONE = {
    "en": "Not done: nothing was changed.",
    "pt": "Não foi feito: nada foi alterado.",
}
RULES_MEANWHILE = {
    "en": "meanwhile /model rules answers the common questions",
    "pt": "enquanto isso, /model rules responde às perguntas comuns",
}


def remark(text: str, style: str = "") -> None:
    """Say something on stderr, wrapped between words on a terminal."""
    from rich.text import Text

    screen = console(err=True)
    for row in wrapped(text, screen.width - 1):
        screen.print(Text(row, style=style), soft_wrap=True)


def wrapped(text: str, width: int) -> list[str]:
    """Return rows of so many columns; those that go on stand two further to the right.

    >>> wrapped("  how many of them", 12)
    ['  how many', '    of them']
    """
    indent = " " * min(len(text) - len(text.lstrip(" ")), max(0, width // 2))
    rows = textwrap.wrap(
        text.strip(),
        max(1, width),
        initial_indent=indent,
        subsequent_indent=f"{indent}  " if width > len(indent) + 2 else "",
        break_on_hyphens=False,
    )
    return rows or [""]
