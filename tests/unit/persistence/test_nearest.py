from __future__ import annotations

import pytest

from stockcli.persistence.repositories.nearest import folded, nearest_products

SHELF = [
    ("85123A", "WHITE HANGING HEART T-LIGHT HOLDER"),
    ("85123B", "RED HANGING HEART T-LIGHT HOLDER"),
    ("22423", "REGENCY CAKESTAND 3 TIER"),
    ("PAO-1", "Pão de Forma"),
    ("21754", "HOME BUILDING BLOCK WORD"),
    ("84879", "ASSORTED COLOUR BIRD ORNAMENT"),
]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("85123", "85123A"),
        ("85123b", "85123B"),
        ("white hanging heart", "85123A"),
        ("hanging heart white", "85123A"),
        ("whte hangin hart", "85123A"),
        ("PAO DE FORMA", "PAO-1"),
        ("pão", "PAO-1"),
        ("cakestand", "22423"),
        ("cake stand regency", "22423"),
        ("22432", "22423"),
    ],
)
def test_the_product_that_was_meant_comes_first(typed: str, first: str) -> None:
    assert nearest_products(typed, SHELF)[0].split()[0] == first


def test_what_is_like_nothing_finds_nothing() -> None:
    assert nearest_products("qqqqqqqq", SHELF) == ()


def test_no_more_than_five_are_named() -> None:
    alike = [(f"A{number}", "same name") for number in range(50)]
    assert len(nearest_products("same name", alike)) == 5


def test_folding_takes_accents_case_and_double_spaces_away() -> None:
    assert folded("  Café   CRÈME ") == "cafe creme"
