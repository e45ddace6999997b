"""What a person is shown before something is done, in the language of the question."""

from __future__ import annotations

NO_ADDRESS = "no notify address is set: it stands in `stock alerts --all`"
_LABELS = {
    "restock": {
        "en": "Order {0} x {1} {2} for {3} from {4}: {5} {6}",
        "pt": "Pedir {0} x {1} {2} para {3} a {4}: {5} {6}",
    },
    "unit_cost": {"en": "{0} {1} a unit", "pt": "{0} {1} por unidade"},
    "waits": {
        "en": "it will wait for approval: {0}",
        "pt": "o pedido vai esperar aprovação: {0}",
    },
    "reason": {"en": "reason: {0}", "pt": "motivo: {0}"},
    "receive_order": {
        "en": "Book the arrival of order {0} from {1} at {2}",
        "pt": "Registrar a chegada do pedido {0} de {1} em {2}",
    },
    "arrival": {
        "en": "{0} x {1} {2}, {3} still to come",
        "pt": "{0} x {1} {2}, {3} a receber",
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
