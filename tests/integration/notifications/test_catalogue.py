"""The sentences in the code against the catalogue: none untranslated, no placeholder lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import stockcli.notifications
from stockcli.domain.shop import Language
from stockcli.notifications.tongues import catalogue_file

CODE = Path(stockcli.notifications.__file__).parent
KEYWORDS = {"say": None, "say_many": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TRANSLATED = [one for one in Language if one is not Language.ENGLISH]

Id = str | tuple[str, ...]


def ids_in_the_code() -> set[Id]:
    found = extract_from_dir(CODE, [("**.py", "python")], {}, keywords=KEYWORDS)
    return {message for _file, _line, message, *_ in found}


def translations(language: Language) -> Catalog:
    with catalogue_file(language).open("rb") as source:
        return read_po(source, locale=language.value)


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """Yield each English sentence with what it became."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    yield from zip(ids, strings, strict=True)


def test_the_code_has_sentences() -> None:
    assert len(ids_in_the_code()) > 20


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_the_code_is_translated_and_nothing_else(language: Language) -> None:
    assert {message.id for message in translations(language) if message.id} == ids_in_the_code()


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_placeholder_is_lost_and_none_is_made_up(language: Language) -> None:
    for message in translations(language):
        for english, other in forms(message) if message.id else ():
            assert other, f"{english} is not translated"
            assert not message.fuzzy
            assert sorted(PLACEHOLDER.findall(other)) == sorted(PLACEHOLDER.findall(english))
