"""What is said before and after a question, and means nothing for it."""

from __future__ import annotations

import re
import unicodedata

from stockcli.agent.rules.naming import fold

_POLITE = re.compile(
    r"^(?:(?:please|hi|hello|hey|can you|could you|would you|i want to|i would like to|"
    r"i'd like to|let us|let's|lets|go ahead and|then|and|also|but|ok|okay|all right|alright|"
    r"fine|sure|yes|well|right|do(?=\s+(?:re-?)?(?:order|stock|buy|set|receive|clear)\b)|"
    r"por favor|ola|oi|bom dia|boa tarde|voce pode|pode|podes|podia|quero|queria|gostaria de|"
    r"e|mas|tambem|entao|ta bom|esta bem|tudo bem|certo|sim|beleza|vamos(?=\s+\w+r\b))\b"
    r"(?!-)[\s,:!.]*)+"
)
_OF_IT = (
    (
        re.compile(
            r"\b(?:its|their)\s+((?:manual\s+)?(?:minimum|min|re-?order point|order point|"
            r"threshold|stock|sales|forecast))\b",
            re.IGNORECASE,
        ),
        r"the \1 of it",
    ),
    (
        re.compile(
            r"\b(m[ií]nimo|ponto de reposi[cç][aã]o|previs[aã]o|vendas|estoque)\s+"
            r"(?:del[ea]s?|disso|dess[ea]|dest[ea])\b",
            re.IGNORECASE,
        ),
        r"\1 de isso",
    ),
)
_TRAILING = re.compile(
    r"(?:[\s,?!.;]|\b(?:please|por favor|right now|at the moment|now|today|agora|hoje|"
    r"neste momento|thanks|thank you|obrigad[oa])\b)+$"
)


def trimmed(question: str) -> tuple[str, str]:
    """Return a question without courtesies, as written and folded; both of one length."""
    text = " ".join(unicodedata.normalize("NFC", question).split())
    for whose, of_it in _OF_IT:
        text = whose.sub(of_it, text)
    folded = fold(text)
    start = match.end() if (match := _POLITE.match(folded)) else 0
    end = match.start() if (match := _TRAILING.search(folded)) else len(folded)
    if start >= end:
        return text, folded
    return text[start:end], folded[start:end]
