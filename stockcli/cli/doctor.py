"""`stock doctor`: what is missing or odd, in this installation and in the shop's records."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import typer

from stockcli.cli.common import Json, open_app, remark, unreadable_shops

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from stockcli.bootstrap import App
    from stockcli.usecases.examining import Finding
    from stockcli.usecases.ports import UnitOfWork

OLDEST_PYTHON = (3, 11)
LEAST_FREE_MB = 200
HOURS_BETWEEN_CHECKS = 36
"""A nightly check that is this late did not run."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(as_json: Json = False) -> None:
    """Say what is missing or odd in this installation and in the shop's records.

    Exit code 1 if there is a problem; notes leave it 0.

    Example: stock doctor
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import print_table, words

    app = open_app()
    installation = _installation(app)
    broken = any(finding.level == "problem" for finding in installation)
    shops = [] if broken else _shops(app)
    found = [("installation", finding) for finding in installation] + shops
    problems = sum(finding.level == "problem" for _, finding in found)
    if as_json:
        print_json(
            [
                {"about": about, "level": one.level, "text": one.text, "hint": one.hint}
                for about, one in found
            ]
        )
    else:
        rows = [(about, one.level, one.text, one.hint) for about, one in found]
        print_table(["about", "level", words("finding"), words("what to do")], rows)
    if problems:
        where = "the installation is broken" if broken else "something is to be mended"
        remark(f"{where}; see what is called a problem")
        raise typer.Exit(1)


def _installation(app: App) -> list[Finding]:
    return [
        _python(),
        _settings_file(),
        _home(app),
        _room(app),
        _database(app),
        _token(app),
        *_kept(app),
        _key(app),
        *_gateway(app),
    ]


def _finding(level: str, text: str, hint: str = "") -> Finding:
    from stockcli.usecases.examining import Finding

    return Finding(level=level, text=text, hint=hint)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST_PYTHON:
        return _finding("problem", f"Python {version} is too old", "install Python 3.11 or later")
    return _finding("ok", f"Python {version}")


def _settings_file() -> Finding:
    from pathlib import Path

    file = Path.cwd() / ".env"
    text = f"settings are read from {file}" if file.is_file() else f"there is no {file}"
    return _finding("ok", text)


def _existing(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.exists())


def _room(app: App) -> Finding:
    import shutil

    free_mb = shutil.disk_usage(_existing(app.settings.home)).free // 1_000_000
    text = f"{free_mb:,} MB are free on the disk of {app.settings.home}"
    if free_mb < LEAST_FREE_MB:
        return _finding("problem", text, "make room: a full disk stops every check")
    return _finding("ok", text)


def _home(app: App) -> Finding:
    home = app.settings.home
    existing = _existing(home)
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return _finding("ok", f"{home} can be written to")
    hint = "set STOCK_HOME to a folder that can"
    return _finding("problem", f"{home} cannot be written to", hint)


def _database(app: App) -> Finding:
    from stockcli.domain.errors import StockError

    try:
        url = app.database_as_it_is.shown_url
        app.database.ensure_writable()
    except StockError as error:
        return _finding("problem", error.message, error.hint)
    return _finding("ok", f"the database {url} is up to date and can be written to")


def _token(app: App) -> Finding:
    from stockcli.domain.errors import StockError

    try:
        identity = app.identity
    except StockError as error:
        return _finding("problem", error.message, error.hint)
    if identity.tenant:
        return _finding("ok", f"the token opens {identity.tenant.slug} for its {identity.role}")
    if app.token:
        return _finding("ok", "the token is an operator's")
    hint = "a shop's own commands need one: `stock login`"
    return _finding("note", "no token: you are the operator of this machine", hint)


def _kept(app: App) -> list[Finding]:
    """Return what is wrong with the file of the token that `stock login` kept."""
    from stockcli.credentials import is_open_to_others

    file = app.settings.credentials_file
    if not is_open_to_others(file):
        return []
    return [_finding("problem", f"others may read the token in {file}", f"chmod 600 {file}")]


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


def _shops(app: App) -> list[tuple[str, Finding]]:
    """Return the findings of the token's shop; an operator's are those of every shop."""
    from stockcli.domain.errors import StockError
    from stockcli.usecases.examining import examine_shop

    now = app.clock.now()
    found = _unreadable(app)
    for unit in _units(app):
        try:
            findings = [_last_check(unit, now), *examine_shop(unit, now)]
        except StockError as error:
            findings = [_finding("problem", error.message, error.hint)]
        found += [(unit.tenant.slug, finding) for finding in findings]
    if not found:
        hint = "add one: `stock tenant add NAME`, or try `stock demo load`"
        return [("installation", _finding("note", "there is no shop yet", hint))]
    return found


def _unreadable(app: App) -> list[tuple[str, Finding]]:
    if app.identity.tenant is not None:
        return []
    return [
        (slug, _finding("problem", reason, f"set it anew: `stock tenant set {slug}`"))
        for slug, reason in unreadable_shops(app).items()
    ]


def _units(app: App) -> list[UnitOfWork]:
    if app.identity.tenant is not None:
        return [app.unit()]
    return [app.unit_for(shop) for shop in app.directory.tenants() if shop.active]


def _last_check(unit: UnitOfWork, now: datetime) -> Finding:
    from datetime import timedelta

    from stockcli.usecases.run_check import LEASE

    with unit.reading():
        runs = unit.runs.latest(1)
    hint = "put `stock run-check --all-tenants` into cron; crontab.example shows how"
    if not runs:
        return _finding("note", "the stock was never checked", hint)
    last = f"the last check began {runs[0].started_at:%Y-%m-%d %H:%M} and is {runs[0].status}"
    if runs[0].status == "failed":
        return _finding("problem", f"{last}: {runs[0].error}", "run `stock run-check` again")
    if runs[0].status == "running" and now - runs[0].started_at > LEASE:
        text = f"the last check began {runs[0].started_at:%Y-%m-%d %H:%M} and never ended"
        return _finding("problem", text, "run `stock run-check` again")
    late = now - runs[0].started_at > timedelta(hours=HOURS_BETWEEN_CHECKS)
    return _finding("note", last, hint) if late else _finding("ok", last)
