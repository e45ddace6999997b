"""What a process of the installation does that asks the model; by itself, to be imported there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

from stockcli.agent.providers.base import Provider, TurnRequest, asked
from stockcli.bootstrap import make_app
from stockcli.domain.model_limits import ModelLimits
from stockcli.settings import Settings

MODEL = "claude-haiku-5-5"
QUESTION = TurnRequest(
    system="", tools=(), messages=(asked("?"),), max_output_tokens=9, nobody_waits=True
)


def model_of(database_url: str, api_url: str, at_once: int | None = None) -> Provider:
    """Return the model as a process of these settings asks it."""
    limits = ModelLimits(at_once=None if at_once is None else Decimal(at_once))
    settings = Settings(
        home=Path(),
        database_url=database_url,
        anthropic_api_key="test",
        anthropic_base_url=api_url,
        model_limits=limits,
    )
    return make_app(settings).models.provider(MODEL)


def ask(provider: Provider, request: TurnRequest = QUESTION) -> str:
    """Return what the model says."""
    return provider.turn(request, lambda _: None, lambda _: None).text


def ask_at_once(database_url: str, api_url: str, threads: int) -> list[str]:
    """Ask from several threads of this process at once."""
    provider = model_of(database_url, api_url)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(ask, [provider] * threads))
