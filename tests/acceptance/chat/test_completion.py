"""What Tab offers in the conversation, on a shop of thousands of products."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from stockcli.bootstrap import App
from stockcli.cli.chat_completion import Catalogue, choices
from stockcli.usecases.ports import UnitOfWork
from tests.fixtures.demo_home import Stock

MODELS = ("claude-haiku-5-5", "claude-sonnet-5-5", "rules")


@pytest.fixture
def app(demo: Stock) -> App:
    return demo.app()


@pytest.fixture
def unit(app: App) -> UnitOfWork:
    return app.unit()


def offered(line: str, unit: UnitOfWork) -> list[str]:
    return [one.text for one in choices(line, Catalogue(unit), lambda: MODELS)]


def add_products(unit: UnitOfWork, count: int) -> None:
    with unit:
        one = unit.products.get("22423")
        unit.products.put(
            [replace(one, sku=f"X{number}", name=f"Pão {number}") for number in range(count)]
        )
        unit.commit()


def test_skus_are_offered_by_their_beginning_then_by_words_of_the_name(unit: UnitOfWork) -> None:
    assert offered("how many 22423", unit) == ["22423"]
    assert "22423" in offered("how many regenc", unit)
    assert "22423" in offered("how many CAKEST", unit)
    assert offered("how many akestand", unit) == []
    assert offered("how many ", unit) == []


def test_accents_need_not_be_typed(unit: UnitOfWork) -> None:
    add_products(unit, 2)
    assert offered("pao", unit) == ["X0", "X1"]


def test_commands_and_models_are_offered_where_they_belong(unit: UnitOfWork) -> None:
    assert offered("/", unit)[:3] == ["/help", "/tools", "/model"]
    assert offered("/un", unit) == ["/undo"]
    assert offered("/model claude-s", unit) == ["claude-sonnet-5-5"]
    assert offered("/cost 22", unit) == []


def test_products_are_read_again_only_after_the_shops_data_moved(unit: UnitOfWork) -> None:
    catalogue = Catalogue(unit)
    catalogue.matching("x")
    add_products(unit, 3)
    assert catalogue.matching("x1") == []
    catalogue.may_have_moved()
    assert [one.sku for one in catalogue.matching("x1")] == ["X1"]
    known = catalogue._known
    catalogue.may_have_moved()
    catalogue.matching("x1")
    assert catalogue._known is known


def test_thousands_of_products_are_offered_without_a_lag(unit: UnitOfWork) -> None:
    add_products(unit, 8000)
    catalogue = Catalogue(unit)
    catalogue.matching("x")
    began = time.perf_counter()
    assert len(catalogue.matching("pao 79")) == 50
    assert time.perf_counter() - began < 0.05
