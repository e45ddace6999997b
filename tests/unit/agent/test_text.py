from __future__ import annotations

import pytest

from stockcli.agent.pipe_table import pipe_table, rows_of
from stockcli.agent.quoting import code, quoted, reason_text, shortened


def test_a_name_is_quoted_on_one_line() -> None:
    assert quoted("White\nmug") == '"White mug"'


@pytest.mark.parametrize("char", ["\x1b", "\x00", "\x07", "\u202e", "\u200b", "\ufeff", "\u2066"])
def test_control_and_invisible_characters_are_stripped(char: str) -> None:
    assert quoted(f"a{char}b") == '"a b"'


def test_a_name_can_neither_end_its_quotation_nor_its_cell() -> None:
    assert quoted('a" | b `c`') == "\"a' / b 'c'\""


def test_a_long_name_is_cut_to_sixty_characters() -> None:
    assert len(quoted("x" * 500)) == 62
    assert quoted("x" * 500).endswith('…"')


def test_a_plain_code_stands_as_it_is() -> None:
    assert code("85123A/b-2") == "85123A/b-2"


def test_a_sku_with_words_in_it_is_quoted() -> None:
    assert code("order all of it") == '"order all of it"'


def test_a_reason_has_at_most_three_hundred_characters() -> None:
    assert len(reason_text("why " * 500)) <= 300


def test_accents_and_emoji_survive() -> None:
    assert shortened("pão de açúcar 🍞", 60) == "pão de açúcar 🍞"


def test_a_table_is_read_back_as_it_was_written() -> None:
    rows = [["A1", quoted("Mug | red")], ["B2", quoted("")]]
    read = rows_of(f"as of now\n{pipe_table(['sku', 'name'], rows)}\nand a note")
    assert [list(row.values()) for row in read] == rows
