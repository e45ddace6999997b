"""Questions in English, as patterns over lower-case text; the first that fits counts."""

from __future__ import annotations

import re

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NUMBER = r"(?P<quantity>\d+(?:[.,]\d+)*)"
_PRODUCT = r"(?P<product>.+?)"
_POINT = r"(?:re-?order (?:point|level)|order point|minimum|min|threshold)"
_PERIOD = (
    r"(?:\s+(?:in|over|during|for|of)?\s*(?:the\s+)?(?:last|past|previous)\s+"
    r"(?:(?P<count>\d+)\s+)?(?P<period>days?|weeks?|months?)"
    r"|\s+(?:so far\s+)?this\s+(?P<this>week|month)"
    rf"|\s+(?P<yesterday>yesterday)|\s+(?:in|during|of)\s+(?P<month>{'|'.join(MONTHS)}))?"
)
_AHEAD = r"(?:\s+(?:for\s+)?(?:the\s+)?next\s+(?:(?P<count>\d+)\s+)?(?P<period>days?|weeks?))?"
_COMING = r"(?:on order|ordered|coming|arriving|incoming|on the way|on its way|in transit)"
_LOW = (
    r"(?:low|runs? out|running out|out of stock|sold out|run short|running short|"
    r"below (?:the\s+|its\s+|their\s+)?(?:minimum|reorder points?)|re-?order(?:ed|ing)?|"
    r"restock(?:ed|ing)?|need to (?:buy|order)|should (?:we|i) (?:buy|order))"
)

_ARRIVE = r"(?:arrive|come|coming|get here|be here|due|delivered|arriving)"

