from __future__ import annotations

import pytest

from stockcli.cli.chat_text import end_of_first_block, harmless, healed


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
        ("1. a\n\n2. b\n\nend", "1. a\n\n"),
        ("1. a\n2. b", "1. a\n"),
        ("- a\n  - b\n- c", "- a\n  - b\n"),
        ("2. b\n\n", ""),
        ("2. b\n\nend", "2. b\n\n"),
        ("1. a\n\n2", ""),
        ("- a\n\n  more of it\n\nend", "- a\n\n  more of it\n\n"),
        ("\n\n", ""),
        ("````\n```\n\n```\n````\n\nend", "````\n```\n\n```\n````\n\n"),
        ("```\n```python\n\nb", ""),
    ],
)
def test_block_ends_where_nothing_can_be_added_to_it(text: str, first_block: str) -> None:
    assert text[: end_of_first_block(text)] == first_block


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("a **b", "a **b**"),
        ("a **b*", "a **b**"),
        ("a `b", "a `b`"),
        ("a **b** c", "a **b** c"),
        ("a *", "a "),
        ("text\n--", "text"),
        ("text\n2.", "text"),
        ("2.", "2."),
        ("```\na ** b `", "```\na ** b `"),
    ],
)
def test_what_is_still_open_is_drawn_as_if_it_were_closed(written: str, drawn: str) -> None:
    assert healed(written) == drawn
