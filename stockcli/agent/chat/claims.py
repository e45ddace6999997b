"""An answer that claims to have done something is held against what was done."""

from __future__ import annotations

import re

_CLAIM = re.compile(
    r"""
    \b(?:i|we)(?:['\u2019]ve|\s+have)?
      (?:\s+(?:also|just|now|already|successfully|gone\s+ahead\s+and))*\s+
      (?:ordered|reordered|restocked|placed|booked|received|cleared|removed|snoozed|notified|
         informed|messaged|(?:set|changed|updated|raised|lowered|sent)\s+(?:the|a|its|your|him|her))\b
    | \b(?:has|have)\s+(?:now\s+|just\s+|already\s+)?been\s+
      (?:ordered|reordered|restocked|placed|booked|set|cleared|removed|snoozed|sent|notified|
         informed)\b
    | \border\s+(?:is\s+|was\s+)?(?:placed|confirmed|sent)\b
    | \bsuccessfully\s+(?:ordered|placed|booked|set|sent)\b
    | \bminimum\s+(?:is|was)\s+(?:now\s+)?set\b
    | \bis\s+on\s+its\s+way\b
    | \b(?:j[aá]\s+)?est[aá]\s+(?:encomendad|pedid|feit|definid|enviad)[oa]\b
    | ^\W*(?:done|ordered|restocked|feito|pronto|encomendado|reposto)\W*(?:[.!:,]|$)
    | \b(?:encomendei|pedi|fiz\s+o\s+pedido|repus|defini|removi|enviei|avisei|notifiquei|
         recebi\s+o\s+pedido|adiei|pausei|registrei|alterei)\b
    | \bfo(?:i|ram)\s+(?:j[aá]\s+)?
      (?:encomendad|pedid|repost|definid|removid|enviad|avisad|notificad|registrad|alterad|
         feit|realizad)[oa]s?\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_NO_CLAIM = re.compile(
    r"n['\u2019]t\b|\b(?:not|nothing|never|nada|não|nenhuma?|nunca)\b", re.IGNORECASE
)


def claims_an_effect(text: str) -> bool:
    """Return whether a text, in English or Portuguese, says that something was done.

    It knows the usual turns of phrase and no more; a question or a denial is no claim.

    >>> claims_an_effect("Done! I ordered 12."), claims_an_effect("Shall I order 12?")
    (True, False)
    >>> claims_an_effect("I ordered 24, not 12."), claims_an_effect("It was not set.")
    (True, False)
    >>> claims_an_effect("O pedido foi enviado."), claims_an_effect("Nada a pedir.")
    (True, False)
    """
    return any(_claims(sentence) for sentence in _SENTENCE.findall(text) if "?" not in sentence)


def _claims(sentence: str) -> bool:
    claim = _CLAIM.search(sentence)
    return claim is not None and not _NO_CLAIM.search(sentence[: claim.start()])