_SOURCES = (
    ("greeting", r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: there)?[\s!.,?]*"),
    ("thanks", r"(?:many )?(?:thanks|thank you|cheers|bye|goodbye)\b.{0,40}"),
    ("help", r"(?:help|what can (?:you do|i ask).*|/help)"),
    (
        "set_minimum",
        (
            rf"(?:set|change|raise|lower|put)\s+(?:the\s+|a\s+)?{_POINT}(?:\s+stock)?\s+(?:of|for|on)\s+"
            rf"{_PRODUCT}\s+(?:to|at|=)\s*{_NUMBER}(?:\s*units?)?"
        ),
    ),
    (
        "set_minimum",
        rf"(?:set|change|raise|lower|put)\s+(?:the\s+|a\s+)?{_POINT}\s+(?:to|at|=)\s*{_NUMBER}",
    ),
    (
        "set_minimum",
        (
            rf"(?:set|change|raise|lower)\s+(?:the\s+)?{_PRODUCT}(?:'s)?\s+{_POINT}\s+"
            rf"(?:to|at|=)\s*{_NUMBER}(?:\s*units?)?"
        ),
    ),
    (
        "clear_minimum",
        (
            rf"(?:clear|remove|delete|drop|reset)\s+(?:the\s+)?(?:manual\s+)?{_POINT}\s+"
            rf"(?:of|for|from|on)\s+{_PRODUCT}"
        ),
    ),
    (
        "notify_manager",
        (
            r"(?:notify|tell|warn|alert|inform|message)\s+(?:the\s+|my\s+|our\s+)?manager\s*"
            r"(?:that|about|of|:|,)?\s*(?P<text>.+)"
        ),
    ),
    ("order_command", r"(?P<verb>approve|receive|cancel)\b(?:.*?\b(?P<order>po-?\d+))?.*"),
    ("snooze", rf"(?:snooze|pause)\s+{_PRODUCT}(?:\s+(?:until|till)\s+(?P<until>\S+))?"),
    (
        "low_stock",
        (
            r"(?:what|which|show|list|any|anything|do(?:es)? any\w*|are there)\b.*\b"
            r"(?:(?:needs?|requires?)\s+(?:an?\s+|to\s+be\s+)?(?:re-?)?order\w*"
            r"|(?:has|have|must|should|ought)\s+(?:to\s+)?"
            r"be\s+(?:re-?ordered|ordered|bought|purchased))\b.*"
        ),
    ),
    (
        "on_order:waiting",
        (
            r"(?!.*\blimits?\b)(?!order\b|buy\b|re-?stock\b|tell\b|notify\b).*"
            r"\b(?:approv(?:al|als|e|ed|ing)|sign(?:ed|ing)?.?off|drafts?|"
            r"my (?:ok|okay|go-?ahead|decision)|waiting (?:on|for) me)\b.*"
        ),
    ),
    (
        "key_figures:products",
        (
            r"(?:how many|(?:what is |what's )?(?:the )?number of)\s+(?:different\s+|active\s+|"
            r"distinct\s+|kinds of\s+)*(?:products?|items?|skus?|articles?|product lines)"
            r"(?:\s+(?:do|does|we|i|you|are|there|have|carry|carrying|sell|stock|keep|list|listed|"
            r"offer|got|in|on|the|our|this|my|shop|store|catalog|catalogue|range|total|altogether|"
            r"active|assortment|currently))*"
        ),
    ),
    (
        "best_sellers",
        (
            r"(?:(?:what|which|show|list)\b.*\b)?(?:best.?sell\w+|top.?sell\w+|sells? (?:the )?best"
            r"|(?:sold|sells?) (?:the )?most|most sold)\b.*"
        ),
    ),
    (
        "why_reorder_point",
        (
            rf"(?:why|explain|how come|what is|what's|what are|show(?: me)?)\b.*?\b"
            rf"{_POINT}\s+(?:of|for)\s+"
            rf"{_PRODUCT}(?:\s+(?:is|what|so|at|set|came|as)\b.*|\s+[\d.,]+)?"
        ),
    ),
    (
        "why_reorder_point",
        (
            rf"why\s+(?:is|was|are|does|do|did|has)?\s*(?:the\s+)?{_PRODUCT}(?:'s\s+{_POINT}.*"
            rf"|\s+(?:so\s+|below\s+|on\s+)?(?:low|order|ordered|reordered|have|need|needs)\b.*)?"
        ),
    ),
    (
        "stock_of",
        (
            r"(?:are we|when (?:will|do) we|will we|did we|have we) (?:running |run )?"
            rf"(?:out of|low on|short of)\s+{_PRODUCT}"
        ),
    ),
    (
        "forecast_of",
        (
            rf"(?:show\s+(?:me\s+)?|what is\s+)?(?:the\s+)?(?:forecast|expected demand|demand)\s+"
            rf"(?:of|for)\s+{_PRODUCT}{_AHEAD}"
        ),
    ),
    (
        "sales_history",
        (
            rf"(?:show\s+(?:me\s+)?|what (?:are|were)\s+)?(?:the\s+)?sales(?:\s+history)?\s+"
            rf"(?:of|for)\s+{_PRODUCT}{_PERIOD}"
        ),
    ),
    (
        "sales_history",
        (
            rf"how (?:many|much)(?: units)?(?: of)?\s+{_PRODUCT}\s+"
            rf"(?:did we sell|have we sold|we sold|was sold|were sold|sold)(?: of it)?{_PERIOD}"
        ),
    ),
    ("sales_history", rf"how (?:many|much) (?:did we sell|have we sold) of\s+{_PRODUCT}{_PERIOD}"),
    (
        "on_order",
        (
            rf"when\s+(?:does|do|will|is|are)\s+(?:the\s+|our\s+|my\s+)?"
            rf"(?:(?:next\s+)?(?:orders?|deliver\w+|everything)|{_PRODUCT})\s+{_ARRIVE}(?:\s+in)?"
        ),
    ),
    ("on_order", r"(?:what|which)\b.*\b(?:ordered|on order)\b.*\bwhen\b.*"),
    (
        "on_order",
        (
            rf"how (?:much|many)(?: units)?(?: of)?\s+{_PRODUCT}\s+"
            rf"(?:is|are|do we have|have we)\s+{_COMING}"
        ),
    ),
    (
        "on_order",
        (
            rf"(?:what|which|show|list|anything|is there anything)\b.*\b(?:{_COMING}|"
            rf"(?:open|pending) orders)(?:\s+(?:of|for)\s+{_PRODUCT})?"
        ),
    ),
    ("on_order", r"(?:(?:open|pending)\s+)?(?:purchase\s+)?orders|on order"),
    (
        "stock_of",
        (
            rf"how (?:much|many)(?: units)?(?: of)?\s+{_PRODUCT}\s+"
            rf"(?:do we (?:still )?have|have we got|"
            rf"is there|are there|we have|is left|are left|left|in stock|is in stock|are in stock|"
            rf"is on hand|on hand)(?:\s+(?:left|in stock|on hand|still))*"
        ),
    ),
    ("stock_of", rf"how (?:much|many) (?:units )?do we have (?:left )?of\s+{_PRODUCT}"),
    (
        "stock_of",
        (
            rf"(?:what is\s+|what's\s+|show\s+(?:me\s+)?)?(?:the\s+)?(?:current\s+)?"
            rf"(?:stock|inventory|level)s?(?:\s+levels?)?\s+(?:of|for)\s+{_PRODUCT}"
        ),
    ),
    (
        "low_stock",
        (
            r"(?:what|which|show|list|anything|do|(?:is|are)\s+(?:there|any\w*|some\w*))\b.*"
            rf"\b{_LOW}\b.*|low(?:\s+stock)?"
        ),
    ),
    ("stock_of", rf"do we (?:still )?have (?:any )?{_PRODUCT}(?:\s+(?:left|in stock|on hand))?"),
    ("stock_of", rf"(?:is|are) there (?:any )?{_PRODUCT}(?:\s+(?:left|in stock))?"),
    ("manual_minimums", r"(?:what|which|show|list)?\b.*\bminimums\b.*"),
    ("open_alerts", r"(?:what|which|show|list)?\b.*\balerts?\b.*"),
    ("find_products", rf"(?:find|search(?:\s+for)?|look for|look up)\s+{_PRODUCT}"),
    (
        "restock",
        (
            r"(?:re-?stock|re-?order|order|buy|purchase)\s+(?:me\s+|us\s+)?(?:more\s+)?"
            r"(?!(?:list|points?|levels?|status|histor\w+|numbers?|dates?|book|or|po[-\s]?\d+)\b)"
            rf"(?:{_NUMBER}\s*(?:x\s+|(?:units?|pcs|pieces)\s+(?:of\s+)?|(?:more\s+)?of\s+|\s))?"
            rf"{_PRODUCT}"
        ),
    ),
)
PATTERNS = tuple((tool, re.compile(source)) for tool, source in _SOURCES)
