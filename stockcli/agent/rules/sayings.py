"""What is answered without looking anything up: greetings, thanks, commands to use, help."""

from __future__ import annotations

from collections.abc import Callable

from stockcli.agent.rules import phrases
from stockcli.agent.rules.examples import SAMPLE
from stockcli.agent.rules.intents import Intent

GREETING = {
    "en": "Hello. Ask me, for example: what is low?",
    "pt": "Olá. Pergunte, por exemplo: o que está acabando?",
}
THANKS = {"en": "You are welcome.", "pt": "De nada."}
BEST_SELLERS = {
    "en": "I do not rank products by their sales; `stock forecast --product 85123A` shows what one "
    "sold, and so do I: sales of 85123A last month.",
    "pt": "Não ordeno os produtos por vendas; `stock forecast --product 85123A` mostra o que um "
    "deles vendeu, e eu também: vendas de 85123A no mês passado.",
}
COMMAND = {
    "en": "I do not do that here. The command is `stock orders {verb} {order}`; "
    "`stock orders list --open` shows the orders.",
    "pt": "Isso não faço aqui. O comando é `stock orders {verb} {order}`; "
    "`stock orders list --open` mostra os pedidos.",
}
NO_DAY = {
    "en": "Until which day? Say it as 2026-12-31.",
    "pt": "Até que dia? Diga como 31/12/2026.",
}
SHORT_HELP = {
    "en": "I did not understand that either; `help` shows what I can answer.",
    "pt": "Também não entendi; `ajuda` mostra o que sei responder.",
}
_SAID = {"greeting": GREETING, "thanks": THANKS, "best_sellers": BEST_SELLERS}


def said_at_once(intent: Intent, sku: Callable[[], str], *, was_lost_before: bool) -> str | None:
    """Return an answer that needs no tool; None if one must be run.

    Args:
        sku: returns one for the examples; asked only when they are shown.
        was_lost_before: whether the help was shown already, after another unknown question.
    """
    language = intent.language
    if intent.tool == "unknown" and was_lost_before:
        return SHORT_HELP[language]
    if intent.tool in ("help", "unknown"):
        opening = phrases.UNKNOWN[language] if intent.tool == "unknown" else ""
        return f"{opening}{phrases.CAN[language]}".replace(SAMPLE, sku())
    if intent.tool == "order_command":
        return COMMAND[language].format_map(intent.arguments)
    if intent.tool == "snooze" and not _is_day(intent.arguments.get("until", "")):
        return NO_DAY[language]
    said = _SAID.get(intent.tool)
    return said[language].replace(SAMPLE, sku()) if said else None


def _is_day(text: str) -> bool:
    year, *rest = text.split("-")
    return [len(year), *map(len, rest)] == [4, 2, 2]
