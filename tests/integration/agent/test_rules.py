from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest

from stockcli.agent.rules.phrases import NOT_CLAUDE
from stockcli.persistence.database import Database
from stockcli.usecases.inventory import stock_of
from stockcli.usecases.minimums import minimum_rows
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.purchasing import order_rows
from stockcli.usecases.restocking import restock_by_hand
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, SteppingClock, add_shop, sell, stock_up
from tests.integration.agent.talking import Person


@pytest.fixture
def manager(unit: UnitOfWork, clock: SteppingClock) -> Person:
    return Person(unit=unit, clock=clock)


@pytest.mark.parametrize(
    ("question", "tool", "said"),
    [
        ("How much milk do we have?", "stock_of", "**8** on hand"),
        ("Quanto temos de milk?", "stock_of", "**8** em estoque"),
        ("milk-free zone MILK?", "find_products", "I did not understand"),
        ("what is low?", "low_stock", "2 products"),
        ("O que está em falta?", "low_stock", "2 produtos"),
        ("o que está acabando", "low_stock", "| BREAD | Rye bread |"),
        ("what is on order?", "on_order", "Nothing is on order"),
        ("o que está encomendado?", "on_order", "Nada foi pedido"),
        ("sales of milk last 7 days", "sales_history", "sold 42 units in 7 days (6.0 a day)"),
        ("vendas de milk nos últimos 7 dias", "sales_history", "vendeu 42 unidades em 7 dias"),
        ("why is the reorder point of milk 84?", "why_reorder_point", "with probability 95%"),
        ("por que o ponto de reposição de milk é 84?", "why_reorder_point", "nível de serviço"),
        ("forecast for milk next 3 days", "forecast_of", "2024-05-02"),
        ("previsão de milk para os próximos 3 dias", "forecast_of", "Demanda prevista"),
        ("help", "", "How much of BREAD"),
        ("ajuda", "", "Quanto temos"),
        ("oi", "", "Olá"),
        ("thank you very much!", "", "You are welcome"),
        ("approve PO-00012", "", "`stock orders approve PO-00012`"),
        ("Aprove o pedido PO-00012", "", "O comando é `stock orders approve PO-00012`"),
        ("cancele o pedido", "", "`stock orders cancel PO-…`"),
        ("quais os mais vendidos?", "", "stock forecast"),
        ("snooze milk", "", "Until which day"),
        ("quanto tem de whole mílk?", "stock_of", "**8** em estoque"),
        ("how much whoel milks do we have?", "stock_of", "**8** on hand"),
        ("quanto tem de blu mug", "stock_of", "MUG"),
        ("sales of milk in april", "sales_history", "from 2024-04-01 to 2024-04-29"),
        ("sales of milk in may", "sales_history", "Nothing is on record"),
        ("quanto vendemos de milk ontem?", "sales_history", "de 2024-04-29 até 2024-04-29"),
        ("quando chega o milk?", "on_order", "Nada foi pedido"),
        ("qual é o sentido da vida?", "find_products", "Não entendi"),
    ],
)
def test_common_questions_are_answered_from_the_tools_in_their_language(
    manager: Person, question: str, tool: str, said: str
) -> None:
    answer = manager.asks(question)
    assert said in answer.text
    assert (answer.tools[-1] if answer.tools else "") == tool


@pytest.mark.parametrize(("question", "language"), [("what is low?", "en"), ("ajuda", "pt")])
def test_it_says_once_that_it_is_not_claude(manager: Person, question: str, language: str) -> None:
    assert NOT_CLAUDE[language] in manager.asks(question).text
    assert "Claude" not in manager.asks(question).text


def test_it_costs_nothing_and_says_as_of_when(manager: Person) -> None:
    answer = manager.asks("what is low?")
    assert (answer.price_usd, answer.model, answer.as_of) == (Decimal(0), "rules", NOW)
    assert "As of 2024-04-30 06:00" in answer.text


