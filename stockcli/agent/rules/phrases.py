"""What the rule-based assistant says, in both languages."""

from __future__ import annotations

NOT_CLAUDE = {
    "en": "_I am the rule-based assistant, not Claude: I know the common questions only._",
    "pt": "_Sou o assistente por regras, não o Claude: só conheço as perguntas comuns._",
}
CAN = {
    "en": (
        "I can answer questions like these:\n\n"
        "- How much of 85123A do we have?\n"
        "- What is low? What is on order?\n"
        "- Sales of 85123A in the last 7 days\n"
        "- Why is the reorder point of 85123A what it is? Forecast for 85123A\n"
        "- Who are our suppliers? How are we doing?\n\n"
        "and, after your yes, do things like these:\n\n"
        "- Order 12 of 85123A\n"
        "- Receive PO-00012\n"
        "- Set the minimum of 85123A to 12\n"
        "- Notify the manager that the shelf is empty\n"
    ),
    "pt": (
        "Respondo a perguntas como estas:\n\n"
        "- Quanto temos de 85123A?\n"
        "- O que está acabando? O que foi pedido e quando chega?\n"
        "- Vendas de 85123A nos últimos 7 dias\n"
        "- Por que o ponto de reposição de 85123A é esse? Previsão de 85123A\n"
        "- Quais são os fornecedores? Como estamos indo?\n\n"
        "e, depois do seu sim, faço coisas como estas:\n\n"
        "- Compre 12 de 85123A\n"
        "- Receba o pedido PO-00012\n"
        "- Defina o mínimo de 85123A para 12\n"
        "- Avise o gerente que a prateleira está vazia\n"
    ),
}
UNKNOWN = {
    "en": "I did not understand that.\n\n",
    "pt": "Não entendi a pergunta.\n\n",
}
NO_PRODUCT = {
    "en": "Which product? Name it by SKU or by words of its name.",
    "pt": "Qual produto? Diga o SKU ou palavras do nome.",
}
AMBIGUOUS = {
    "en": "Several products fit. Ask again with the SKU of the one you mean:",
    "pt": "Vários produtos servem. Pergunte de novo com o SKU do que quer dizer:",
}
ONLY_ALIKE = {
    "en": "Do you mean this one? Then say its SKU:",
    "pt": "É este? Então diga o SKU:",
}
LATE = {
    "en": "**Late:** {0}.",
    "pt": "**Atrasados:** {0}.",
}
NOTHING_LATE = {"en": "Nothing is late.", "pt": "Nada está atrasado."}
FOUND = {"en": "These products fit:", "pt": "Estes produtos servem:"}
READ_ONLY = {
    "en": "Your token only reads, so I cannot do that.",
    "pt": "O seu token só permite ler, por isso não posso fazer isso.",
}
DRY_RUN = {
    "en": "This is a dry run, so nothing was changed. It would have been: {0}",
    "pt": "Isto é um ensaio, por isso nada foi alterado. Teria sido: {0}",
}
DECLINED = {
    "en": "Nothing was changed.",
    "pt": "Nada foi alterado.",
}
FAILED = {
    "en": "That did not work; nothing was changed: {0}",
    "pt": "Não foi possível; nada foi alterado: {0}",
}
NONE_WAITING = {
    "en": "No order is waiting for your approval.",
    "pt": "Nenhum pedido espera a sua aprovação.",
}
WHICH_ORDER = {
    "en": "Nothing was changed: several orders bring it, so say which one came, by its number.",
    "pt": "Nada foi alterado: vários pedidos o trazem; diga qual chegou, pelo número.",
}
LEFT_OUT = {
    "en": "I did not understand “{0}”: ask it by itself, in other words.",
    "pt": "Não entendi “{0}”: pergunte isso à parte, com outras palavras.",
}
NEAREST = {
    "en": "I find no product like {0}.",
    "pt": "Não encontro nenhum produto como {0}.",
}
READ_AS = {
    "en": "Nothing is called {0}; I looked for {1}.",
    "pt": "Nada se chama {0}; procurei {1}.",
}
OF_ALL = {
    "en": "I find no product like {0}, so this is about all products.",
    "pt": "Não encontro nenhum produto como {0}; isto vale para todos os produtos.",
}
DID_YOU_MEAN = {"en": "The nearest are {0}.", "pt": "Os mais próximos são {0}."}
AS_OF = {
    "en": "_As of {0}._",
    "pt": "_Dados de {0}._",
}
MORE = {
    "en": "{0} more are not shown: `stock levels` lists all.",
    "pt": "Mais {0} não são mostrados: `stock levels` lista todos.",
}
TO_ORDER = {
    "en": "**To order now:** {0}.",
    "pt": "**A pedir agora:** {0}.",
}
SHORT_BUT_ORDERED = {
    "en": "**Short, but on their way:** {0}.",
    "pt": "**Em falta, mas a caminho:** {0}.",
}
SHORT_BUT_WAITING = {
    "en": "**Short, and waiting for your approval:** {0}; not sent yet: {1}. "
    "Send them with `stock orders approve`.",
    "pt": "**Em falta, e esperando a sua aprovação:** {0}; ainda não enviados: {1}. "
    "Envie com `stock orders approve`.",
}
FORECAST_TOTAL = {
    "en": "**{0}**: about {1} units in {2} days at {3}.",
    "pt": "**{0}**: cerca de {1} unidades em {2} dias em {3}.",
}
WAITING = {
    "en": "Waiting for your approval, not sent yet:",
    "pt": "Esperando a sua aprovação, ainda não enviados:",
}
NEVER_COUNTED = {
    "en": "{0} were never counted: book a count with `stock count`.",
    "pt": "{0} nunca foram contados: registre uma contagem com `stock count`.",
}
NO_ADDRESS = {
    "en": "Done, but no notify address is set, so it was sent to nobody: "
    "`stock alerts` shows it for a week.",
    "pt": "Feito, mas nenhum endereço de aviso está definido e ninguém a recebeu: "
    "`stock alerts` mostra a mensagem por uma semana.",
}
UNJUDGED = {
    "en": "{0} products have no reorder point yet: `stock run-check` computes it.",
    "pt": "{0} produtos ainda não têm ponto de reposição: `stock run-check` o calcula.",
}
NOTHING = {
    "low_stock": {
        "en": "Nothing needs an order now.",
        "pt": "Nada precisa ser pedido agora.",
    },
    "on_order": {"en": "Nothing is on order.", "pt": "Nada foi pedido."},
    "sales_history": {
        "en": "Nothing is on record for that time.",
        "pt": "Nada registrado nesse período.",
    },
    "manual_minimums": {"en": "No minimum is set by hand.", "pt": "Não há mínimos manuais."},
    "open_alerts": {"en": "There is no open alert.", "pt": "Não há alertas abertos."},
    "suppliers": {"en": "There is no supplier.", "pt": "Não há fornecedores."},
}
NO_FACTS = {"en": "Nothing is known of it.", "pt": "Não há dados sobre isso."}
OPENING = {
    "low_stock": {
        "en": "{0} short, the soonest to run out first:",
        "pt": "{0} em falta ou no fim, primeiro o que acaba antes:",
    },
    "on_order": {"en": "Still to come:", "pt": "A receber:"},
    "forecast_of": {
        "en": "Expected demand, units a day:",
        "pt": "Demanda prevista, unidades por dia:",
    },
    "manual_minimums": {"en": "Minimums set by hand:", "pt": "Mínimos manuais:"},
    "open_alerts": {"en": "Open alerts:", "pt": "Alertas abertos:"},
    "suppliers": {
        "en": "Suppliers; lead time from order to arrival:",
        "pt": "Fornecedores; prazo do pedido à chegada:",
    },
    "key_figures": {"en": "How the shop is doing:", "pt": "Como está a loja:"},
}
PRODUCTS = {"en": ("1 product", "{0} products"), "pt": ("1 produto", "{0} produtos")}
STOCK = {
    "en": "**{sku}** {name} at {location}: **{on hand}** on hand, {on order} on order, "
    "position {position}; reorder point {reorder point}, cover {cover days} days: {state}.",
    "pt": "**{sku}** {name} em {location}: **{on hand}** em estoque, {on order} a receber, "
    "posição {position}; ponto de reposição {reorder point}, cobertura {cover days} dias: {state}.",
}
STOCK_NEVER_COUNTED = {
    "en": "**{sku}** {name} at {location}: never counted, so nobody knows what is on hand: "
    "book a count with `stock count {sku} UNITS`. {on order} on order.",
    "pt": "**{sku}** {name} em {location}: nunca contado, por isso não se sabe o que há em "
    "estoque: registre uma contagem com `stock count {sku} UNIDADES`. {on order} a receber.",
}
SOLD = {
    "en": "**{0}** sold {1} units in {2} days ({3} a day), from {4} to {5}.",
    "pt": "**{0}** vendeu {1} unidades em {2} dias ({3} por dia), de {4} até {5}.",
}
WHY = {
    "en": "**{sku}** {name} at {location}: the reorder point is **{reorder point}** "
    "(computed {computed}, minimum by hand {minimum by hand}).",
    "pt": "**{sku}** {name} em {location}: o ponto de reposição é **{reorder point}** "
    "(calculado {computed}, mínimo manual {minimum by hand}).\n\n"
    "- Modelo {model}, {history days} dias de histórico; {stock-out days left out} dias sem "
    "estoque ficaram de fora.\n"
    "- Demanda esperada: {mean per day} por dia.\n"
    "- O estoque precisa cobrir {lead time days} dias de entrega e {review days} dias até a "
    "próxima verificação, com nível de serviço {service level}.\n"
    "- Um pedido repõe até {order-up-to level}.",
}
DONE = {
    "restock": {
        "en": "Done: order **{0}**, {1} units, total {2}, {3}, expected on {4}.",
        "pt": "Feito: pedido **{0}**, {1} unidades, total {2}, {3}, previsto para {4}.",
    },
    "receive_order": {
        "en": "Done: goods of order **{0}** are booked, {1}; the order is {2}.",
        "pt": "Feito: a chegada do pedido **{0}** está registrada, {1}; o pedido está {2}.",
    },
    "set_minimum": {
        "en": "Done: the minimum of **{0}** is {1} units now.",
        "pt": "Feito: o mínimo de **{0}** agora é {1} unidades.",
    },
    "clear_minimum": {
        "en": "Done: **{0}** follows its computed reorder point again.",
        "pt": "Feito: **{0}** volta a seguir o ponto de reposição calculado.",
    },
    "snooze": {
        "en": "Done: **{0}** is left alone until {1}.",
        "pt": "Feito: **{0}** fica em pausa até {1}.",
    },
    "notify_manager": {
        "en": "Done: the message to the manager is on its way.",
        "pt": "Feito: a mensagem ao gerente está a caminho.",
    },
}
