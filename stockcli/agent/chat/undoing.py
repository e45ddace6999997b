"""What a question did stays when it is taken back: which command reverses it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stockcli.agent.chat.conversations import Exchange, Step
from stockcli.agent.loop import INTERRUPTED
from stockcli.agent.quoting import shortened, unquoted
from stockcli.agent.tools.toolbox import FAILED_MIDWAY, REPEATED
from stockcli.domain.identifiers import sku as canonical_sku

DONE = "done:"
"""What each tool that writes begins with, once it wrote."""
LONGEST_RESULT = 160
_ORDER = re.compile(r"\bPO-\d+\b")
_UNKNOWN = (INTERRUPTED, FAILED_MIDWAY)


@dataclass(frozen=True, kw_only=True)
class Lasting:
    """Something a question did.

    Attributes:
        what: as the tool said it; with is_certain False, the tool's name.
        how: what takes it back, one sentence.
    """

    what: str
    how: str
    is_certain: bool = True


def lasting_effects(exchange: Exchange) -> list[Lasting]:
    """Return what was done for a question, or may have been, each thing once."""
    found = [_lasting(step) for step in exchange.steps if step.name in _REVERSES]
    return list(dict.fromkeys(one for one in found if one is not None))


def _lasting(step: Step) -> Lasting | None:
    if REPEATED in step.result:
        return None
    if step.result.startswith(DONE) and not step.is_error:
        what = shortened(step.result.removeprefix(DONE).split("; ")[0], LONGEST_RESULT)
        return Lasting(what=what, how=_REVERSES[step.name](step))
    if step.result in _UNKNOWN:
        how = "it broke off in the middle: look whether it took effect"
        return Lasting(what=step.name, how=how, is_certain=False)
    return None


def _of_order(step: Step) -> str:
    number = _ORDER.search(step.result)
    return f"`stock orders cancel {number.group() if number else 'NUMBER'}` cancels it"


def _of_receipt(step: Step) -> str:
    number = _ORDER.search(step.result)
    shown = f"`stock orders show {number.group()}`" if number else "`stock orders list`"
    return f"goods that came in stay; see {shown}, and correct the shelf with `stock count`"


def _of_change(step: Step) -> str:
    number = _ORDER.search(step.result)
    named = number.group() if number else "NUMBER"
    return f"see `stock orders show {named}`; `stock orders edit` or `copy` orders what is wanted"


def _of_minimum(step: Step) -> str:
    return f"`stock minimum clear {_product(step.arguments)}` removes it"


def _of_cleared_minimum(step: Step) -> str:
    return f"`stock minimum set {_product(step.arguments)} UNITS` sets it again"


def _of_snooze(step: Step) -> str:
    return f"`stock snooze {_sku(step.arguments)} --off` ends the pause"


def _of_message(_: Step) -> str:
    return "a message cannot be taken back"


_REVERSES: Mapping[str, Callable[[Step], str]] = {
    "restock": _of_order,
    "receive_order": _of_receipt,
    "change_order": _of_change,
    "set_minimum": _of_minimum,
    "clear_minimum": _of_cleared_minimum,
    "snooze": _of_snooze,
    "notify_manager": _of_message,
}


def _product(arguments: Mapping[str, Any]) -> str:
    place = arguments.get("location")
    where = f" --location {shlex.quote(unquoted(str(place)))}" if place else ""
    return f"{_sku(arguments)}{where}"


def _sku(arguments: Mapping[str, Any]) -> str:
    return shlex.quote(canonical_sku(unquoted(str(arguments.get("sku", "SKU")))))