@pytest.mark.parametrize(
    "question", ["order 12 of salt", "compre 12 de salt", "encomende 12 unidades de SALT"]
)
def test_an_order_is_placed_after_a_yes(manager: Person, question: str) -> None:
    answer = manager.asks(question)
    [row] = order_rows(manager.unit)
    assert row.order.number in answer.text
    assert row.lines[0][2] == 12
    assert len(manager.was_asked) == 1


@pytest.mark.parametrize(
    ("question", "said"),
    [("order 12 of salt", "Nothing was changed"), ("compre 12 de salt", "Nada foi alterado")],
)
def test_after_a_no_nothing_is_ordered(manager: Person, question: str, said: str) -> None:
    manager.says_yes = False
    assert said in manager.asks(question).text
    assert order_rows(manager.unit) == []


def test_a_minimum_is_set_and_taken_away(manager: Person) -> None:
    assert "500" in manager.asks("defina o mínimo de salt para 500").text
    [line] = stock_of(manager.unit, "SALT", day=TODAY)
    assert line.reorder_point == 500
    manager.asks("clear the minimum of salt")
    assert minimum_rows(manager.unit) == []


def test_the_manager_is_told(manager: Person) -> None:
    assert "Feito" in manager.asks("avise o gerente que a geladeira quebrou").text
    assert manager.was_asked[0].details == ("a geladeira quebrou",)
    assert "Enviar uma mensagem" in manager.was_asked[0].summary


def test_an_ambiguous_name_lists_what_fits(manager: Person) -> None:
    answer = manager.asks("how many mugs do we have?")
    assert "| MUG-B | Blue mug |" in answer.text
    assert "| MUG-W | White mug |" in answer.text
    assert answer.tools[-1] == "find_products"


def test_a_misspelt_sku_gets_the_nearest(manager: Person) -> None:
    assert "MILK" in manager.asks("stock of MLIK").text


def test_an_impossible_order_says_why(manager: Person) -> None:
    manager.asks("order 12 of salt")
    answer = manager.asks("order 12 of salt")
    assert "nothing was changed: SALT is on order" in answer.text
    assert len(order_rows(manager.unit)) == 1


def test_an_analyst_may_ask_but_not_act(manager: Person) -> None:
    manager.may_write = False
    assert "8" in manager.asks("how much milk do we have?").text
    assert "only reads" in manager.asks("order 12 of salt").text
    assert order_rows(manager.unit) == []


