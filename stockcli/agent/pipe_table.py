"""Facts as a pipe table: a third of the tokens of JSON, and Markdown at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def pipe_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; cells must hold no pipe and no line break.

    >>> print(pipe_table(["sku", "units"], [["A1", "4"]]))
    | sku | units |
    | --- | --- |
    | A1 | 4 |
    """
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def tight_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table without padding or rule, for a reader who pays by the character.

    A row may leave out its last cells.

    >>> print(tight_table(["sku", "units"], [["A1", "4"]]))
    sku|units
    A1|4
    """
    return "\n".join("|".join(cells) for cells in (headings, *rows))


def rows_of(text: str) -> list[dict[str, str]]:
    r"""Return the rows of the first pipe table in a text, by heading.

    >>> rows_of("as of today\n| sku | units |\n| --- | --- |\n| A1 | 4 |")
    [{'sku': 'A1', 'units': '4'}]
    >>> rows_of("as of today\nsku|units\nA1|4")
    [{'sku': 'A1', 'units': '4'}]
    """
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    if not lines:
        tight = [line.split("|") for line in text.splitlines() if "|" in line]
        return [dict(zip(tight[0], row, strict=False)) for row in tight[1:]]
    cells = [[cell.strip() for cell in line.strip()[1:-1].split(" | ")] for line in lines]
    return [dict(zip(cells[0], row, strict=False)) for row in cells[2:]]
