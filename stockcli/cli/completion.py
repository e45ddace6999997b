"""What Tab offers; asked quickly, and silent when anything is amiss."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from stockcli.domain.errors import StockError

if TYPE_CHECKING:
    from stockcli.bootstrap import App

MOST = 50
Choices = list[tuple[str, str]]


def complete_sku(incomplete: str) -> Choices:
    """Return the shop's SKUs that begin with what was typed, with their names."""
    return _offer(incomplete, _skus)


def complete_order(incomplete: str) -> Choices:
    """Return the numbers of the shop's open orders."""
    return _offer(incomplete, _orders)


def complete_location(incomplete: str) -> Choices:
    """Return the shop's locations."""
    return _offer(incomplete, _locations)


def complete_supplier(incomplete: str) -> Choices:
    """Return the codes of the shop's suppliers, with their names."""
    return _offer(incomplete, _suppliers)


def complete_tenant(incomplete: str) -> Choices:
    """Return the shops, for an operator."""
    return _offer(incomplete, _tenants)


def complete_conversation(incomplete: str) -> Choices:
    """Return the ids of a person's latest conversations, with their titles."""
    return _offer(incomplete, _conversations)


def complete_run(incomplete: str) -> Choices:
    """Return the shop's latest checks that decided something, with when they began."""
    return _offer(incomplete, _runs)


def _offer(incomplete: str, ask: Callable[[App], Iterable[tuple[str, str]]]) -> Choices:
    from stockcli.cli.common import open_app
    from stockcli.cli.render import clean

    wanted = incomplete.casefold()
    try:
        known = [(value, clean(about)) for value, about in ask(open_app())]
    except (StockError, OSError):
        return []
    # The shell compares as typed, so that the choice takes over the case of what was typed.
    return [
        (incomplete + value[len(incomplete) :], about)
        for value, about in known
        if value.casefold().startswith(wanted)
    ][:MOST]


def _suppliers(app: App) -> Iterable[tuple[str, str]]:
    unit = app.unit()
    with unit.reading():
        return [(one.code, one.name) for one in unit.suppliers.all()]


def _skus(app: App) -> Iterable[tuple[str, str]]:
    unit = app.unit()
    with unit.reading():
        return [(product.sku, product.name) for product in unit.products.all()]


def _orders(app: App) -> Iterable[tuple[str, str]]:
    from stockcli.domain.purchasing import OPEN_STATUSES

    unit = app.unit()
    with unit.reading():
        return [(order.number, str(order.status)) for order in unit.orders.all(OPEN_STATUSES)]


def _locations(app: App) -> Iterable[tuple[str, str]]:
    unit = app.unit()
    with unit.reading():
        return [(place.code, place.name) for place in unit.locations.all()]


def _runs(app: App) -> Iterable[tuple[str, str]]:
    unit = app.unit()
    with unit.reading():
        runs = [run for run in unit.runs.latest(MOST) if run.low]
        return [(run.run_id, f"{run.started_at:%Y-%m-%d %H:%M}, {run.low} low") for run in runs]


def _tenants(app: App) -> Iterable[tuple[str, str]]:
    app.require_operator()
    return [(tenant.slug, tenant.name) for tenant in app.directory.tenants()]


def _conversations(app: App) -> Iterable[tuple[str, str]]:
    from stockcli.agent.chat.conversations import latest_conversations

    return [
        (one.id, one.title) for one in latest_conversations(app.unit(), app.identity.author, MOST)
    ]