def test_a_shop_without_the_model_is_answered_by_rule(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    assert Person(unit=unit, clock=clock).opens().model == "rules"


def test_what_is_low_does_not_hide_what_waits_on_order(manager: Person) -> None:
    for sku in ("MILK", "BREAD"):
        restock_by_hand(manager.unit, sku, None, location=None, reason="", author="ana", now=NOW)
    text = manager.asks("what is low?").text
    assert "Nothing needs an order now." in text
    assert "**Short, but on their way:** 2." in text
    bread, milk = (text.index(f"| {sku} |") for sku in ("BREAD", "MILK"))
    assert bread < milk
    assert "runs out before the delivery |" in text
    assert "acaba antes da entrega |" in manager.asks("o que está acabando?").text


def test_a_shop_that_was_never_checked_is_not_called_well_stocked(
    sqlite_database: Database, clock: SteppingClock
) -> None:
    unit = sqlite_database.unit_of_work(add_shop(sqlite_database.directory()))
    stock_up(unit, {"TEA": Shelf(per_day=5, on_hand=1)})
    text = Person(unit=unit, clock=clock).asks("o que está em falta?").text
    assert "1 produtos ainda não têm ponto de reposição" in text


def test_drafts_are_told_apart_from_orders_that_were_sent(
    unit_with: Callable[..., UnitOfWork], clock: SteppingClock
) -> None:
    manager = Person(unit=unit_with(order_approval_limit=Decimal(0)), clock=clock)
    manager.asks("order 200 of milk")
    [row] = order_rows(manager.unit)
    command = f"`stock orders approve {row.order.number}`"
    english, portuguese = manager.asks("what is on order?").text, manager.asks("pedidos").text
    assert "Waiting for your approval, not sent yet:" in english
    assert command in english
    assert "| draft |" in english
    assert "Esperando a sua aprovação" in portuguese
    low = manager.asks("what is low?").text
    assert "**To order now:** 1." in low
    assert f"waiting for your approval:** 1; not sent yet: {row.order.number}." in low
    assert "on their way" not in low
    assert f"waits for your approval: {row.order.number}" in low
    how_much = manager.asks("how much milk do we have?").text
    assert "200 (200 draft) on order" in how_much
    assert f"short, waits for your approval: {row.order.number}" in how_much


def test_a_product_is_left_alone_until_a_day(manager: Person) -> None:
    assert "em pausa até 2024-06-01" in manager.asks("adie milk até 01/06/2024").text
    assert "milk" in manager.was_asked[0].summary.lower()
    assert manager.was_asked[0].language == "pt"


def test_the_help_is_shown_once_to_somebody_who_is_not_understood(manager: Person) -> None:
    assert "questions like these" in manager.asks("who are you").text
    assert manager.asks("who am I").text.startswith("I did not understand that either")


def test_what_was_never_counted_has_no_position_and_is_not_called_low(
    sqlite_database: Database, clock: SteppingClock
) -> None:
    unit = sqlite_database.unit_of_work(add_shop(sqlite_database.directory()))
    stock_up(unit, {"TEA": Shelf(per_day=5, on_hand=1)}, counts=False)
    manager = Person(unit=unit, clock=clock)
    told = manager.asks("how much tea do we have?").text
    assert "never counted" in told
    assert "position" not in told
    manager.asks("set the minimum of tea to 50")
    assert "1 were never counted" in manager.asks("what is low?").text


def test_portuguese_numbers_have_a_comma(manager: Person) -> None:
    assert "(6,0 por dia)" in manager.asks("vendas de milk nos últimos 7 dias").text


@pytest.fixture
def expecting(manager: Person) -> Person:
    """Somebody whose shop waits for twelve of SALT."""
    manager.asks("order 12 of salt")
    return manager


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("receive PO-00001", "Done: goods of order **PO-00001** are booked, 12 x SALT"),
        ("book the arrival of po 1", "Done: goods of order **PO-00001**"),
        ("PO-00001 arrived", "the order is received"),
        ("receba o pedido PO-00001", "Feito: a chegada do pedido **PO-00001**"),
        ("chegou o PO-00001", "o pedido está recebido"),
        ("receive 5 of salt from PO-00001", "5 x SALT; the order is partly received"),
        ("receba 5 de sal do pedido PO-00001", "5 x SALT; o pedido está recebido em parte"),
    ],
)
def test_an_order_that_arrived_is_booked_after_a_yes(
    expecting: Person, question: str, said: str
) -> None:
    assert said in expecting.asks(question).text
    assert expecting.was_asked[-1].tool == "receive_order"


def test_an_order_is_not_booked_twice(expecting: Person) -> None:
    expecting.asks("receive PO-00001")
    assert "was received in full before" in expecting.asks("receive PO-00001").text
    assert stock_of(expecting.unit, "SALT", day=TODAY)[0].level.on_hand == 412


def test_suppliers_and_key_figures_are_told_in_the_language_of_the_question(
    manager: Person,
) -> None:
    assert "| LEAF | Leaf Ltd | 5 | 1 |" in manager.asks("who are our suppliers?").text
    assert "prazo em dias" in manager.asks("quais são os fornecedores?").text
    assert "| stock value at cost | 982.00 GBP |" in manager.asks("how are we doing?").text
    told = manager.asks("como estamos indo?").text
    assert "| valor do estoque a custo | 982,00 GBP |" in told
    assert "| unidades vendidas, últimos 28 dias |" in told


