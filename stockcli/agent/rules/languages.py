"""Which language a text is in, by its small words."""

from __future__ import annotations

import re

_PORTUGUESE_WORDS = re.compile(
    r"\b(?:oi?|os|as|que|quant[oa]s?|qua(?:l|is)|como|temos|por|para|esta|nao|em|uma?|d[oa]s?|ola|"
    r"voce|vendas|estoque|produtos?|fornecedor|preco|bom|dia|obrigad[oa]|porque|onde|quando|meu|"
    r"algu(?:m|ma|ns|mas)|tem|pedidos?|encomendas?|atrasad\w+|fornecedores|resumo|indicador\w*|loja|"
    r"mes|semana|comprar?|falta\w*|acab\w+|vend(?:e|emos|eu|ido|ida|er|endo)|repor|ainda|mais|"
    r"alertas|minimos?|lista de|ja|se|com|e|previs\w+|reposicao|cheg\w+|ontem|hoje|amanha|pra|pro|"
    r"receb\w+|compr\w+|peca|entrega\w*|quem|caminhao|aprov(?:acao|ar))\b"
)
_ENGLISH_WORDS = re.compile(
    r"\b(?:the|what|how|is|are|of|do|we|which|why|who|when|where|can|you|stock|sales|products?|"
    r"suppliers?|price|hello|hi|please|thanks|my|for|and)\b"
)


def language_of(folded: str) -> str:
    """Return the likelier language of a text; English if nothing speaks for either."""
    portuguese = len(_PORTUGUESE_WORDS.findall(folded))
    return "pt" if portuguese > len(_ENGLISH_WORDS.findall(folded)) else "en"
