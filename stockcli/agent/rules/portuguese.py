"""Questions in Portuguese, as patterns over lower-case text without accents; first fit counts."""

from __future__ import annotations

import re

MONTHS = (
    *("janeiro", "fevereiro", "marco", "abril", "maio", "junho"),
    *("julho", "agosto", "setembro", "outubro", "novembro", "dezembro"),
)
_NUMBER = r"(?P<quantity>\d+(?:[.,]\d+)*)"
_PRODUCT = r"(?P<product>.+?)"
_OF = r"d(?:e|o|a|os|as)"
_STOCK = r"(?:estoque|stock|armazem|deposito)"
_POINT = r"(?:ponto de (?:reposicao|encomenda|pedido|compra)|(?:estoque |stock )?minimo)"
_PERIOD = (
    r"(?:\s+(?:n?[oa]s?\s+|d[oa]s?\s+|em\s+|durante\s+(?:[oa]s?\s+)?)?"
    r"(?:ultim[oa]s?\s+(?:(?P<count>\d+)\s+)?(?P<period>dias?|semanas?|mes(?:es)?)"
    r"|(?:nest[ea]|est[ea]|dest[ea])\s+(?P<this>semana|mes)"
    rf"|(?P<past>semana|mes)\s+passad[oa]|(?P<yesterday>ontem)|(?P<month>{'|'.join(MONTHS)})))?"
)
_COMING = (
    r"(?:encomendad[oa]s?|encomendamos|pedid[oa]s?|pedimos|encomendas?|a caminho|por chegar|"
    r"(?:para|a) chegar|a receber|chegando|comprad[oa]s?)"
)
_LOW = (
    r"(?:em falta|falta|faltam|faltando|a faltar|acabando|acaba|acabar|baix[oa]s?|abaixo|"
    r"esgotad[oa]s?|esgotando|repor|encomendar|comprar|no fim)"
)
_IN_STOCK = rf"(?:(?:em|n[oa]s?)\s+(?:{_STOCK}|loja|prateleiras?))"
_HAVE = r"(?:temos|tem|ha|existem?|restam?|sobram?|ficam?)"

_ARRIVES = r"(?:chega\w*|vem|vira|entrega\w*)"

