"""What a person is shown before something is done, in the language of the question."""

from __future__ import annotations

import re

NO_ADDRESS = (
    "no notify address is set, so it was sent to nobody: `stock alerts` shows it for a week"
)
_LABELS = {
    "restock": {
        "en": "Order {0} x {1} {2} for {3} from {4}: {5} {6}",
        "pt": "Pedir {0} x {1} {2} para {3} a {4}: {5} {6}",
    },
    "unit_cost": {"en": "{0} {1} a unit", "pt": "{0} {1} por unidade"},
    "stands": {
        "en": "now {0} on hand, {1} on order",
        "pt": "agora {0} em estoque, {1} a receber",
    },
    "uncounted": {
        "en": "never counted: nobody knows what is on hand",
        "pt": "nunca contado: não se sabe o que há em estoque",
    },
    "lasts": {"en": "that lasts {0} days", "pt": "isso dura {0} dias"},
    "lasts_then": {"en": "with this order {0} days", "pt": "com este pedido, {0} dias"},
    "policy": {"en": "the policy would order {0} now", "pt": "a política pediria {0} agora"},
    "policy_nothing": {
        "en": "the policy would order nothing now",
        "pt": "a política não pediria nada agora",
    },
    "policy_unknown": {
        "en": "the policy knows no reorder point yet",
        "pt": "a política ainda não tem ponto de reposição",
    },
    "far_above": {
        "en": "careful: {0} is {1} times what the policy would order",
        "pt": "atenção: {0} é {1} vezes o que a política pediria",
    },
    "far_beyond": {
        "en": "careful: {0} on hand and on order then, {1} times the most the policy keeps",
        "pt": "atenção: seriam {0} em estoque e a receber, {1} vezes o máximo da política",
    },
    "waits": {
        "en": "it will wait for approval: {0}",
        "pt": "o pedido vai esperar aprovação: {0}",
    },
    "reason": {"en": "reason: {0}", "pt": "motivo: {0}"},
    "receive_order": {
        "en": "Book the arrival of order {0} from {1} at {2}",
        "pt": "Registrar a chegada do pedido {0} de {1} em {2}",
    },
    "change_order": {
        "en": "Change order {0} to {1} for {2}",
        "pt": "Alterar o pedido {0} a {1} para {2}",
    },
    "cancel_order": {
        "en": "Cancel what is still to come of order {0} to {1} for {2}",
        "pt": "Cancelar o que falta chegar do pedido {0} a {1} para {2}",
    },
    "instead": {
        "en": "{0} instead of {1} x {2} {3}",
        "pt": "{0} em vez de {1} x {2} {3}",
    },
    "total": {"en": "in all then {0} {1}", "pt": "total então {0} {1}"},
    "arrival": {
        "en": "{0} x {1} {2}, {3} still to come",
        "pt": "{0} x {1} {2}, {3} a receber",
    },
    "booked_today": {
        "en": "booked today already: {0}",
        "pt": "já registrado hoje: {0}",
    },
    "whole": {"en": "the order is complete then", "pt": "o pedido fica completo"},
    "in_part": {"en": "the rest is still to come", "pt": "o resto ainda fica a receber"},
    "delivery_note": {"en": "delivery note {0}", "pt": "nota de entrega {0}"},
    "set_minimum": {
        "en": "Set the minimum of {0} {1} at {2} to {3} units",
        "pt": "Definir o mínimo de {0} {1} em {2} para {3} unidades",
    },
    "clear_minimum": {
        "en": "Remove the minimum of {0} {1} at {2}",
        "pt": "Remover o mínimo de {0} {1} em {2}",
    },
    "now": {"en": "now {0}", "pt": "agora {0}"},
    "no_point": {"en": "without a reorder point", "pt": "sem ponto de reposição"},
    "by_hand": {"en": "{0} units, set by hand", "pt": "{0} unidades, definido à mão"},
    "computed": {"en": "{0} units, computed", "pt": "{0} unidades, calculado"},
    "snooze": {
        "en": "Leave {0} {1} alone until {2}: no order and no alert",
        "pt": "Deixar {0} {1} em pausa até {2}: sem pedido e sem alerta",
    },
    "message": {
        "en": "Send the manager a message: {0}",
        "pt": "Enviar uma mensagem ao gerente: {0}",
    },
    "message_about": {
        "en": "Send the manager a message about {1}: {0}",
        "pt": "Enviar uma mensagem ao gerente sobre {1}: {0}",
    },
    "asked": {"en": "asked for in the chat", "pt": "pedido na conversa"},
}


def label(name: str, language: str, *values: object) -> str:
    """Return one line of a preview.

    >>> label("unit_cost", "pt", "2.50", "BRL")
    '2.50 BRL por unidade'
    """
    return _LABELS[name][language].format(*values)


_NUMBER = re.compile(r"(?<=\d)\.(?=\d)")
_WORDS_PT = {"daily": "diário", "monthly": "mensal", "today": "hoje", "this month": "este mês"}
_REASONS_PT = tuple(
    (re.compile(source), said)
    for source, said in (
        (r"(\S+) asked for", "pedidas {0} unidades"),
        (r"nothing is missing", "nada falta"),
        (r"level (\S+) - position (\S+) = (\S+)", "nível {0} - posição {1} = {2}"),
        (r"raised to the minimum order quantity (\S+)", "elevado ao pedido mínimo de {0}"),
        (r"rounded up to packs of (\S+): (\S+)", "arredondado para embalagens de {0}: {1}"),
        (
            r"rounded down to (\S+) because of the maximum (\S+)",
            "reduzido a {0} por causa do máximo {1}",
        ),
        (
            (
                r"the least that lifts the position above the reorder point is (\S+), "
                r"past the maximum (\S+)"
            ),
            "o menor que passa do ponto de reposição é {0}, acima do máximo {1}",
        ),
        (
            r"its total (\S+) is above the approval limit (\S+)",
            "o total {0} passa do limite de aprovação {1}",
        ),
        (
            (
                r"with (\S+) already ordered (today|this month) its total (\S+) "
                r"passes the (daily|monthly) limit (\S+)"
            ),
            "com {0} já pedidos {1}, o total {2} passa do limite {3} de {4}",
        ),
        (
            r"its total (\S+) is below the supplier's minimum (\S+)",
            "o total {0} fica abaixo do pedido mínimo do fornecedor, {1}",
        ),
        (
            r"it joins (\S+), which waits for approval",
            "ele entra no pedido {0}, que espera aprovação",
        ),
        (
            r"it was changed, so it is to be approved again",
            "foi alterado e precisa de nova aprovação",
        ),
    )
)


def reason_said(reason: str, language: str) -> str:
    """Return a step to a quantity, or why an order waits, in the language of the question.

    >>> reason_said("rounded up to packs of 6: 5004", "pt")
    'arredondado para embalagens de 6: 5004'
    """
    for pattern, said in _REASONS_PT if language == "pt" else ():
        if found := pattern.fullmatch(reason):
            parts = (_WORDS_PT.get(part, part) for part in found.groups())
            return said.format(*(number_said(part, language) for part in parts))
    return reason


def number_said(number: object, language: str) -> str:
    """Return a number as it is written in a language.

    >>> number_said("24.00", "pt"), number_said("24.00", "en")
    ('24,00', '24.00')
    """
    return _NUMBER.sub(",", str(number)) if language == "pt" else str(number)