@pytest.mark.parametrize(
    ("first", "then", "sku"),
    [
        ("how many mugs do we have?", "MUG-B", "MUG-B"),
        ("how many mugs do we have?", "the blue one", "MUG-B"),
        ("quantas canecas temos?", "a branca", "MUG-W"),
        ("how much milk do we have?", "and how did it sell last week?", "MILK"),
    ],
)
def test_a_short_answer_goes_on_with_what_was_asked(
    manager: Person, first: str, then: str, sku: str
) -> None:
    manager.asks(first)
    assert f"**{sku}" in manager.asks(then).text


def test_an_ambiguous_order_is_placed_for_the_one_that_is_then_named(manager: Person) -> None:
    manager.asks("order 12 mugs")
    assert order_rows(manager.unit) == []
    manager.asks("MUG-B")
    assert [line[:1] for row in order_rows(manager.unit) for line in row.lines] == [("MUG-B",)]


def test_a_misspelt_product_is_ordered_only_after_it_is_named(manager: Person) -> None:
    assert "Do you mean this one?" in manager.asks("order 12 of slat").text
    assert manager.was_asked == []
    manager.asks("SALT")
    assert [one.tool for one in manager.was_asked] == ["restock"]


def test_what_is_late_is_said(expecting: Person, clock: SteppingClock) -> None:
    assert "Nothing is late." in expecting.asks("what is late?").text
    clock.advance(days=9)
    sell(expecting.unit, "MILK", 1, reference="till-9", at=clock.now())
    assert "**Late:** PO-00001." in expecting.asks("what is late?").text
    assert "**Atrasados:** PO-00001." in expecting.asks("algum pedido atrasado?").text


def test_every_figure_is_told_in_portuguese(manager: Person) -> None:
    told = manager.asks("como estamos indo?").text
    assert "| dias de cobertura |" in told
    assert not re.search(r"\b(?:days|orders|products|stock|waiting)\b", told)


def test_only_a_part_of_a_name_that_is_known_is_said_to_be_one(manager: Person) -> None:
    told = manager.asks("is there still soymilk milk").text
    assert "Nothing is called “soymilk milk”; I looked for “milk”." in told


def test_a_dry_run_says_what_would_have_been_done(
    unit_with: Callable[..., UnitOfWork], clock: SteppingClock
) -> None:
    manager = Person(unit=unit_with(dry_run=True), clock=clock)
    told = manager.asks("order 12 of salt").text
    assert "This is a dry run, so nothing was changed. It would have been: Order 12 x SALT" in told
    assert manager.was_asked == []
    assert order_rows(manager.unit) == []


def test_who_asks_what_waits_for_approval_is_told_of_drafts_alone(
    unit_with: Callable[..., UnitOfWork], clock: SteppingClock
) -> None:
    manager = Person(unit=unit_with(order_approval_limit=Decimal(100)), clock=clock)
    assert "No order is waiting" in manager.asks("which orders wait for my approval?").text
    manager.asks("order 200 of milk")
    manager.asks("order 12 of salt")
    told = manager.asks("há pedidos esperando a minha aprovação?").text
    waiting = [row.order.number for row in order_rows(manager.unit) if row.order.status == "draft"]
    assert [number for number in ("PO-00001", "PO-00002") if number in told] == waiting


def test_who_asks_how_many_products_there_are_is_told_that_alone(manager: Person) -> None:
    told = manager.asks("How many products do we carry?").text
    assert "| products | 5 |" in told
    assert "fill rate" not in told


def test_a_word_that_names_no_product_is_said_before_the_list_of_all(manager: Person) -> None:
    told = manager.asks("are my gizmos getting low?").text
    assert told.startswith("I find no product like “gizmos”, so this is about all products.")
    assert "2 products" in told
