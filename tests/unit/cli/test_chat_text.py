from __future__ import annotations

import pytest

from stockcli.cli.chat_text import end_of_first_block, harmless


def test_control_and_invisible_characters_are_taken_out() -> None:
    assert harmless("a\x1b[2J\x07b\x9b\u202ec\u200bd\n\te") == "a[2Jbcd\n\te"


@pytest.mark.parametrize(
    ("text", "first_block"),
    [
        ("one\n\ntwo", "one\n\n"),
        ("one\ntwo", ""),
        ("one\n", ""),
        ("```\na\n\nb\n```\n\nend", "```\na\n\nb\n```\n\n"),
        ("```\na\n\nb", ""),
        ("1. a\n\n2. b\n\nend", "1. a\n\n2. b\n\n"),
        ("1. a\n\n2. b\n\n", ""),
        ("1. a\n\n2", ""),
        ("- a\n\n  more of it\n\nend", "- a\n\n  more of it\n\n"),
        ("\n\n", ""),
    ],
)
def test_block_ends_where_nothing_can_be_added_to_it(text: str, first_block: str) -> None:
    assert text[: end_of_first_block(text)] == first_block
