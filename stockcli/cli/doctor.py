"""`stock doctor`: what is missing or odd, in this installation and in the shop's records."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

from stockcli.cli.common import Json, open_app, remark

if TYPE_CHECKING:
    from pathlib import Path

    from stockcli.bootstrap import App
    from stockcli.usecases.examining import Finding

OLDEST_PYTHON = (3, 11)
LEAST_FREE_MB = 200


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(as_json: Json = False) -> None:
    """Say what is missing or odd in this installation and in the shop's records.

    What is the same in several shops is one line; --json tells each shop's on its own.
    Exit code 1 if there is a problem; notes leave it 0.

    Example: stock doctor
    """
    from stockcli.cli.doctor_shops import in_short, shop_findings
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import print_table, words

    app = open_app()
    installation = _installation(app)
    broken = any(finding.level == "problem" for finding in installation)
    shops = [] if broken else shop_findings(app)
    about_installation = [("installation", finding) for finding in installation]
    found = about_installation + shops
    problems = sum(finding.level == "problem" for _, finding in found)
    if as_json:
        print_json(
            [
                {"about": about, "level": one.level, "text": one.text, "hint": one.hint}
                for about, one in found
            ]
        )
    else:
        shown = about_installation + in_short(shops)
        rows = [(about, one.level, one.text, one.hint) for about, one in shown]
        print_table(["about", "level", words("finding"), words("what to do")], rows)
    if problems:
        where = "the installation is broken" if broken else "something is to be mended"
        remark(f"{where}; see what is called a problem")
        raise typer.Exit(1)


def _installation(app: App) -> list[Finding]:
    from stockcli.cli.doctor_models import model_findings

    return [
        _python(),
        _settings_file(),
        _home(app),
        _room(app),
        *_database(app),
        _token(app),
        *_kept(app),
        *model_findings(app),
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


def _database(app: App) -> list[Finding]:
    from stockcli.domain.errors import StockError

    try:
        url = app.database_as_it_is.shown_url
        app.database.ensure_writable()
    except StockError as error:
        return [_finding("problem", error.message, error.hint)]
    ready = _finding("ok", f"the database {url} is up to date and can be written to")
    standing = _finding("ok", "the fences between shops stand")
    return [ready, *(app.database.fence_findings() or [standing])]


def _token(app: App) -> Finding:
    from stockcli.domain.errors import StockError

    try:
        identity = app.identity
    except StockError as error:
        return _finding("problem", error.message, error.hint)
    if identity.tenant:
        text = f"the token opens {identity.tenant.slug} for its {identity.role}"
        return _finding("ok", f"{text}, {_where(app)}")
    if app.token:
        return _finding("ok", f"the token is an operator's, {_where(app)}")
    if app.kept_token:
        text = f"the token of `stock login` is in the keyring: {app.kept_token.trouble}"
        hint = "set STOCK_TOKEN, or keep it in a file: `stock login --no-keyring`"
        return _finding("note", text, hint)
    hint = "a shop's own commands need one: `stock login`"
    return _finding("note", "no token: you are the operator of this machine", hint)


def _where(app: App) -> str:
    if app.settings.token:
        return "from STOCK_TOKEN"
    return f"kept in the {app.kept_token.place}" if app.kept_token else ""


def _kept(app: App) -> list[Finding]:
    """Return what is wrong with the file of the token that `stock login` kept."""
    from stockcli.credentials.files import is_open_to_others

    file = app.settings.credentials_file
    if not is_open_to_others(file):
        return []
    return [_finding("problem", f"others may read the token in {file}", f"chmod 600 {file}")]
