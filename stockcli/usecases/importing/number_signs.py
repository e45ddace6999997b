"""What a file's numbers say of its dots and commas: 1.200 is 1200 here, and 1.2 there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from stockcli.usecases.importing.cells import LONE_SIGN, NumberStyle, decimal_sign
from stockcli.usecases.importing.report import SkippedRowError

ROWS_HELD = 200_000


class Delimited(Protocol):
    """A table, as far as its numbers are concerned."""

    @property
    def delimiter(self) -> str: ...  # noqa: D102 - of its columns


class NumberSigns:
    """Judges one file by all its numbers; a row that could be read two ways waits until the end.

    A file that shows a decimal comma, 18,90 or 1.234,5, groups by dots, and the other way
    round. One that shows neither is read as files with its delimiter are, except that a dot
    between semicolons stays in doubt. What stays in doubt is left out.
    """

    def __init__(
        self,
        table: Delimited,
        places: Collection[int],
        *,
        decimal_comma: bool | None,
        keeps_order: bool = True,
    ) -> None:
        """Begin with what was said.

        Args:
            table: the file.
            places: of the columns that hold numbers.
            decimal_comma: whether commas are decimal; None to judge.
            keeps_order: the rows after one that waits wait as well.
        """
        self.keeps_order = keeps_order
        self._places = tuple(places)
        self._said = decimal_comma
        self._semicolons = table.delimiter == ";"
        self._shown: set[str] = set()

    @property
    def style(self) -> NumberStyle:
        """Return how the file writes numbers, as far as it was read."""
        if self._said is not None:
            return NumberStyle(comma_is_decimal=self._said, dot_groups=self._said)
        if self._shown:
            return NumberStyle(comma_is_decimal="," in self._shown, dot_groups="," in self._shown)
        return NumberStyle(comma_is_decimal=self._semicolons)

    def must_wait(self, row: list[str]) -> bool:
        """Take note of a row's numbers, and return whether one could be read two ways."""
        if self._said is not None:
            return False
        signs = {decimal_sign(row[place]) for place in self._places}
        self._shown |= signs & {",", "."}
        return LONE_SIGN in signs

    def check(self, row: list[str]) -> None:
        """Let a row pass whose numbers the file makes clear.

        Raises:
            SkippedRowError: one could still be read two ways.
        """
        for text in (row[place].strip() for place in self._places):
            if decimal_sign(text) == LONE_SIGN and self._is_open(text):
                raise _could_be_two(text[:20])

    def _is_open(self, text: str) -> bool:
        if self._said is not None:
            return False
        return len(self._shown) > 1 or (not self._shown and self._semicolons and "." in text)


def _could_be_two(text: str) -> SkippedRowError:
    whole, _, rest = text.replace(",", ".").partition(".")
    fraction = f".{rest}".rstrip("0").rstrip(".")
    return SkippedRowError(
        "a number that could be two",
        f"{text!r} may be {whole}{rest} or {whole}{fraction}: "
        "say --decimal-comma or --decimal-point",
    )
