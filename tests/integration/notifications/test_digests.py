from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stockcli.domain.alerts import AlertKind
from stockcli.domain.channels import Channel
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import Language, ShopPolicy, Tenant
from stockcli.notifications.digests import SHORT, Letter, digest_of

LOW: dict[str, Any] = {
    "kind": "low_stock",
    "subject": "TEA is low",
    "text": "TEA at SHOP: 4 on hand",
    "facts": {
        "sku": "TEA",
        "name": "Green tea",
        "location": "SHOP",
        "on_hand": "4",
        "on_order": "0",
        "reorder_point": "1234.5",
        "at_risk": "1234.56",
        "runs_out_on": "2024-05-02",
        "arrives_on": "2024-05-05",
        "even_if_ordered_today": True,
        "reason": "no_supplier",
    },
}
LATE: dict[str, Any] = {
    "kind": "late_order",
    "subject": "Order PO-00007 is late",
    "text": "Order PO-00007 was expected",
    "facts": {
        "about": "late",
        "number": "PO-00007",
        "supplier": "Leaf Ltd",
        "total": "99.00",
        "expected_on": "2024-05-01",
        "days_late": 3,
        "coming": [{"sku": "TEA", "units": "50"}, {"sku": "HAM", "units": "1.5"}],
        "more": 1,
        "reason": "words",
        "words": "",
    },
}
MESSAGE = {"kind": "message", "subject": "Fridge", "text": "It broke.", "facts": {}}


def approval(**facts: Any) -> dict[str, Any]:
    told = {
        "about": "approve",
        "number": "PO-00008",
        "supplier": "Leaf Ltd",
        "total": "1234.56",
        "reason": "approval_limit",
        "limit": "1000",
    }
    return {"kind": "order_to_approve", "subject": "s", "text": "t", "facts": {**told, **facts}}


def shop(language: Language = Language.ENGLISH, currency: str = "GBP") -> Tenant:
    policy = ShopPolicy(language=language)
    return Tenant(id=TenantId(1), slug="acme", name="Acme", currency=currency, policy=policy)


PORTUGUESE = shop(Language.PORTUGUESE, "EUR")


def letter(
    *entries: dict[str, Any],
    to: Tenant = PORTUGUESE,
    kinds: frozenset[AlertKind] = frozenset(AlertKind),
    longest: int = 32_000,
) -> Letter | None:
    channel = Channel(url="json://x/", kinds=kinds)
    return digest_of({"alerts": list(entries)}, to).letter(channel, longest=longest)


def body(*entries: dict[str, Any], to: Tenant = PORTUGUESE, longest: int = 32_000) -> str:
    found = letter(*entries, to=to, longest=longest)
    assert found
    return found.body


def test_low_stock_is_told_in_english_with_days_and_money() -> None:
    assert letter(LOW, to=shop()) == Letter(
        title="[Acme] TEA is low",
        body="- TEA (Green tea) at SHOP: 4 on hand, 0 on order, reorder point 1,234.5. Out on "
        "Thursday, 2 May 2024, even if ordered today: a delivery would come on Sunday, 5 May 2024. "
        "Sales at risk: £1,234.56. It has no supplier, so it cannot be ordered.",
    )


def test_low_stock_is_told_in_portuguese_with_days_and_money() -> None:
    assert letter(LOW) == Letter(
        title="[Acme] TEA está com estoque baixo",
        body="- TEA (Green tea) em SHOP: 4 em estoque, 0 a receber, ponto de reposição 1.234,5. "
        "Acaba mesmo que se peça hoje: quinta-feira, 2 de maio de 2024. Entrega prevista: domingo, "
        "5 de maio de 2024. Vendas em risco: 1.234,56 €. Não tem fornecedor, por isso não pode ser "
        "pedido.",
    )