_SOURCES = (
    ("greeting", r"(?:oi|ola|bom dia|boa tarde|boa noite)(?:[\s,]+tudo bem)?[\s!.,?]*"),
    ("thanks", r"(?:muito )?(?:obrigad[oa]|valeu|tchau|ate logo)\b.{0,40}"),
    (
        "order_command",
        (
            r"(?:(?P<approve>aprov(?:e|a|ar))|(?P<receive>receb(?:a|e|er))|(?P<cancel>cancel(?:e|a|ar)))"
            r"\b(?:.*?\b(?P<order>po-?\d+))?.*"
        ),
    ),
    (
        "snooze",
        (
            rf"(?:adi(?:e|a|ar)|paus(?:e|a|ar)|suspend(?:a|e|er))\s+{_PRODUCT}"
            r"(?:\s+ate\s+(?:o\s+)?(?:dia\s+)?(?P<until>\S+))?"
        ),
    ),
    (
        "low_stock",
        (
            r"(?:o que|que|quais|qual|tem|ha|list\w+|mostr\w+|algo|algum\w*)\b.*\bprecis\w+\s+"
            r"(?:de\s+(?:pedido|encomenda|compra)|(?:ser\s+)?(?:pedir|encomendar|pedid\w+|"
            r"encomendad\w+|comprad\w+|repost\w+))\b.*"
        ),
    ),
    (
        "on_order:waiting",
        (
            r"(?!.*\blimites?\b)(?!compr|pec|ped[ei]|encomend[ae]\b|repon|avis[ae]\b|diga\b).*"
            r"\b(?:aprov\w+|libera\w*|autoriza\w+|rascunhos?|depend\w+ de mim|meu (?:ok|aval))\b.*"
        ),
    ),
    (
        "key_figures:products",
        (
            r"quant[oa]s\s+(?:tipos\s+de\s+)?(?:produtos|itens|artigos|skus)(?:\s+(?:diferentes|"
            r"ativos|cadastrados|temos|tem|ha|existem|vendemos|trabalhamos|a|na|no|nossa|loja|"
            r"catalogo|em|estoque|stock|ao|todo|total|voce|gente|estao|sao|com|que|nos|vende))*"
        ),
    ),
    (
        "best_sellers",
        (
            r"(?:(?:o que|quais|qual|que|mostr\w+|list\w+)\b.*\b)?"
            r"(?:mais (?:se )?(?:vendid[oa]s?|vend\w+)|vend\w+ mais)\b.*"
        ),
    ),
    (
        "help",
        r"(?:ajuda|socorro|(?:o )?que (?:voce |tu )?(?:sabes?|podes?|faz|consegue).*)",
    ),
    (
        "set_minimum",
        (
            rf"(?:defin(?:a|e|ir)|coloc(?:a|ar)|coloque|ponha|poe|por|mud(?:e|a|ar)|ajust(?:e|a|ar)|"
            rf"alter(?:e|a|ar)|fix(?:e|a|ar)|sub(?:a|ir)|baix(?:e|ar))\s+(?:o\s+|um\s+)?{_POINT}\s+"
            rf"(?:{_OF}|para)\s+{_PRODUCT}\s+(?:para|em|como|a|=|igual a)\s*{_NUMBER}(?:\s*un\w*)?"
        ),
    ),
    (
        "set_minimum",
        (
            r"(?:defin(?:a|e|ir)|coloque|ponha|mud(?:e|a|ar)|ajust(?:e|a|ar)|alter(?:e|a|ar)|"
            rf"fix(?:e|a|ar))\s+(?:o\s+|um\s+)?{_POINT}\s+(?:para|em|como|a)\s*{_NUMBER}"
        ),
    ),
    (
        "clear_minimum",
        (
            rf"(?:remov(?:a|e|er)|tir(?:e|a|ar)|apag(?:ue|a|ar)|limp(?:e|a|ar)|elimin(?:e|a|ar)|"
            rf"retir(?:e|a|ar))\s+(?:o\s+)?{_POINT}\s+(?:manual\s+)?(?:{_OF}|para)\s+{_PRODUCT}"
        ),
    ),
    (
        "notify_manager",
        (
            r"(?:avis(?:e|a|ar)|notifi(?:que|ca|car)|diga|diz|dizer|inform(?:e|a|ar)|alert(?:e|a|ar)|"
            r"fal(?:e|a|ar) (?:com|para))\s+(?:ao?\s+|a\s+|o\s+)?(?:meu\s+|nosso\s+|minha\s+)?"
            r"(?:gerente|gestora?|gerencia|chefe)\s*(?:que|sobre|de que|:|,)?\s*(?P<text>.+)"
        ),
    ),
    (
        "why_reorder_point",
        (
            rf"(?:por\s*que|porque|expli(?:que|ca|car)|qual|quais|mostr\w+|como)\b.*?\b{_POINT}\s+"
            rf"{_OF}\s+{_PRODUCT}(?:\s+(?:e|esta|foi|tao|sao|assim)\b.*|\s+[\d.,]+)?"
        ),
    ),
    (
        "why_reorder_point",
        (
            rf"(?:por\s*que|porque)(?:\s+(?:razao|motivo))?\s+(?:e que\s+)?(?:o\s+|a\s+)?{_PRODUCT}"
            rf"(?:\s+(?:esta|e|foi|precisa|tem)\b.*)?"
        ),
    ),
    (
        "stock_of",
        (
            r"(?:quando\s+(?:vai\s+)?acab(?:a|ar)|(?:ja\s+)?estamos sem|acabou)\s+(?:[oa]s?\s+)?"
            rf"{_PRODUCT}"
        ),
    ),
    (
        "forecast_of",
        (
            rf"(?:mostr\w+\s+|qual (?:e )?)?(?:a\s+)?(?:previsao|procura prevista|demanda)"
            rf"(?:\s+de (?:vendas|procura|demanda))?\s+(?:{_OF}|para)\s+{_PRODUCT}"
            rf"(?:\s+(?:n?[oa]s?\s+|para [oa]s\s+)proxim[oa]s?\s+(?:(?P<count>\d+)\s+)?"
            rf"(?P<period>dias?|semanas?))?"
        ),
    ),
    (
        "sales_history",
        (
            rf"(?:mostr\w+\s+|qua(?:l|is)\s+(?:sao|foram|foi|e)?\s*)?(?:as?\s+)?"
            r"(?:historico de\s+)?"
            rf"vendas?\s+{_OF}\s+{_PRODUCT}{_PERIOD}"
        ),
    ),
    (
        "sales_history",
        (
            rf"quant[oa]s?\s+(?:unidades\s+)?(?:{_OF}\s+)?{_PRODUCT}\s+(?:vendemos|se vendeu|"
            rf"se venderam|foram vendid[oa]s|foi vendid[oa]|vendeu){_PERIOD}"
        ),
    ),
    (
        "sales_history",
        (
            rf"quant[oa]s?\s+(?:unidades\s+)?(?:se )?(?:vendemos|vendeu)\s+(?:{_OF}|o|a)\s+"
            rf"{_PRODUCT}{_PERIOD}"
        ),
    ),
    ("on_order", rf"(?:o que|que|quais)\b.*\b{_COMING}\b.*\bquando\b.*"),
    (
        "on_order",
        (
            rf"quando\s+(?:e que\s+)?(?:vao\s+|vai\s+)?{_ARRIVES}"
            r"(?:\s+(?:[oa]s?\s+)?(?:pedidos?|encomendas?|tudo|entregas?|mercadorias?))?"
        ),
    ),
    (
        "on_order",
        rf"quando\s+(?:e que\s+)?(?:vao\s+|vai\s+)?{_ARRIVES}\s+(?:[oa]s?\s+)?{_PRODUCT}",
    ),
    (
        "on_order",
        rf"quando\s+(?:e que\s+)?(?:[oa]s?\s+)?{_PRODUCT}\s+(?:vao\s+|vai\s+)?{_ARRIVES}",
    ),
    (
        "on_order",
        rf"(?:quant[oa]s?|o que|que|quais|ha|mostr\w+|list\w+)\b.*\b{_COMING}\s+{_OF}\s+{_PRODUCT}",
    ),
    (
        "on_order",
        (
            rf"quant[oa]s?\s+(?:unidades\s+)?(?:{_OF}\s+)?{_PRODUCT}\s+"
            rf"(?:esta|estao|foi|foram|temos)\s+{_COMING}"
        ),
    ),
    (
        "on_order",
        (
            rf"(?:o que|que|quais|ha|mostr\w+|list\w+|temos|tem)\b.*\b{_COMING}"
            rf"(?:\s+(?:abert\w+|pendente\w*|em aberto))?"
        ),
    ),
    ("on_order", r"(?:as\s+|os\s+)?(?:encomendas|pedidos)(?:\s+(?:abert\w+|pendentes|em aberto))?"),
    ("manual_minimums", r"(?:quais|mostr\w+|list\w+|que)?\b.*\bminimos\b.*"),
    ("open_alerts", r"(?:quais|mostr\w+|list\w+|que|ha|tem)?\b.*\b(?:alertas?|avisos?)\b.*"),
    (
        "stock_of",
        (
            rf"quant[oa]s?\s+(?:unidades\s+)?(?:ainda\s+)?{_HAVE}(?:\s+{_IN_STOCK})?\s+"
            rf"(?:{_OF}\s+)?{_PRODUCT}(?:\s+{_IN_STOCK})?"
        ),
    ),
    (
        "stock_of",
        (
            rf"quant[oa]s?\s+(?:unidades\s+)?(?:{_OF}\s+)?{_PRODUCT}\s+"
            r"(?:nos\s+|ainda\s+|e que\s+)*"
            rf"(?:{_HAVE}|esta\w*)(?:\s+(?:ainda|{_IN_STOCK}))*"
        ),
    ),
    (
        "stock_of",
        (
            rf"(?:qual\s+(?:e\s+)?|mostr\w+\s+)?(?:o\s+)?(?:nivel de\s+)?(?:estoque|stock|saldo)\s+"
            rf"(?:atual\s+)?{_OF}\s+{_PRODUCT}"
        ),
    ),
    (
        "low_stock",
        (
            rf"(?:o que|que|quais|qual|ha|tem|temos|list\w+|mostr\w+|produtos?|itens|artigos|algo|"
            rf"alguma coisa)\b.*\b{_LOW}\b.*|em falta|falta\w*|esgotad[oa]s?"
        ),
    ),
    ("stock_of", rf"(?:ainda\s+)?(?:temos|tem|ha)\s+(?:ainda\s+)?{_PRODUCT}(?:\s+{_IN_STOCK})?"),
    (
        "find_products",
        rf"(?:procur\w+|busc\w+|encontr\w+|pesquis\w+|ach\w+)\s+(?:por\s+)?{_PRODUCT}",
    ),
    (
        "restock",
        (
            rf"(?:compr(?:e|a|ar|em)|encomend(?:e|a|ar|em)|reponha|repor|repoe|peca|pedir|pede)\s+"
            rf"(?:mais\s+)?"
            rf"(?:{_NUMBER}\s*(?:x\s+|(?:unidades?|un\.?|pecas?)\s+(?:{_OF}\s+)?|{_OF}\s+|\s))?"
            rf"{_PRODUCT}"
        ),
    ),
)
PATTERNS = tuple((tool, re.compile(source)) for tool, source in _SOURCES)
