from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator

import pytest

from stockcli.agent.search.glossary import translations
from stockcli.agent.search.products import ProductIndex, is_named
from stockcli.domain.catalogue import Product
from stockcli.domain.identifiers import ProductId

ENGLISH = {
    "85123A": "WHITE HANGING HEART T-LIGHT HOLDER",
    "85123C": "Red hanging heart t-light holder",
    "21212": "Pack of 72 retrospot cake cases",
    "MUG-W": "White ceramic mug",
    "MUG-B": "Blue mugs, set of 2",
    "GLOVE": "Smuggler's glove",
    "BOTTLE": "Hot water bottle, tea and sympathy",
    "JAR": "Glass jar (kitchen) 500ml",
    "TEA": "Green tea",
    "STEAK": "Steak knife",
}
PORTUGUESE = {
    "PAO": "Pão de Queijo 500g",
    "LEITE": "Leite meio gordo",
    "VELA": "Vela perfumada vermelha",
    "CANECA": "Caneca azul",
    "LIMAO": "Limões sicilianos",
}
MOST_MILLISECONDS = 50


def index_of(names: dict[str, str]) -> ProductIndex:
    return ProductIndex(
        Product(id=ProductId(number), sku=sku, name=name, category="")
        for number, (sku, name) in enumerate(names.items(), start=1)
    )


@pytest.fixture(scope="module")
def english() -> ProductIndex:
    return index_of(ENGLISH)


@pytest.fixture(scope="module")
def portuguese() -> ProductIndex:
    return index_of(PORTUGUESE)


def skus(index: ProductIndex, text: str) -> list[str]:
    return [product.sku for product in index.find(text, 20)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("85123a", ["85123A"]),
        ("85123B", []),
        ("85123", []),
        ("2121", []),
        ("21212", ["21212"]),
        ("mug-b", ["MUG-B"]),
        ("white mug", ["MUG-W"]),
        ("mug, white!", ["MUG-W"]),
        ("mugs", ["MUG-W", "MUG-B"]),
        ("mug", ["MUG-W", "MUG-B"]),
        ("whte mugg", ["MUG-W"]),
        ("haning haert", ["85123C", "85123A"]),
        ("white heart holder", ["85123A"]),
        ("tea", ["TEA"]),
        ("teas", ["TEA", "BOTTLE"]),
        ("cake case", ["21212"]),
        ("canecas brancas", ["MUG-W"]),
        ("caneca azul", ["MUG-B"]),
        ("caencas", ["MUG-W", "MUG-B"]),
        ("bolsa de água quente", ["BOTTLE"]),
        ("coração vermelho", ["85123C"]),
        ("chá", ["TEA", "BOTTLE"]),
        ("the jar of glass", ["JAR"]),
        ("gold bar", []),
        ("", []),
        ("!!", []),
    ],
)
def test_an_english_catalogue_is_found_by_what_people_write(
    english: ProductIndex, text: str, found: list[str]
) -> None:
    assert skus(english, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pao de queijo", ["PAO"]),
        ("pães", ["PAO"]),
        ("cheese bread", ["PAO"]),
        ("milk", ["LEITE"]),
        ("liete", ["LEITE"]),
        ("red candle", ["VELA"]),
        ("blue mugs", ["CANECA"]),
        ("limão", ["LIMAO"]),
        ("lemons", ["LIMAO"]),
    ],
)
def test_a_portuguese_catalogue_is_found_by_what_people_write(
    portuguese: ProductIndex, text: str, found: list[str]
) -> None:
    assert skus(portuguese, text) == found


def test_what_is_not_found_comes_with_what_is_nearest(english: ProductIndex) -> None:
    assert english.nearest("85123B")[0].startswith("85123")
    assert english.nearest("qqqqqqqq") == ()


def test_the_best_comes_first_and_only_so_many(english: ProductIndex) -> None:
    assert [one.sku for one in english.find("heart", 1)] == ["85123C"]


def test_a_word_spelt_otherwise_names_nothing_for_sure() -> None:
    assert is_named("whole milk", "MILK Whole milk")
    assert is_named("toalha de mesa", "T1 Red tablecloth")
    assert not is_named("mlik", "MILK Whole milk")


def test_the_glossary_has_two_hundred_pairs_and_reads_both_ways() -> None:
    assert len(translations()) > 400
    assert ("bread",) in translations()["pao"]
    assert ("pao",) in translations()["bread"]


def ten_thousand() -> Iterator[Product]:
    draw = random.Random(7)
    nouns = ("mug", "cup", "plate", "heart", "candle", "holder", "bag", "box", "tin", "clock")
    looks = ("white", "red", "blue", "vintage", "large", "small", "round", "wooden", "silver")
    for number in range(10_000):
        coined = "".join(draw.choices("abcdeilmnorst", k=7))
        name = f"{draw.choice(looks)} {draw.choice(nouns)} {draw.choice(nouns)} {coined}"
        yield Product(id=ProductId(number + 1), sku=f"{20_000 + number}A", name=name.upper())


def test_ten_thousand_products_are_searched_in_a_blink() -> None:
    index = ProductIndex(ten_thousand())
    texts = ["canecas brancas", "whte mugg", "wodden haert", "zzzz qqqq", "85123B", "vela vermelha"]
    seconds = []
    for text in texts * 3:
        began = time.perf_counter()
        index.find(text, 20) or index.nearest(text)
        seconds.append(time.perf_counter() - began)
    assert statistics.median(seconds) * 1000 < MOST_MILLISECONDS
