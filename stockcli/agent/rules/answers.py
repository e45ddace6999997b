"""Results of the tools, told to a person in the language of the question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from stockcli.agent.pipe_table import pipe_table, rows_of
from stockcli.agent.quoting import unquoted
from stockcli.agent.rules import phrases
from stockcli.agent.rules.intents import Intent
from stockcli.agent.rules.refusals import refusal_in_portuguese
from stockcli.agent.rules.words import in_portuguese
from stockcli.agent.tools.toolbox import DECLINED, DRY_RUN
from stockcli.agent.wording.previews import NO_ADDRESS

Row = Mapping[str, str]
_RESTOCKED = re.compile(
    r"done: order (\S+), (\S+) units, total (.+?), status (.+?), expected on (\S+?);"
)
_MINIMUM = re.compile(r"done: the minimum of (.+) is (\S+) units now")
_CLEARED = re.compile(r"done: the minimum of (.+) by hand is gone")
_SNOOZED = re.compile(r"done: (.+) is left alone until (\S+)")
_RECEIVED = re.compile(r"done: goods of order (\S+) booked: (.+); status (.+)")
_MORE = re.compile(r"and (\d+) more that are not shown")
_REMARKS = (
    (re.compile(r"nothing to order now"), phrases.NOTHING["low_stock"]),
    (re.compile(r"to order now: (\d+)"), phrases.TO_ORDER),
    (re.compile(r"waiting for your approval: (\d+) \((.+?)\)"), phrases.SHORT_BUT_WAITING),
    (re.compile(r"on their way: (\d+)"), phrases.SHORT_BUT_ORDERED),
    (re.compile(r"(\d+) were never counted"), phrases.NEVER_COUNTED),
    (re.compile(r"(\d+) have no reorder point yet"), phrases.UNJUDGED),
)
_TOTAL = re.compile(r"about ([\d.]+) units in (\d+) days at (\S+), by ")
_NOTIFIED = re.compile(r"done: the message")
_WRITES = {
    "restock": _RESTOCKED,
    "receive_order": _RECEIVED,
    "set_minimum": _MINIMUM,
    "clear_minimum": _CLEARED,
    "snooze": _SNOOZED,
    "notify_manager": _NOTIFIED,
}
_NOT_SHOWN = {"low_stock": ("reserved", "position")}
_FIGURES = {
    "products": re.compile(r"products|active products|products with stock|suppliers"),
    "sales": re.compile(r"units sold, .*"),
}
"""Of the key figures, those that are asked for alone."""
_CODES = {"sku", "name", "order", "location", "supplier", "supplier name", "late orders"}


def answer(intent: Intent, result: str, *, is_error: bool) -> str:
    """Return a tool's result as Markdown; first, if only a part of a name was looked for, that."""
    told = _answer(intent, result, is_error=is_error)
    return f"{read_as(intent)}\n\n{told}" if intent.called else told


def together(told: Sequence[str]) -> str:
    """Return the answers to several questions as one: what they share is said once, last."""
    paragraphs = [one for text in told for one in text.split("\n\n")]
    return "\n\n".join(reversed(dict.fromkeys(reversed(paragraphs))))


def read_as(intent: Intent) -> str:
    """Return which part of a name was looked for."""
    names = (f"“{intent.called}”", f"“{intent.product}”")
    if not intent.product:
        return phrases.OF_ALL[intent.language].format(names[0])
    return phrases.READ_AS[intent.language].format(*names)


def _answer(intent: Intent, result: str, *, is_error: bool) -> str:
    language = intent.language
    if result == DECLINED:
        return phrases.DECLINED[language]
    if result.startswith(DRY_RUN):
        return phrases.DRY_RUN[language].format(result.partition("been: ")[2])
    if is_error:
        why = refusal_in_portuguese(result) if language == "pt" else result
        return phrases.FAILED[language].format(why)
    if intent.tool in _WRITES:
        return _done(intent, result)
    rows = rows_of(result)
    if not rows:
        known = phrases.NONE_WAITING if intent.only == "waiting" else phrases.NO_FACTS
        nothing = phrases.NOTHING.get("" if intent.only else intent.tool, known)[language]
        return "\n\n".join([nothing, *_remarks(result, language), _as_of(result, language)])
    body = _BODIES.get(intent.tool, _table)(intent, rows, result)
    return "\n\n".join([body, *_remarks(result, language), _as_of(result, language)])


def ambiguous(intent: Intent, result: str) -> str:
    """Return the products a question may have meant."""
    rows = rows_of(result)
    asks = phrases.ONLY_ALIKE if len(rows) == 1 else phrases.AMBIGUOUS
    opening = phrases.FOUND if intent.tool == "find_products" else asks
    said = [read_as(intent)] if intent.called else []
    return "\n\n".join([opening[intent.language], _translated(rows, intent.language), *said])


def not_found(intent: Intent, error: str) -> str:
    """Return that there is no such product, with the nearest."""
    nearest = error.partition("nearest: ")[2]
    said = phrases.NEAREST[intent.language].format(f"“{intent.product}”")
    hint = phrases.DID_YOU_MEAN[intent.language].format(nearest) if nearest else ""
    return f"{said} {hint}".strip()


def _stock(intent: Intent, rows: Sequence[Row], result: str) -> str:
    del result
    told = []
    for row in rows:
        is_known = row["position"] != "-"
        phrase = phrases.STOCK if is_known else phrases.STOCK_NEVER_COUNTED
        told.append(phrase[intent.language].format_map(_words(row, intent.language)))
    return "\n\n".join(told)


