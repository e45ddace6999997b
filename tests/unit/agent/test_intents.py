from __future__ import annotations

import time

import pytest

from stockcli.agent.rules.intents import read_intent


@pytest.mark.parametrize(
    ("question", "tool", "product"),
    [
        ("How much of 85123A do we have?", "stock_of", "85123A"),
        ("how many white mugs do we have left?", "stock_of", "white mugs"),
        ("stock of 85123A", "stock_of", "85123A"),
        ("do we have any blue mugs left?", "stock_of", "blue mugs"),
        ("85123A?", "stock_of", "85123A"),
        ("What's running low?", "low_stock", ""),
        ("which products should we reorder?", "low_stock", ""),
        ("what do we need to order?", "low_stock", ""),
        ("what is on order?", "on_order", ""),
        ("what's on order for 85123A", "on_order", "85123A"),
        ("open orders", "on_order", ""),
        ("how many mugs are on order?", "on_order", "mugs"),
        ("why is the reorder point of 85123A what it is?", "why_reorder_point", "85123A"),
        ("what is the reorder point of 85123A", "why_reorder_point", "85123A"),
        ("why is 85123A low", "why_reorder_point", "85123A"),
        ("restock 85123A", "restock", "85123A"),
        ("clear the minimum of 85123A", "clear_minimum", "85123A"),
        ("what can you do?", "help", ""),
        ("who are you", "unknown", ""),
    ],
)
def test_english_questions_are_understood(question: str, tool: str, product: str) -> None:
    intent = read_intent(question)
    assert (intent.tool, intent.product, intent.language) == (tool, product, "en")


@pytest.mark.parametrize(
    ("question", "tool", "product"),
    [
        ("Quanto temos de 85123A?", "stock_of", "85123A"),
        ("Quantas canecas brancas temos em estoque?", "stock_of", "canecas brancas"),
        ("quanto há de leite?", "stock_of", "leite"),
        ("qual o estoque de leite meio gordo?", "stock_of", "leite meio gordo"),
        ("temos pão?", "stock_of", "pão"),
        ("o que está em falta?", "low_stock", ""),
        ("O que está a acabar", "low_stock", ""),
        ("quais produtos estão abaixo do mínimo?", "low_stock", ""),
        ("Bom dia, o que está em falta hoje?", "low_stock", ""),
        ("o que precisamos comprar?", "low_stock", ""),
        ("o que está encomendado?", "on_order", ""),
        ("encomendas abertas", "on_order", ""),
        ("o que está encomendado de leite", "on_order", "leite"),
        ("o que está para chegar?", "on_order", ""),
        ("por que o ponto de reposição de 85123A é 40?", "why_reorder_point", "85123A"),
        ("porque é que o mínimo do leite está tão alto?", "why_reorder_point", "leite"),
        ("Por que 85123A está em falta?", "why_reorder_point", "85123A"),
        ("reponha o 85123A", "restock", "85123A"),
        ("remova o mínimo de 85123A", "clear_minimum", "85123A"),
        ("o que você pode fazer?", "help", ""),
        ("quem é você?", "unknown", ""),
    ],
)
def test_portuguese_questions_are_understood(question: str, tool: str, product: str) -> None:
    intent = read_intent(question)
    assert (intent.tool, intent.product, intent.language) == (tool, product, "pt")


@pytest.mark.parametrize(
    ("question", "quantity"),
    [
        ("order 24 of 85123A", 24),
        ("buy 12 white mugs", 12),
        ("order 1,200 of 85123A", 1200),
        ("compre 1.200 de 85123A", 1200),
        ("compre 2,5 de queijo", 2.5),
        ("set the minimum of 85123A to 30", 30),
        ("coloque o mínimo do leite em 12,5", 12.5),
    ],
)
def test_quantities_are_read_as_people_write_them(question: str, quantity: float) -> None:
    assert read_intent(question).arguments["quantity"] == quantity


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("sales of 85123A last 30 days", 30),
        ("sales of MUG over the last 2 weeks", 14),
        ("how many mugs did we sell in the last month?", 30),
        ("vendas de leite nos últimos 10 dias", 10),
        ("quanto vendemos de leite na última semana?", 7),
        ("vendas de leite nos últimos 99 meses", 366),
    ],
)
def test_periods_become_days(question: str, days: int) -> None:
    assert read_intent(question).arguments["days"] == days


def test_a_message_to_the_manager_keeps_its_words() -> None:
    intent = read_intent("Avise o gerente que a Geladeira quebrou!")
    assert intent.arguments["text"] == "a Geladeira quebrou"


@pytest.mark.parametrize("text", ["what " * 4000, "quanto de " * 60, "order " + "9" * 580])
def test_odd_questions_are_read_quickly(text: str) -> None:
    began = time.perf_counter()
    read_intent(text)
    assert time.perf_counter() - began < 0.5
