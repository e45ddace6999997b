"""What an alert says, in the shop's language: a subject, and a few sentences from its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from stockcli.domain.reasons import Reason
from stockcli.notifications.letters import one_line
from stockcli.notifications.tongues import Tongue

Facts = Mapping[str, Any]


class Said(NamedTuple):
    """One alert in words."""

    subject: str
    text: str


def said(entry: Mapping[str, Any], tongue: Tongue) -> Said:
    """Return an alert as it leaves; without facts it keeps the words it was raised with."""
    facts = {name: _harmless(value) for name, value in dict(entry.get("facts") or {}).items()}
    writer = _WRITERS.get(_about(entry, facts))
    try:
        if writer:
            return writer(facts, tongue)
    except (KeyError, ValueError, ArithmeticError):
        pass  # facts of another version: the words are still true
    return Said(one_line(entry.get("subject", "")), one_line(entry.get("text", "")))


def _about(entry: Mapping[str, Any], facts: Facts) -> str:
    return "low" if entry.get("kind") == "low_stock" and "sku" in facts else facts.get("about", "")


def _harmless(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value


def _low(facts: Facts, tongue: Tongue) -> Said:
    sentences = (
        tongue.say(
            "%(sku)s (%(name)s) at %(location)s: %(on_hand)s on hand, %(on_order)s on order, "
            "reorder point %(reorder_point)s.",
            sku=facts["sku"],
            name=facts["name"],
            location=facts["location"],
            on_hand=tongue.number(facts["on_hand"]),
            on_order=tongue.number(facts["on_order"]),
            reorder_point=tongue.number(facts["reorder_point"]),
        ),
        _outlook(facts, tongue),
        _at_risk(facts, tongue),
        _why(facts, tongue),
    )
    subject = tongue.say("%(sku)s is low", sku=facts["sku"])
    return Said(subject, " ".join(filter(None, sentences)))


def _outlook(facts: Facts, tongue: Tongue) -> str:
    if "runs_out_on" not in facts:
        return ""
    day, arrival = tongue.day(facts["runs_out_on"]), tongue.day(facts["arrives_on"])
    if facts["even_if_ordered_today"]:
        return tongue.say(
            "Out on %(day)s, even if ordered today: a delivery would come on %(arrival)s.",
            day=day,
            arrival=arrival,
        )
    return tongue.say("Without an order the shelf is empty on %(day)s.", day=day)


def _at_risk(facts: Facts, tongue: Tongue) -> str:
    if not float(facts["at_risk"]):
        return ""
    return tongue.say("Sales at risk: %(money)s.", money=tongue.money(facts["at_risk"]))


def _approval(facts: Facts, tongue: Tongue) -> Said:
    number = facts["number"]
    sentences = (
        tongue.say(
            "Order %(number)s to %(supplier)s over %(total)s waits for you.",
            number=number,
            supplier=facts["supplier"],
            total=tongue.money(facts["total"]),
        ),
        _why(facts, tongue),
        tongue.say("Approve it with `stock orders approve %(number)s`.", number=number),
    )
    subject = tongue.say("Order %(number)s waits for approval", number=number)
    return Said(subject, " ".join(filter(None, sentences)))


def _held(facts: Facts, tongue: Tongue) -> Said:
    number = facts["number"]
    sentences = (
        tongue.say(
            "Order %(number)s to %(supplier)s over %(total)s is kept until more is needed.",
            number=number,
            supplier=facts["supplier"],
            total=tongue.money(facts["total"]),
        ),
        _why(facts, tongue),
        tongue.say("Send it as it is with `stock orders approve %(number)s`.", number=number),
    )
    subject = tongue.say("Order %(number)s is below the supplier's minimum", number=number)
    return Said(subject, " ".join(filter(None, sentences)))


def _late(facts: Facts, tongue: Tongue) -> Said:
    number = facts["number"]
    sentences = (
        tongue.say_many(
            "Order %(number)s was expected on %(day)s, a day ago: chase %(supplier)s.",
            "Order %(number)s was expected on %(day)s, %(count)s days ago: chase %(supplier)s.",
            facts["days_late"],
            number=number,
            day=tongue.day(facts["expected_on"]),
            supplier=facts["supplier"],
        ),
        _coming(facts, tongue),
    )
    subject = tongue.say("Order %(number)s is late", number=number)
    return Said(subject, " ".join(filter(None, sentences)))


def _too_late(facts: Facts, tongue: Tongue) -> Said:
    number = facts["number"]
    sentences = (
        tongue.say(
            "Order %(number)s is expected on %(day)s, after a shelf is empty: ask %(supplier)s for "
            "it sooner with `stock orders chase %(number)s`.",
            number=number,
            day=tongue.day(facts["expected_on"]),
            supplier=facts["supplier"],
        ),
        _coming(facts, tongue),
    )
    subject = tongue.say("Order %(number)s comes after the shelf is empty", number=number)
    return Said(subject, " ".join(filter(None, sentences)))


def _coming(facts: Facts, tongue: Tongue) -> str:
    goods = ", ".join(
        f"{tongue.number(one['units'])} x {one_line(one['sku'])}" for one in facts["coming"]
    )
    if not facts["more"]:
        return tongue.say("Still to come: %(goods)s.", goods=goods)
    return tongue.say_many(
        "Still to come: %(goods)s and one more product.",
        "Still to come: %(goods)s and %(count)s more products.",
        facts["more"],
        goods=goods,
    )


def _why(facts: Facts, tongue: Tongue) -> str:
    """Return the reason as a sentence: one of ours in the language, else the words as they are."""
    reason = facts.get("reason", "")
    if reason == Reason.COUNT_FIRST:
        return tongue.say("The ledger says less than nothing is there: count the shelf first.")
    if reason == Reason.NO_SUPPLIER:
        return tongue.say("It has no supplier, so it cannot be ordered.")
    if reason == Reason.LASTS_TOO_LONG:
        return tongue.say(
            "The least order would last %(days)s days: check pack size and minimum.",
            days=tongue.number(facts["days"]),
        )
    return _limit(facts, tongue) if "limit" in facts else _sentence(facts.get("words", ""))


def _limit(facts: Facts, tongue: Tongue) -> str:
    limit = tongue.money(facts["limit"])
    if facts["reason"] == Reason.APPROVAL_LIMIT:
        return tongue.say("That is above the approval limit of %(limit)s.", limit=limit)
    if facts["reason"] == Reason.BELOW_MINIMUM:
        return tongue.say("The supplier takes orders from %(limit)s on.", limit=limit)
    already = tongue.money(facts["already"])
    if facts["reason"] == Reason.DAILY_LIMIT:
        return tongue.say(
            "With %(already)s ordered today it passes the daily limit of %(limit)s.",
            already=already,
            limit=limit,
        )
    return tongue.say(
        "With %(already)s ordered this month it passes the monthly limit of %(limit)s.",
        already=already,
        limit=limit,
    )


def _sentence(words: str) -> str:
    """Return words as a sentence of their own."""
    words = words.strip()
    return words if not words or words[-1] in ".!?" else f"{words}."


_WRITERS: Mapping[str, Callable[[Facts, Tongue], Said]] = {
    "low": _low,
    "approve": _approval,
    "held": _held,
    "late": _late,
    "too_late": _too_late,
}
