"""Headings and words of the tools' tables, in Portuguese."""

from __future__ import annotations

import re

WORDS_PT = {
    "sku": "SKU",
    "name": "nome",
    "category": "categoria",
    "location": "local",
    "on hand": "em estoque",
    "on order": "a receber",
    "reserved": "reservado",
    "position": "posição",
    "reorder point": "ponto de reposição",
    "cover days": "dias de cobertura",
    "state": "situação",
    "order": "pedido",
    "status": "situação",
    "units to come": "a receber",
    "supplier": "fornecedor",
    "expected on": "previsto para",
    "from": "de",
    "to": "até",
    "sold": "vendido",
    "on hand at the end": "em estoque no fim",
    "day": "dia",
    "mean": "média",
    "lower 10 %": "10 % inferior",
    "upper 90 %": "90 % superior",
    "minimum": "mínimo",
    "computed": "calculado",
    "set by": "por",
    "reason": "motivo",
    "expires on": "até",
    "since": "desde",
    "alert": "alerta",
    "low": "abaixo do ponto de reposição",
    "ok": "ok",
    "no reorder point yet": "sem ponto de reposição",
    "never counted": "nunca contado",
    "never counted: book a count with stock count": "nunca contado",
    "run out": "até acabar",
    "discontinued": "descontinuado",
    "draft": "esperando aprovação",
    "approved": "aprovado",
    "sent": "enviado",
    "partly received": "recebido em parte",
    "never": "nunca",
    "received": "recebido",
    "ordered on": "pedido em",
    "days late": "dias de atraso",
    "supplier name": "nome do fornecedor",
    "lead time days": "prazo em dias",
    "standard deviation": "desvio padrão",
    "products": "produtos",
    "active products": "produtos ativos",
    "products with stock": "produtos com estoque",
    "suppliers": "fornecedores",
    "open orders": "pedidos abertos",
    "value to come": "valor a receber",
    "late orders": "pedidos atrasados",
    "figure": "indicador",
    "value": "valor",
    "stock value at cost": "valor do estoque a custo",
    "days of cover": "dias de cobertura",
    "excess stock at cost": "estoque em excesso a custo",
    "products to order": "produtos a pedir",
    "products out of stock": "produtos esgotados",
    "products never counted": "produtos nunca contados",
    "products without reorder point": "produtos sem ponto de reposição",
    "units sold": "unidades vendidas",
    "fill rate": "taxa de atendimento",
    "days with known stock": "dias de estoque conhecido",
    "product-days without stock": "dias-produto sem estoque",
    "product-days in stock": "dias-produto com estoque",
    "estimated": "estimada",
    "open orders at cost": "pedidos abertos a custo",
    "orders waiting for approval": "pedidos esperando aprovação",
    "waiting for approval at cost": "esperando aprovação a custo",
    "ordered today": "pedido hoje",
    "ordered this month": "pedido este mês",
}
_SHORT_PT = (
    ("low", "abaixo do ponto de reposição"),
    ("short", "em falta"),
    ("empty", "vazio"),
    ("on order:", "pedido:"),
    ("late:", "atrasado:"),
    ("expected", "previsto para"),
    ("waits for your approval:", "espera a sua aprovação:"),
    ("runs out before the delivery", "acaba antes da entrega"),
)
_SHORT = re.compile(r"(?:low|short|empty)(?:, (?:on order|late|waits|runs out)\b.*)?")
_DRAFTED = re.compile(r"(\S+) \((\S+) draft\)")
_AMOUNT = re.compile(r"(-?\d+)\.(\d+) ([A-Z]{3})")
_DECIMAL = re.compile(r"(-?\d+)\.(\d+[*%]?)")
_LAST_DAYS = re.compile(r"last (\d+) days")
_OF = re.compile(r"([\d.]+) of ([\d.]+)((?: [A-Z]{3})?)")


def in_portuguese(word: str) -> str:
    """Return a word or a number of a table in Portuguese.

    >>> in_portuguese("units sold, last 28 days"), in_portuguese("12.5")
    ('unidades vendidas, últimos 28 dias', '12,5')
    """
    if number := _DECIMAL.fullmatch(word):
        return f"{number[1]},{number[2]}"
    if known := WORDS_PT.get(word):
        return known
    composed = _composed(word)
    return composed or ", ".join(_part(part) for part in word.split(", "))


def _composed(word: str) -> str:
    """Return an amount, a share, units with drafts or a state; empty for anything else."""
    if amount := _AMOUNT.fullmatch(word):
        return f"{amount[1]},{amount[2]} {amount[3]}"
    if share := _OF.fullmatch(word):
        return f"{in_portuguese(share[1])} de {in_portuguese(share[2])}{share[3]}"
    if drafted := _DRAFTED.fullmatch(word):
        units, draft = in_portuguese(drafted[1]), in_portuguese(drafted[2])
        return f"{units} ({draft} esperando aprovação)"
    return _short(word) if _SHORT.fullmatch(word) else ""


def _short(state: str) -> str:
    for english, portuguese in _SHORT_PT:
        state = state.replace(english, portuguese)
    return state


def _part(part: str) -> str:
    last = _LAST_DAYS.fullmatch(part)
    return f"últimos {last[1]} dias" if last else WORDS_PT.get(part, part)
