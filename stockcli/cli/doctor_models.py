"""What `stock doctor` says of the language model that is asked here."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.usecases.examining import Finding


def model_findings(app: App) -> list[Finding]:
    """Return who is asked, where, and whether what that costs is known."""
    return [_key(app), *_price(app), *_gateway(app)]


def _finding(level: str, text: str, hint: str = "") -> Finding:
    from stockcli.usecases.examining import Finding

    return Finding(level=level, text=text, hint=hint)


def _price(app: App) -> list[Finding]:
    from stockcli.domain.errors import InvalidInputError

    model = app.settings.model
    try:
        if app.settings.why_no_model() or app.models.knows_price(model):
            return []
    except InvalidInputError as error:
        return [_finding("problem", error.message, error.hint)]
    text = f"the price of {model} is not known: it is booked like the dearest model"
    return [_finding("note", text, "mend STOCK_MODEL, or name its price in a file: STOCK_PRICES")]


def _key(app: App) -> Finding:
    from stockcli.settings import OPENAI_PREFIX, RULES

    model, reason = app.settings.model, app.settings.why_no_model()
    if model == RULES:
        return _finding("ok", "STOCK_MODEL is `rules`: plain rules decide and answer")
    if reason:
        hint = "set it in the environment or in .env to let a language model decide and answer"
        said = reason.removeprefix("there is ")
        return _finding("note", f"{said}: plain rules decide and answer", hint)
    if not model.startswith(OPENAI_PREFIX):
        return _finding("ok", f"there is an ANTHROPIC_API_KEY; {model} is asked")
    if find_spec("openai") is None:
        hint = "pip install 'stockcli[openai]'"
        return _finding("problem", f"the package that asks {model} is not installed", hint)
    key = "an" if app.settings.openai_api_key else "no"
    return _finding("ok", f"there is {key} OPENAI_API_KEY; {model} is asked")


def _gateway(app: App) -> list[Finding]:
    said = {
        "ANTHROPIC_BASE_URL: Claude is asked": app.settings.anthropic_base_url,
        "OPENAI_BASE_URL: openai: models are asked": app.settings.openai_base_url,
    }
    return [_finding("note", f"{what} at {_shown(url)}") for what, url in said.items() if url]


def _shown(url: str) -> str:
    """Return an address without what may be a secret: before the host, or behind the path."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
