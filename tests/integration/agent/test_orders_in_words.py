"""What managers have done, in many words: the effect after a yes, and nothing beside it."""

from __future__ import annotations

import pytest

from stockcli.usecases.inventory import stock_of
from stockcli.usecases.minimums import minimum_rows
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import order_rows
from tests.fixtures.corner_shop import TODAY, SteppingClock
from tests.integration.agent.talking import Person


@pytest.fixture
def manager(unit: UnitOfWork, clock: SteppingClock) -> Person:
    return Person(unit=unit, clock=clock)


@pytest.fixture
def expecting(manager: Person) -> Person:
    """Somebody whose shop waits for thirty of SALT."""
    manager.asks("order 30 of salt")
    return manager


def ordered(unit: UnitOfWork) -> list[tuple[str, int]]:
    return sorted((line[0], int(line[2])) for row in order_rows(unit) for line in row.lines)


@pytest.mark.parametrize(
    "question",
    [
        "The van is here: receive PO-00001",
        "Truck's here, please book in PO-00001",
        "The salt came. Receive PO-00001 please",
        "Chegou o caminhão, receba o pedido PO-00001",
        "O sal chegou: receba o PO-00001",
        "o caminhão chegou. receba PO-00001 por favor",
    ],
)
def test_what_is_said_before_an_order_does_not_hide_it(expecting: Person, question: str) -> None:
    assert "30 x SALT" in expecting.asks(question).text
    assert stock_of(expecting.unit, "SALT", day=TODAY)[0].level.on_hand == 430


@pytest.mark.parametrize(
    "question",
    [
        "only 20 of the salt came",
        "Only 20 of the 30 salt of PO-00001 came, book those",
        "only 20 of the 30 bags of salt arrived",
        "we got 20 of the salt from PO-1",
        "20 salt arrived, book it in",
        "receive 20 salt",
        "receive 20 of salt on PO-00001",
        "chegaram só 20 do sal",
        "só vieram 20 de sal do PO-00001",
        "só 20 dos 30 de sal chegaram, registre",
        "recebi 20 de sal",
        "receba 20 de SALT do PO-00001",
        "dê entrada em 20 de sal",
    ],
)
def test_a_part_of_a_delivery_is_booked_as_it_is_told(expecting: Person, question: str) -> None:
    assert "20 x SALT" in expecting.asks(question).text
    assert [one.tool for one in expecting.was_asked[1:]] == ["receive_order"]
    assert stock_of(expecting.unit, "SALT", day=TODAY)[0].level.on_hand == 420


def test_goods_of_which_nothing_is_on_order_are_not_booked(manager: Person) -> None:
    assert "Nothing is on order" in manager.asks("only 20 of the salt came").text
    assert manager.was_asked == []


@pytest.mark.parametrize(
    ("questions", "effects"),
    [
        (["how much salt do we have?", "Order 60 of it"], [("SALT", 60)]),
        (["quanto sal temos?", "compre 60 dele"], [("SALT", 60)]),
        (["How much salt do we have? Order 60 of it."], [("SALT", 60)]),
        (["Order 10 white mugs and 12 blue mugs"], [("MUG-B", 12), ("MUG-W", 10)]),
        (["Peça 10 canecas brancas e 12 canecas azuis"], [("MUG-B", 12), ("MUG-W", 10)]),
        (["order 10 MUG-W and order 20 of salt"], [("MUG-W", 10), ("SALT", 20)]),
        (["Order 24 of salt. We are nearly out."], [("SALT", 24)]),
        (["Ok then, let's order 24 of salt"], [("SALT", 24)]),
    ],
)
def test_orders_are_placed_one_after_the_other_each_after_a_yes(
    manager: Person, questions: list[str], effects: list[tuple[str, int]]
) -> None:
    for question in questions:
        manager.asks(question)
    assert ordered(manager.unit) == effects
    assert len(manager.was_asked) == len(effects)


@pytest.mark.parametrize(
    "question", ["All right, do order it", "ok, order it", "então compre isso"]
)
def test_what_was_declined_may_be_ordered_after_all(manager: Person, question: str) -> None:
    manager.says_yes = False
    manager.asks("order 24 of salt")
    manager.says_yes = True
    manager.asks(question)
    assert ordered(manager.unit) == [("SALT", 24)]


@pytest.mark.parametrize(
    "questions",
    [
        ["order 10 of MUG-W and set its minimum to 20"],
        ["order 10 of MUG-W", "and set its minimum to 20"],
        ["compre 10 de MUG-W", "e defina o mínimo dele para 20"],
        ["compre 10 de MUG-W e defina o mínimo dele para 20"],
        ["set the white mug's minimum to 20 and order 10 of it"],
    ],
)
def test_an_order_and_a_minimum_go_together(manager: Person, questions: list[str]) -> None:
    for question in questions:
        manager.asks(question)
    assert ordered(manager.unit) == [("MUG-W", 10)]
    assert [(row.sku, int(row.minimum.quantity)) for row in minimum_rows(manager.unit)] == [
        ("MUG-W", 20)
    ]


@pytest.mark.parametrize(
    "questions",
    [
        ["what is low?", "order 60 of it"],
        ["how much milk and salt do we have?", "order 60 of it"],
        ["how much milk do we have?", "salt is here, receive 20 of it"],
        ["how much milk do we have?", "The salt is low. Order 60 of it."],
    ],
)
def test_it_is_never_guessed_when_something_would_be_done(
    manager: Person, questions: list[str]
) -> None:
    for question in questions:
        manager.asks(question)
    assert manager.was_asked == []


def test_a_message_to_the_manager_may_hold_an_order_and_is_none(manager: Person) -> None:
    manager.asks("Tell the manager that the milk is gone, and order 20 of salt")
    assert [one.tool for one in manager.was_asked] == ["notify_manager"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("reponha o sal", "SALT não precisa de nada"),
        ("compre 12 de sal", "SALT já foi pedido para"),
        ("receba o PO-00099", "não há nenhum pedido PO-00099"),
        ("receba 50 de sal do PO-00001", "só faltam 30 do pedido PO-00001"),
        ("adie o leite até 01/01/2020", "já passou: diga um dia"),
    ],
)
def test_a_refusal_is_told_in_portuguese(manager: Person, question: str, said: str) -> None:
    if "precisa" not in said:
        manager.asks("order 30 of salt")
    assert said in manager.asks(question).text


def test_a_question_that_is_not_understood_beside_one_that_is_is_said_to_be_so(
    manager: Person,
) -> None:
    told = manager.asks("How much milk do we have? Who is the king of Spain?").text
    assert "**8** on hand" in told
    assert "I did not understand “Who is the king of Spain?”" in told
