"""How a conversation begins: who answers, what may be asked, and what may be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from stockcli.agent.chat.session import ChatSession, EnsureAllowed
from stockcli.agent.costs.pricing import PriceList
from stockcli.agent.providers.base import Provider
from stockcli.agent.providers.rules import RuleBasedAssistant
from stockcli.agent.rules.examples import example_sku
from stockcli.agent.tools.actions import ShopActions
from stockcli.agent.tools.reading import ShopTools
from stockcli.agent.tools.toolbox import Confirm
from stockcli.usecases.ports import Clock, Forecaster, UnitOfWork


def open_session(  # noqa: PLR0913 - who talks, to whom, about what: each named
    provider: Provider | None,
    unit: UnitOfWork,
    clock: Clock,
    *,
    forecaster: Callable[[], Forecaster],
    author: str,
    may_write: bool,
    confirm: Confirm,
    prices: PriceList | None = None,
    ensure_allowed: EnsureAllowed = lambda: None,
) -> ChatSession:
    """Return a new conversation; without a model the rule-based assistant answers.

    Args:
        provider: a language model; None if there is none.
        unit: of the shop it is about.
        clock: the present.
        forecaster: makes the forecast engine when it is needed.
        author: who is talking, for the record.
        may_write: whether this person may act, and not only ask.
        confirm: asked before anything is done.
        prices: what models cost; None takes the published ones.
        ensure_allowed: raises once the person may talk no more.
    """
    is_allowed = provider is not None and unit.tenant.policy.agent_enabled
    by_rule = RuleBasedAssistant(partial(example_sku, unit))
    return ChatSession(
        provider if provider is not None and is_allowed else by_rule,
        unit,
        clock,
        shop_tools=ShopTools(unit, clock, forecaster),
        actions=ShopActions(unit, clock, author) if may_write else None,
        confirm=confirm,
        author=author,
        prices=prices,
        ensure_allowed=ensure_allowed,
    )
