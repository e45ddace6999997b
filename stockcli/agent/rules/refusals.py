"""Why something could not be done, in Portuguese: the common refusals of the shop's own rules."""

from __future__ import annotations

import re

from stockcli.agent.rules.words import in_portuguese

_SOURCES = (
    (
        r"(\S+) is (discontinued|run out): it is not ordered any more",
        "{0} está {1}: não se pede mais",
    ),
    (
        r"(\S+) is on order for (\S+) already: (\S+) with (\S+), expected on (\S+); .*",
        (
            "{0} já foi pedido para {1}: {2} no pedido {3}, previsto para {4}; "
            "receba ou cancele {3} antes"
        ),
    ),
    (
        r"(\S+) has no supplier, so it cannot be ordered; .*",
        (
            "{0} não tem fornecedor, por isso não pode ser pedido; "
            "dê-lhe um com `stock import products FILE`"
        ),
    ),
    (
        r"(\S+) needs nothing: its position (\S+) is at its level; .*",
        (
            "{0} não precisa de nada: a sua posição {1} está no nível; "
            "se quiser mesmo assim, diga quantas unidades"
        ),
    ),
    (
        r"(\S+) more of (\S+) would pass its maximum of (\S+) \(position (\S+)\); .*",
        "mais {0} de {1} passariam do máximo de {2} (posição {3}); peça menos, ou aumente o máximo",
    ),
    (
        r"an order of (\S+) (\S+) is beyond what can be placed; .*",
        (
            "um pedido de {0} {1} é mais do que se pode pedir; "
            "confira o estoque, o custo e o mínimo, ou peça menos"
        ),
    ),
    (
        r"there is no order '(.+?)'; .*",
        "não há nenhum pedido {0} nesta loja; veja `stock orders list`",
    ),
    (
        r"order (\S+) was received in full before; .*",
        (
            "o pedido {0} já foi recebido por inteiro; "
            "corrija a prateleira com `stock count SKU UNIDADES`"
        ),
    ),
    (
        r"delivery note (\S+) was booked for order (\S+) before; .*",
        (
            "a nota de entrega {0} do pedido {1} já foi registrada; "
            "dê à nova entrega o seu próprio número com --receipt"
        ),
    ),
    (
        r"nothing of this is on order (\S+); .*",
        "nada disso está no pedido {0}; veja `stock orders show {0}`",
    ),
    (
        r"(\S+) x (\S+): only (\S+) are to come of (\S+); .*(`stock .+`)",
        "{0} x {1}: só faltam {2} do pedido {3}; se veio tanto, registre com {4}",
    ),
    (
        r"order (\S+) is (.+); it cannot become (.+); .*",
        "o pedido {0} está {1} e não pode passar a {2}; veja `stock orders show {0}`",
    ),
    (
        r"order (\S+) changed meanwhile; .*",
        "o pedido {0} mudou entretanto; nada foi registrado: veja-o e peça de novo",
    ),
    (r"(\S+) has passed already: .*", "{0} já passou: diga um dia que ainda vem"),
    (
        r"(\S+) is no day of the calendar: .*",
        "{0} não é um dia do calendário: escreva como 31/12/2026",
    ),
    (
        r"nothing was run, the arguments do not fit: quantity must be (?:above|at most) .*",
        "essa quantidade não serve: diga um número de unidades acima de zero e ao alcance da loja",
    ),
    (
        r"the tool failed; nothing was changed",
        "houve uma falha do programa",
    ),
)
_REFUSALS = tuple((re.compile(source), said) for source, said in _SOURCES)


def refusal_in_portuguese(error: str) -> str:
    """Return why something was refused, in Portuguese; a reason that is not known as it is.

    >>> refusal_in_portuguese("CANDLE is discontinued: it is not ordered any more")
    'CANDLE está descontinuado: não se pede mais'
    """
    for pattern, said in _REFUSALS:
        if found := pattern.fullmatch(error):
            return said.format(*(in_portuguese(part) for part in found.groups()))
    return error
