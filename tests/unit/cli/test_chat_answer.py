from __future__ import annotations

from stockcli.cli.chat_answer import shown_arguments


def test_whole_numbers_are_shown_without_a_point() -> None:
    arguments = {"sku": "A1", "quantity": 7000.0, "location": None, "share": 2.5}
    assert shown_arguments(arguments) == 'sku="A1", quantity=7000, share=2.5'
