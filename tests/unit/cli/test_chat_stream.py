"""Markdown that streams, on a screen that obeys escape sequences and keeps what scrolled away."""

from __future__ import annotations

import io
import random
import time
from typing import IO, cast

import pyte
import pytest
from rich.console import Console

from stockcli.cli.chat_stream import MarkdownStream

TABLE = "| sku | left |\n|---|---|\n" + "".join(f"| SKU{n:03} | {n * 7} |\n" for n in range(24))
LIST = "".join(f"{n}. item number {n} is **bold** here\n" for n in range(1, 25))
CODE = "```\n" + "".join(f"line {n}\n\n" for n in range(25)) + "```\n"
WIDE = "在庫は **十分** です 📦📦 と書いてあるとても長い一行です。\n" * 6
ANSWER = (
    f"# Low\n\nThe first of **two** paragraphs.\n\n{TABLE}\nAfter it `code`.\n\n{LIST}\nThe end."
)


class Glass:
    """A terminal's screen with its scrollback, and a console that writes on it."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.HistoryScreen(columns, rows, history=10_000, ratio=0.5)
        self._stream = pyte.Stream(self.screen)
        self.written = io.StringIO()
        self.console = Console(
            file=cast("IO[str]", self), force_terminal=True, width=columns, height=rows
        )

    def write(self, text: str) -> int:
        self._stream.feed(text.replace("\n", "\r\n"))
        return self.written.write(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True

    def resize(self, columns: int, rows: int) -> None:
        """Do as terminals do: a lower window pushes rows out above only as far as it must."""
        cursor, lost = self.screen.cursor, max(0, self.screen.lines - rows)
        above = max(0, cursor.y - rows + 1)
        row, column = cursor.y - above, min(cursor.x, columns - 1)
        self.screen.cursor_position(self.screen.lines, 1)
        for _ in range(above):
            self.screen.index()
        self.screen.cursor_position(1, 1)
        if lost:
            self.screen.insert_lines(lost)
        self.screen.resize(rows, columns)
        self.screen.cursor_position(row + 1, column + 1)
        self.console.size = (columns, rows)

    def reflow(self, columns: int) -> None:
        """Do as those terminals do that break long rows anew when their window is narrowed."""
        rows = self.screen.lines
        shown = [line.rstrip() for line in self.screen.display[: self.screen.cursor.y + 1]]
        pieces = [
            line[start : start + columns]
            for line in shown
            for start in range(0, max(1, len(line)), columns)
        ]
        self.screen = pyte.HistoryScreen(columns, rows, history=10_000, ratio=0.5)
        self._stream = pyte.Stream(self.screen)
        self._stream.feed("\r\n".join(pieces))
        self.console.size = (columns, rows)

    @property
    def lines(self) -> list[str]:
        """All that can be read, what scrolled away too, without blank lines."""
        gone = (
            "".join(row[column].data for column in range(self.screen.columns))
            for row in self.screen.history.top
        )
        shown = [line.rstrip() for line in (*gone, *self.screen.display)]
        return [line for line in shown if line]


def streamed(text: str, columns: int, rows: int, *, seed: int = 1) -> Glass:
    glass, dice = Glass(columns, rows), random.Random(seed)
    stream = MarkdownStream(glass.console)
    while text:
        cut = dice.randint(1, 9)
        stream._due = 0.0  # every piece is drawn, however quickly they come
        stream.feed(text[:cut])
        text = text[cut:]
    stream.end()
    return glass


def at_once(text: str, columns: int, rows: int) -> Glass:
    glass = Glass(columns, rows)
    stream = MarkdownStream(glass.console)
    stream.feed(text)
    stream.end()
    return glass


@pytest.mark.parametrize("size", [(80, 24), (30, 8)])
@pytest.mark.parametrize("text", [ANSWER, CODE, WIDE], ids=["answer", "code", "wide"])
def test_what_streamed_reads_like_what_was_printed_at_once(
    text: str, size: tuple[int, int]
) -> None:
    assert streamed(text, *size).lines == at_once(text, *size).lines


def test_every_row_of_a_table_taller_than_the_screen_stands_there_once() -> None:
    read = "\n".join(streamed(f"{TABLE}\nDone.", 60, 12).lines)
    assert [read.count(f"SKU{n:03}") for n in range(24)] == [1] * 24


@pytest.mark.parametrize("size", [(70, 20), (40, 14), (90, 30)])
def test_a_window_that_changes_its_size_meanwhile_loses_and_repeats_nothing(
    size: tuple[int, int],
) -> None:
    glass = Glass(60, 20)
    stream = MarkdownStream(glass.console)
    half = len(LIST) // 3
    stream.feed(f"Before.\n\n{LIST[:half]}")
    glass.resize(*size)
    stream.feed(f"{LIST[half:]}\nAfter.")
    stream.end()
    read = "\n".join(glass.lines)
    numbers = [*range(1, 25)]
    assert [read.count(f"number {n} is") for n in numbers] == [1] * len(numbers)
    assert (read.count("Before."), read.count("After.")) == (1, 1)


def test_a_terminal_that_breaks_rows_anew_is_drawn_over_from_the_first_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VTE_VERSION", "7600")
    words = " ".join(f"word{number:02}" for number in range(30))
    glass = Glass(80, 24)
    stream = MarkdownStream(glass.console)
    stream.feed(f"Before.\n\n{words}")
    glass.reflow(50)
    stream.feed(" and the end.")
    stream.end()
    read = "\n".join(glass.lines)
    assert [read.count(f"word{number:02}") for number in range(30)] == [1] * 30
    assert read.startswith("Before.\nword00")


def test_items_of_a_list_are_numbered_on_and_stand_together() -> None:
    glass = streamed("Two:\n\n1. one\n1. two\n   more\n\n1. three\n\nEnd.\n\n- a\n- b", 40, 20)
    shown = [line.rstrip() for line in glass.screen.display[:10]]
    assert shown == [
        "Two:",
        "",
        " 1 one",
        " 2 two more",
        " 3 three",
        "",
        "End.",
        "",
        " • a",
        " • b",
    ]


def test_rows_that_did_not_change_are_not_written_again() -> None:
    glass = Glass(80, 24)
    stream = MarkdownStream(glass.console)
    stream.feed("the first **line**\\\nthe second line\\\nthe third")
    before = len(glass.written.getvalue())
    stream._due = 0.0
    stream.feed(" line")
    assert "first" not in glass.written.getvalue()[before:]


def test_the_first_piece_is_drawn_at_once_and_a_quick_second_one_shortly_after() -> None:
    glass = Glass(80, 24)
    stream = MarkdownStream(glass.console)
    stream.feed("Hel")
    assert glass.lines == ["Hel"]
    stream.feed("lo")
    until = time.monotonic() + 2
    while glass.lines != ["Hello"] and time.monotonic() < until:
        time.sleep(0.01)
    assert glass.lines == ["Hello"]


def test_marks_that_are_still_open_are_not_shown() -> None:
    glass = Glass(80, 24)
    stream = MarkdownStream(glass.console)
    for piece in ("The **first", " two** and `co", "de"):
        stream._due = 0.0
        stream.feed(piece)
        assert not {"*", "`"} & set(glass.lines[-1])


def test_a_terminal_that_cannot_move_its_cursor_is_given_whole_blocks() -> None:
    glass = Glass(80, 24)
    glass.console = Console(
        file=cast("IO[str]", glass),
        force_terminal=True,
        width=80,
        height=24,
        _environ={"TERM": "dumb"},
    )
    stream = MarkdownStream(glass.console)
    stream.feed("One **bold** word.\n\nAnd a beginning")
    assert glass.lines == ["One bold word."]
    stream.end()
    assert "\x1b[A" not in glass.written.getvalue()


LOW = """\
| sku | name | at | on hand | on order | reorder point | cover days | expected |
|---|---|---|---|---|---|---|---|
| 85123A | WHITE HANGING HEART T-LIGHT HOLDER | MAIN | 1,234 | 0 | 3162 | 5.2 | 2026-11-24 16:30 |
| 22423 | REGENCY CAKESTAND 3 TIER | SHOP | 12 | 7 | 174 | 2 | 2026-11-25 |
"""


@pytest.mark.parametrize("columns", [*range(30, 131, 7), 60, 80])
def test_no_figure_and_no_day_of_a_table_is_cut_or_broken(columns: int) -> None:
    read = at_once(LOW, columns, 40).lines
    for whole in (
        "85123A",
        "22423",
        "1,234",
        "3162",
        "5.2",
        "2026-11-24 16:30",
        "174",
        "2026-11-25",
    ):
        assert any(whole in line.split("  ")[-1] or f" {whole} " in f"{line} " for line in read)
    assert "…" not in "".join(read)


def test_a_table_too_wide_for_the_window_is_told_row_by_row() -> None:
    read = at_once(LOW, 60, 40).lines
    assert read[:3] == ["85123A", "  name: WHITE HANGING HEART T-LIGHT HOLDER", "  at: MAIN"]
    assert "  expected: 2026-11-24 16:30" in read
    assert streamed(LOW, 60, 14).lines == read


def half_an_answer(text: str, rows: int) -> tuple[Glass, bool]:
    glass = Glass(40, rows)
    glass.write("Before.\n")
    stream = MarkdownStream(glass.console)
    stream.feed(text)
    is_gone = stream.take_back()
    stream.feed("The whole answer.")
    stream.end()
    return glass, is_gone


@pytest.mark.parametrize(
    "text", ["Half", "One.\n\nTwo.\n\nHalf", "One.\n\n- a\n- b\n\nTwo.\n\n", ""]
)
def test_an_answer_that_is_taken_back_leaves_nothing_on_the_screen(text: str) -> None:
    glass, is_gone = half_an_answer(text, rows=20)
    assert is_gone
    assert glass.lines == ["Before.", "The whole answer."]


def test_an_answer_that_scrolled_away_stays_and_that_is_said() -> None:
    glass, is_gone = half_an_answer("\n\n".join(f"Line {n}." for n in range(30)), rows=10)
    assert not is_gone
    assert glass.lines[:2] == ["Before.", "Line 0."]