def _sales(intent: Intent, rows: Sequence[Row], result: str) -> str:
    totals = re.findall(r"([\d.]+) units sold at (\S+) in (\d+) days", result)
    language = intent.language
    first, last = min(row["from"] for row in rows), max(row["to"] for row in rows)
    lines = [
        phrases.SOLD[language].format(
            f"{intent.product} ({place})",
            _word(units, language),
            days,
            _word(f"{float(units) / int(days):.1f}", language),
            first,
            last,
        )
        for units, place, days in totals
    ]
    return "\n".join([*lines, "", _translated(rows, intent.language)])


def _on_order(intent: Intent, rows: Sequence[Row], result: str) -> str:
    """Return what is to come; what still waits for a person's approval is told apart."""
    if intent.only == "waiting":
        rows = [row for row in rows if row["status"] == "draft"]
        if not rows:
            return phrases.NONE_WAITING[intent.language]
    waiting = list(dict.fromkeys(row["order"] for row in rows if row["status"] == "draft"))
    late = dict.fromkeys(row["order"] for row in rows if row.get("days late", "-") != "-")
    phrase = phrases.LATE if late else phrases.NOTHING_LATE
    told_late = phrase[intent.language].format(", ".join(late))
    table = _table(intent, rows, result)
    if intent.only != "waiting":
        table = f"{told_late}\n\n{table}"
    if not waiting:
        return table
    told = [f"- {number}: `stock orders approve {number}`" for number in waiting]
    return "\n".join([table, "", phrases.WAITING[intent.language], "", *told])


def _forecast(intent: Intent, rows: Sequence[Row], result: str) -> str:
    """Return the forecast, its total first."""
    phrase = phrases.FORECAST_TOTAL[intent.language]
    totals = [
        phrase.format(intent.product, _word(units, intent.language), days, place)
        for units, days, place in _TOTAL.findall(result)
    ]
    return "\n\n".join([*totals, _table(intent, rows, result)])


def _figures(intent: Intent, rows: Sequence[Row], result: str) -> str:
    """Return the key figures; who asks for some of them is told those alone."""
    if shown := _FIGURES.get(intent.only):
        rows = [row for row in rows if shown.fullmatch(row["figure"])]
    return _table(intent, rows, result)


def _why(intent: Intent, rows: Sequence[Row], result: str) -> str:
    opening = "\n\n".join(
        phrases.WHY[intent.language].format_map(_words(row, intent.language)) for row in rows
    )
    if intent.language == "pt":
        return opening
    story = [line for line in result.splitlines() if line and not line.startswith(("|", "as of"))]
    if len(rows) == 1:
        story = [line.removeprefix(f"{rows[0]['location']}: ") for line in story]
    story = [line.replace('"', "") for line in story]
    return "\n".join([opening, "", *(f"- {line}" for line in story)])


def _table(intent: Intent, rows: Sequence[Row], result: str) -> str:
    language = intent.language
    one, many = phrases.PRODUCTS[language]
    more = _MORE.search(result)
    total = len(rows) + (int(more[1]) if more else 0)
    count = one if total == 1 else many.format(total)
    opening = phrases.OPENING.get(intent.tool, phrases.FOUND)[language].format(count)
    hidden = _NOT_SHOWN.get(intent.tool, ())
    shown = [{name: value for name, value in row.items() if name not in hidden} for row in rows]
    rest = f"\n\n{phrases.MORE[language].format(more[1])}" if more else ""
    return f"{opening}\n\n{_translated(shown, language)}{rest}"


_BODIES: Mapping[str, Callable[[Intent, Sequence[Row], str], str]] = {
    "stock_of": _stock,
    "sales_history": _sales,
    "on_order": _on_order,
    "why_reorder_point": _why,
    "forecast_of": _forecast,
    "key_figures": _figures,
}


def _done(intent: Intent, result: str) -> str:
    if NO_ADDRESS in result:
        return phrases.NO_ADDRESS[intent.language]
    match = _WRITES[intent.tool].match(result)
    if match is None:
        return result
    parts = [_word(part, intent.language) for part in match.groups()]
    return phrases.DONE[intent.tool][intent.language].format(*parts)


def _translated(rows: Sequence[Row], language: str) -> str:
    headings = [_word(heading, language) for heading in (rows[0] if rows else ())]
    return pipe_table(headings, [list(_words(row, language).values()) for row in rows])


def _words(row: Row, language: str) -> dict[str, str]:
    """Return a row as people read it: translated, and names without quotation marks."""
    return {
        heading: unquoted(value) if heading in _CODES else _word(unquoted(value), language)
        for heading, value in row.items()
    }


def _word(word: str, language: str) -> str:
    """Return a word or a number as it is written in a language."""
    return in_portuguese(word) if language == "pt" else word


def _remarks(result: str, language: str) -> list[str]:
    """Return what a list of low products must not leave unsaid."""
    # A table may hold anybody's words.
    notes = "\n".join(one for one in result.splitlines() if not one.startswith("|"))
    found = ((pattern.search(notes), phrase) for pattern, phrase in _REMARKS)
    return [phrase[language].format(*match.groups()) for match, phrase in found if match]


def _as_of(result: str, language: str) -> str:
    match = re.match(r"as of (\S+ \S+)", result)
    return phrases.AS_OF[language].format(match[1]) if match else ""
