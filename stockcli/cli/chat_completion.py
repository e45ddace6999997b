"""What Tab offers in the conversation: SKUs, commands, models and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stockcli.cli.chat_commands import COMMANDS
from stockcli.cli.render import clean
from stockcli.domain.catalogue import Product
from stockcli.domain.errors import StockError
from stockcli.domain.identifiers import folded
from stockcli.usecases.ports import UnitOfWork

if TYPE_CHECKING:
    from prompt_toolkit.completion import Completer

MOST = 50


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Something Tab offers instead of the last so many characters."""

    text: str
    replaces: int
    about: str = ""


class Catalogue:
    """The shop's products for Tab: read once, and again only after the shop's data moved."""

    def __init__(self, unit: UnitOfWork) -> None:
        """Read nothing yet."""
        self._unit = unit
        self._version = -1
        self._is_checked = False
        self._known: list[tuple[str, str, Product]] = []

    def may_have_moved(self) -> None:
        """Look at the shop's data version before products are offered again."""
        self._is_checked = False

    def matching(self, typed: str) -> list[Product]:
        """Return products whose SKU begins with what was typed, then those of which a word does."""
        if not self._is_checked:
            # Tab is silent when the database is busy or gone.
            with suppress(StockError):
                self._read()
        wanted = folded(typed)
        by_sku = [one for sku, _, one in self._known if sku.startswith(wanted)][:MOST]
        inside = f" {wanted}"
        by_name = (
            one for sku, words, one in self._known if inside in words and not sku.startswith(wanted)
        )
        return [*by_sku, *(one for _, one in zip(range(MOST - len(by_sku)), by_name, strict=False))]

    def _read(self) -> None:
        with self._unit.reading():
            version = self._unit.version()
            if version != self._version:
                products = self._unit.products.all()
                self._known = [(folded(one.sku), f" {folded(one.name)}", one) for one in products]
                self._version = version
        self._is_checked = True


def choices(
    line: str, catalogue: Catalogue, models: Callable[[], Sequence[str]]
) -> Iterator[Choice]:
    """Yield what may stand at the end of a line; files after /save are not ours."""
    command, blank, rest = line.partition(" ")
    if line.startswith("/") and not blank:
        yield from _commands(line)
    elif command == "/model":
        yield from _beginning_with(rest, models())
    elif not line.startswith("/"):
        yield from _products(line, catalogue)


def _commands(typed: str) -> Iterator[Choice]:
    for one in COMMANDS:
        if one.name.startswith(typed.casefold()):
            yield Choice(text=one.name, replaces=len(typed), about=one.about)


def _beginning_with(typed: str, known: Iterable[str]) -> Iterator[Choice]:
    for name in known:
        if name.startswith(typed):
            yield Choice(text=name, replaces=len(typed))


def _products(line: str, catalogue: Catalogue) -> Iterator[Choice]:
    typed = line.rsplit(maxsplit=1)[-1] if line and not line[-1].isspace() else ""
    if typed:
        for one in catalogue.matching(typed):
            yield Choice(text=one.sku, replaces=len(typed), about=clean(one.name))


def make_completer(catalogue: Catalogue, models: Callable[[], Sequence[str]]) -> Completer:
    """Return what completes lines at the prompt."""
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
    from prompt_toolkit.document import Document

    files = PathCompleter(expanduser=True)

    class _Completer(Completer):
        def get_completions(
            self, document: Document, complete_event: CompleteEvent
        ) -> Iterable[Completion]:
            line = document.text_before_cursor
            if line.startswith("/save "):
                path = line.removeprefix("/save ").lstrip()
                yield from files.get_completions(Document(path), complete_event)
                return
            for one in choices(line, catalogue, models):
                yield Completion(one.text, -one.replaces, display_meta=one.about)

    return _Completer()