def test_a_late_order_is_told_with_what_is_still_to_come() -> None:
    assert body(LATE) == (
        "- O pedido PO-00007 era esperado há 3 dias (quarta-feira, 1 de maio de 2024): fale com "
        "Leaf Ltd. Falta chegar: 50 x TEA, 1,5 x HAM e mais um produto."
    )
    assert "a day ago: chase Leaf Ltd." in body(
        {**LATE, "facts": {**LATE["facts"], "days_late": 1}}, to=shop()
    )


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "Passa do limite de aprovação de 1.000,00 €."),
        (
            {"reason": "daily_limit", "already": "90.00"},
            "Com 90,00 € já pedidos hoje, passa do limite diário de 1.000,00 €.",
        ),
        (
            {"reason": "monthly_limit", "already": "90.00"},
            "Com 90,00 € já pedidos este mês, passa do limite mensal de 1.000,00 €.",
        ),
        (
            {"reason": "below_minimum", "about": "held"},
            "O fornecedor aceita pedidos a partir de 1.000,00 €.",
        ),
    ],
)
def test_an_order_that_waits_says_which_limit_it_passes(
    facts: dict[str, str], sentence: str
) -> None:
    told = body(approval(**facts))
    assert "no total de 1.234,56 €" in told
    assert sentence in told
    assert "`stock orders approve PO-00008`" in told


def test_an_order_that_comes_too_late_says_whom_to_ask() -> None:
    told = body({**LATE, "facts": {**LATE["facts"], "about": "too_late"}})
    assert "peça a Leaf Ltd que o antecipe, com `stock orders chase PO-00007`." in told
    assert told.endswith("Falta chegar: 50 x TEA, 1,5 x HAM e mais um produto.")


def test_the_real_stands_before_its_amount() -> None:
    assert "R$ 1.234,56" in body(LOW, to=replace(PORTUGUESE, currency="BRL"))


def test_what_a_person_or_a_model_wrote_stays_as_it_was_written() -> None:
    assert body(MESSAGE) == "- It broke."
    words = {**LOW, "facts": {**LOW["facts"], "reason": "words", "words": "the baker closes"}}
    assert body(words).endswith("the baker closes.")


@pytest.mark.parametrize("facts", [{}, {"sku": "TEA"}, {"about": "approve"}, {"about": "new"}])
def test_facts_of_another_version_are_told_in_the_words_the_alert_has(facts: Any) -> None:
    assert body({**LOW, "facts": facts}) == "- TEA at SHOP: 4 on hand"


def test_several_alerts_are_one_digest_that_says_how_many() -> None:
    found = letter(LOW, LATE, MESSAGE)
    assert found
    assert found.title == "[Acme] 3 assuntos precisam da sua atenção"
    assert found.body.count("\n- ") == 2


def test_a_channel_gets_the_kinds_it_asked_for_and_nothing_where_there_is_none() -> None:
    late = letter(LOW, LATE, kinds=frozenset({AlertKind.LATE_ORDER}))
    assert late
    assert late.title == "[Acme] O pedido PO-00007 está atrasado"
    assert "TEA (" not in late.body
    assert letter(LOW, kinds=frozenset({AlertKind.LATE_ORDER})) is None


def test_an_sms_gets_the_subjects_within_its_size() -> None:
    found = letter(*[LOW] * 9, LATE, longest=160)
    assert found
    assert len(found.title) + 2 + len(found.body) <= 160
    assert found.body.startswith("- TEA está com estoque baixo\n- ")
    assert found.body.endswith("... e mais 7: `stock alerts`")


def test_a_longer_channel_gets_whole_lines_and_how_many_more_there_are() -> None:
    found = body(*[LOW] * 9, longest=1024)
    assert SHORT < len(found) <= 1024
    assert found.endswith("... e mais 6: `stock alerts`")


def test_one_alert_that_is_too_long_is_cut() -> None:
    long = {**MESSAGE, "text": "x" * 2000}
    assert len(body(long, longest=1024)) == 1024
    assert len(body(long, long, longest=1024)) == 1024


def test_names_from_the_catalogue_move_no_cursor_and_begin_no_line() -> None:
    name = "Green\x1b[31m\n- tea is fine\u202e"
    told = body({**LOW, "facts": {**LOW["facts"], "name": name}})
    assert "(Green[31m - tea is fine)" in told
    assert "\n" not in told


def test_a_message_of_an_earlier_version_leaves_in_its_own_words() -> None:
    digest = digest_of({"subject": "TEA is low", "text": "- TEA: 4\n- HAM: 2"}, PORTUGUESE)
    assert digest.letter(Channel(url="json://x/"), longest=9) == Letter(
        title="[Acme] TEA is low", body="- TEA: 4\n- HAM: 2"
    )
