"""Tables and lines on the terminal; the only place that draws for the commands around it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import typer

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 100_000
"""Columns of a pipe or a file: wide enough that nothing is cut."""
NARROW = 120


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        number: set to the right and never broken.
        folds: may be broken over several lines when the terminal is narrow.
    """

    title: str
    number: bool = False
    folds: bool = False


def number(title: str) -> Column:
    """Return a column of numbers."""
    return Column(title=title, number=True)


def words(title: str) -> Column:
    """Return a column of words that may take several lines."""
    return Column(title=title, folds=True)


def console(*, err: bool = False) -> Console:
    """Return a console on stdout or stderr: as wide as the terminal, unbounded elsewhere."""
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    width = None if stream.isatty() else WIDE
    # Rich keeps bold under NO_COLOR; whoever sets it wants plain text.
    colors: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    return Console(
        file=stream,
        width=width,
        color_system=colors,
        markup=False,
        emoji=False,
        highlight=False,
    )


def _print(drawn: Any) -> None:
    """Print something drawn, without the blanks that end its lines.

    Rich itself would end the program when a pipe closes.
    """
    screen = console()
    with screen.capture() as text:
        screen.print(drawn)
    typer.echo("\n".join(line.rstrip() for line in text.get().splitlines()))


def print_table(
    columns: Sequence[Column | str], rows: Iterable[Sequence[Any]], *, title: str = ""
) -> None:
    """Print rows as a table; every cell is text, never markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    # One blank and the box's own stand between columns.
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    if title:
        table.title, table.title_justify = Text(clean(title), style="bold"), "left"
    narrow = is_narrow()
    for column in columns:
        _add_column(table, column if isinstance(column, Column) else Column(title=column), narrow)
    for row in rows:
        table.add_row(*(Text(cell(value)) for value in row))
    _print(table)


def _add_column(table: Any, column: Column, narrow: bool) -> None:
    table.add_column(
        column.title.replace(" ", "\n") if narrow and column.number else column.title,
        justify="right" if column.number else "left",
        # Only columns of words give way to a narrow terminal.
        no_wrap=not column.folds,
        overflow="fold" if column.folds else "ellipsis",
        vertical="top",
    )


def is_narrow() -> bool:
    """Return whether stdout is a terminal too narrow for many columns."""
    return console().width < NARROW


def print_lines(*lines: str) -> None:
    """Print plain lines, folded to the terminal."""
    from rich.text import Text

    for line in lines:
        _print(Text(clean(line)))


def cell(value: Any) -> str:
    """Return a value as people read it; nothing for None."""
    from stockcli.domain.quantity import plain

    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return clean(str(value))


def is_ascii() -> bool:
    """Return whether stdout takes plain characters alone."""
    return not (console().encoding or "").lower().startswith("utf")


def clean(text: str) -> str:
    """Return text on one line without control characters, so that no name moves the cursor."""
    return "".join(one if one.isprintable() else " " for one in text)


def counted(count: int, what: str) -> str:
    """Return a count with its word: 1 order, 2 orders."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def amount(value: Decimal, currency: str) -> str:
    """Return an amount of money as people read it."""
    return f"{value:,.2f} {currency}"
