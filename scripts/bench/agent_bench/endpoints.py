"""Who answers: the rules, a scripted model behind a real server, or a language model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.bench.agent_bench.minds import MINDS
from scripts.bench.agent_bench.server import MessagesServer
from stockcli.settings import DEFAULT_MODEL, Settings, load_settings

ENDPOINTS = ("rules", "scripted", "claude")


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Who answers, and under which settings.

    Attributes:
        settings: for a home folder and a token.
    """

    name: str
    settings: Callable[[Path, str], Settings]


@contextmanager
def endpoint(name: str, *, mind: str, model: str | None) -> Iterator[Endpoint]:
    """Open an endpoint; a scripted one's server ends with it.

    Raises:
        ValueError: a language model was asked for, and there is no key.
    """
    if name == "rules":
        yield Endpoint(name="rules", settings=_plain)
    elif name == "scripted":
        with MessagesServer(MINDS[mind]).running() as server:
            url = server.url
            yield Endpoint(
                name=f"scripted, {mind}",
                settings=lambda home, token: replace(
                    _plain(home, token),
                    anthropic_api_key="scripted",
                    anthropic_base_url=url,
                    model=model or DEFAULT_MODEL,
                ),
            )
    else:
        yield _language_model(model)


def _plain(home: Path, token: str) -> Settings:
    """Return settings without a key, whatever the environment holds."""
    return Settings(home=home, database_url=f"sqlite:///{home / 'stock.db'}", token=token)


def _language_model(model: str | None) -> Endpoint:
    found = load_settings()
    chosen = model or found.model
    reason = found.why_no_model(chosen)
    if reason:
        message = f"no language model can be asked: {reason}; or take --endpoint rules or scripted"
        raise ValueError(message)
    return Endpoint(
        name=chosen,
        settings=lambda home, token: replace(
            found,
            home=home,
            database_url=f"sqlite:///{home / 'stock.db'}",
            token=token,
            model=chosen,
        ),
    )
