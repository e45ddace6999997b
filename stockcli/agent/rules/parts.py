"""A question in its parts: several questions or orders in one sentence, and what is said around.

Only the person who types gives orders: what stands in quotation marks, what somebody is reported
to have said, and what holds on a condition only, is never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stockcli.agent.rules.intents import INSTEAD, LONGEST_QUESTION, Intent, read_intent
from stockcli.agent.rules.naming import PRONOUNS, fold, product_named

MOST_PARTS = 4
"""Each takes up to two rounds of the loop's eight."""
LONGEST_REMARK = 60
_COMMAND = (
    r"(?:(?:please|por favor|also|tambem|then|depois|do|just)\s+)*"
    r"(?:(?:re-?order|order|re-?stock|buy|purchase|receive|book|take in|set|change|raise|lower|put|"
    r"clear|remove|delete|drop|reset|snooze|pause|notify|tell|warn|alert|inform|message|"
    r"compr[ae]|encomend[ae]|reponha|repoe|peca|pede|receba|recebe|registr[ae]|lance|"
    r"(?:de|da)\s+entrada|defin[ae]|coloque|coloca|ponha|poe|mud[ae]|ajust[ae]|alter[ae]|fix[ae]|"
    r"suba|baixe|remov[ae]|tir[ae]|apagu?[ae]|limp[ae]|elimin[ae]|retir[ae]|adi[ae]|paus[ae]|"
    r"suspenda|avis[ae]|notifi(?:que|ca)|diga|inform[ae]|alert[ae])\b)"
)
_ASKING = (
    r"(?:(?:also|tambem|then)\s+)?"
    r"(?:how|what|whats|which|when|why|who|where|do|does|did|is|are|was|were|have|has|can|will|"
    r"quant[oa]s?|qua(?:l|is)|quando|quem|como|onde|por\s?que|o que|que|temos|tem|ha|ja|ainda|"
    r"estamos|vai|vao|esta|estao)\b"
)
_SENTENCES = re.compile(r"(?<=[?!.;])\s+(?=\S)")
_JOINTS = re.compile(
    rf"(?:\s*[:;]\s*|\s*[,-]\s+(?:(?:and|e|so|entao)\s+)?"
    rf"|\s+(?:and|e|(?:and |e )?(?:then|depois))\s+)(?={_COMMAND})"
    rf"|(?:\s*[,;]\s*(?:(?:and|e|mas|but)\s+)?|\s+(?:and|e)\s+)(?={_ASKING})"
)
_NEXT_ITEM = re.compile(r"(?:\s*,\s*(?:(?:and|e)\s+)?|\s+(?:and|e)\s+)(?=\d+(?:[.,]\d+)?\s*\S)")
_ORDER_VERB = re.compile(
    r"^.*?\b(?:re-?order|order|re-?stock|buy|purchase|compr[ae]|encomend[ae]|reponha|peca|pede)\s+"
    r"(?=\d)"
)
_AND = re.compile(r"\s*,\s*(?:(?:and|e)\s+)?|\s+(?:and|e|ou|or)\s+", re.IGNORECASE)
_AND_THIS = re.compile(
    r"\W*(?:and|e|but|mas|what about|how about|e quanto a|quanto a)\s+"
    r"((?!\b(?:yes|no|sim|nao|you|voce|now|agora|then|why|when|how|what)\b)\S+(?:\s+\S+){0,4}?)"
    r"[\s?!.]*"
)
_QUOTED = re.compile(r"[\"“”«»][^\"“”«»]*[\"“”«»]")
_HELD_BACK = re.compile(
    r"\b(?:if|unless|se|caso|when|once|quando|assim que|not|don'?t|never|nao|nunca|jamais|"
    r"ignor\w*|system\w*|sistema|assistant|assistente|instru\w+|confirm\w*|limit\w*|approv\w*|"
    r"aprov\w*|instead|wait|espera|except|exceto|cancel\w*|"
    r"(?:e-?)?mails?|notes?|labels?|messages?|letter|memo|recado|bilhete|aviso|mensagem|etiqueta|"
    r"sa(?:id|ys?)|writes?|wrote|told|asks?|asked|wants?|diss\w*|diz|escreveu|falou|pediu|quer)\b"
    r"|[<>{}]"
)
_WHY = re.compile(
    r"\b(?:here|arriv\w*|came|come|deliver\w*|unload\w*|low|out|empty|short|gone|left|need\w*|"
    r"sold|selling|busy|more|truck|van|lorry|goods|cheg\w+|veio|vieram|aqui|acab\w*|falt\w*|"
    r"baix\w*|vazi\w*|precis\w*|pouc\w*|sem|mais|vend\w*|caminhao|carro|entrega\w*|"
    r"mercadoria\w*)\b"
)
"""What people say around an order of their own: that goods came, or that something is short."""
_NOT_A_QUESTION = {"greeting", "thanks"}
_PLEASE = re.compile(r"\b(?:please|can you|could you|would you|por favor|pode|podes|podia)\b")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What is asked, one after the other.

    Attributes:
        texts: each a question or an order by itself.
        left_out: questions that were not understood, as written.
        language: of the whole.
    """

    texts: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    language: str = "en"


def parts_of(question: str) -> Parts:
    """Return the parts of a question that are understood; the whole, if it is but one.

    >>> parts_of("Order 10 white mugs and 12 blue mugs").texts
    ('Order 10 white mugs', 'Order 12 blue mugs')
    """
    language = read_intent(question).language
    whole = Parts(texts=(question,), language=language)
    if len(question) > LONGEST_QUESTION:
        return whole
    pieces = list(_pieces(_QUOTED.sub(_unless_an_order, " ".join(question.split()))))
    if not 1 < len(pieces) <= 2 * MOST_PARTS:
        return Parts(texts=(pieces[0],), language=language) if _is_cut(pieces, question) else whole
    read = [(piece, read_intent(piece)) for piece in pieces]
    if any(intent.tool in INSTEAD for _, intent in read):
        texts = _orders(read)
        left_out: tuple[str, ...] = ()
    else:
        texts, left_out = _questions(read)
    if not 0 < len(texts) <= MOST_PARTS:
        return whole
    return Parts(texts=tuple(texts), left_out=left_out, language=language)


def _is_cut(pieces: Sequence[str], question: str) -> bool:
    """Return whether only a quoted order was taken out of a question."""
    return len(pieces) == 1 and len(pieces[0]) < len(question.strip()) - 1


def _unless_an_order(quoted: re.Match[str]) -> str:
    """Return what was quoted, if it orders nothing: names are quoted as well."""
    text = fold(quoted[0])
    return " " if re.search(rf"(?:^.|[\s:,;.]){_COMMAND}", text) else quoted[0]


def _pieces(question: str) -> Iterator[str]:
    """Yield sentences and their clauses; each of a question ends in its question mark."""
    for sentence in _SENTENCES.split(question):
        if read_intent(sentence).tool == "notify_manager":
            # Whatever follows is part of the message.
            yield sentence
            continue
        asks = sentence.rstrip().endswith("?") and not _PLEASE.search(fold(sentence))
        for clause in _clauses(sentence):
            bare = clause.strip(" ,;:.!?-")
            if bare:
                yield f"{bare}?" if asks or clause.endswith("?") else bare


def _clauses(sentence: str) -> Iterator[str]:
    start = 0
    for joint in _JOINTS.finditer(fold(sentence)):
        if read_intent(sentence[start:]).tool == "notify_manager":
            break
        yield from _items(sentence[start : joint.start()])
        start = joint.end()
    yield from _items(sentence[start:])


def _items(clause: str) -> Iterator[str]:
    """Yield an order of several products as one of each, where each has its quantity."""
    verb = _ORDER_VERB.match(fold(clause))
    joints = list(_NEXT_ITEM.finditer(fold(clause))) if verb else []
    if verb is None or not joints or read_intent(clause).tool not in ("restock", "stock_of"):
        yield clause
        return
    start = verb.end()
    for joint in joints:
        yield f"{clause[: verb.end()]}{clause[start : joint.start()]}"
        start = joint.end()
    yield f"{clause[: verb.end()]}{clause[start:]}"


def _orders(read: Sequence[tuple[str, Intent]]) -> list[str]:
    """Return orders and the questions beside them; none if anything holds an order back."""
    kept: list[str] = []
    for piece, intent in read:
        is_order = intent.tool in INSTEAD
        asks = piece.endswith("?")
        if not asks and intent.tool != "notify_manager" and _HELD_BACK.search(fold(piece)):
            return []
        if not (is_order or asks or _is_beside_it(piece, intent)):
            return []
        if is_order and not kept and piece != read[0][0] and _names_nothing(intent):
            # "It" is what was said around the order, which nobody understood.
            return []
        if is_order or (asks and _is_understood(intent)):
            kept.append(piece)
    return kept


def _names_nothing(intent: Intent) -> bool:
    is_about_none = intent.tool == "notify_manager" or "order" in intent.arguments
    return not is_about_none and (not intent.product or fold(intent.product) in PRONOUNS)


def _is_beside_it(piece: str, intent: Intent) -> bool:
    """Return whether a remark beside an order leaves it as it is; a figure may change it."""
    if intent.tool in _NOT_A_QUESTION:
        return True
    words = fold(piece)
    is_done_with = re.fullmatch(r"(?:book|receive|register|registr[ea]|receba)\s+\w+", words)
    return bool(is_done_with or (_WHY.search(words) and not re.search(r"\d", words)))


def _questions(read: Sequence[tuple[str, Intent]]) -> tuple[list[str], tuple[str, ...]]:
    """Return the questions that are understood, and those that are not."""
    kept: list[tuple[str, Intent]] = []
    left_out = []
    for asked, first in read:
        piece, intent = _in_full(asked, first, kept)
        if _is_understood(intent):
            same = [one for _, one in kept if _is_same(one, intent)]
            kept += [] if same else [(piece, intent)]
        elif piece.endswith("?") and intent.tool not in _NOT_A_QUESTION:
            left_out.append(piece[:LONGEST_REMARK])
    return [piece for piece, _ in kept], tuple(left_out)


def _in_full(piece: str, intent: Intent, kept: Sequence[tuple[str, Intent]]) -> tuple[str, Intent]:
    """Return a question that only names another product in the words of the one before."""
    named = other_product(piece, intent)
    if not (kept and named and kept[-1][1].product):
        return piece, intent
    before, meant = kept[-1]
    full = before.replace(meant.product, named)
    return full, read_intent(full)


def other_product(question: str, intent: Intent) -> str:
    """Return the product of a question that goes on with nothing else; empty if it asks more.

    >>> other_product("And oat milk?", read_intent("And oat milk?"))
    'oat milk'
    """
    found = _AND_THIS.fullmatch(fold(question))
    if found and (intent.is_guess or intent.tool == "unknown"):
        return product_named(question[found.start(1) : found.end(1)].rstrip(" ?!."))
    return ""


def products_in(question: str) -> tuple[str, ...]:
    """Return a question about several products as one about each; empty if it names but one.

    >>> products_in("How much milk and rye bread do we have?")
    ('How much milk do we have?', 'How much rye bread do we have?')
    """
    intent = read_intent(question)
    names = [one.strip() for one in _AND.split(intent.product) if one.strip()]
    is_list = 1 < len(names) <= MOST_PARTS and intent.product in question
    if intent.tool in INSTEAD or intent.is_guess or not is_list:
        return ()
    return tuple(question.replace(intent.product, product_named(name)) for name in names)


def _is_same(before: Intent, intent: Intent) -> bool:
    """Return whether a question asks nothing new: "what is on order, and when does it come"."""
    names_nothing = not intent.product or fold(intent.product) in PRONOUNS
    return before.tool == intent.tool and names_nothing


def _is_understood(intent: Intent) -> bool:
    is_known = intent.tool not in ("unknown", *_NOT_A_QUESTION)
    return is_known and not intent.is_guess
