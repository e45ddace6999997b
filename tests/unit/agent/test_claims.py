from __future__ import annotations

import pytest

from stockcli.agent.chat.claims import claims_an_effect


@pytest.mark.parametrize(
    "text",
    [
        "Done! I ordered 12 units of salt.",
        "Done: PO-00042.",
        "I've just ordered 12 of SALT.",
        "I have set the minimum of SALT to 40.",
        "We have now sent the manager a message.",
        "The order has been placed: PO-00042.",
        "The manager has already been informed.",
        "**Ordered!** It comes on Friday.",
        "Feito! O resto amanhã.",
        "Encomendei 12 unidades de sal.",
        "Já avisei o gerente.",
        "O pedido foi enviado ao fornecedor.",
        "As 12 caixas foram encomendadas.",
        "O gerente foi avisado.",
    ],
)
def test_a_claim_is_seen(text: str) -> None:
    assert claims_an_effect(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "You have 12 units of salt.",
        "Shall I order 12?",
        "Would you say I ordered too much?",
        "I have not ordered anything.",
        "I could not set the minimum: there is no such product.",
        "Nothing was ordered.",
        "I can order 12 if you say yes.",
        "PO-00042 was ordered on 2024-04-28 and is expected on 2024-05-03.",
        "The shop sold 40; it received 12 on Monday.",
        "Nada foi pedido.",
        "Não encomendo nada sem o seu sim.",
        "Posso pedir 12 unidades?",
        "O pedido PO-00042 chega na sexta.",
    ],
)
def test_what_is_no_claim_is_left_alone(text: str) -> None:
    assert not claims_an_effect(text)
