"""Every environment variable, typed, with its default; a `.env` in the working folder is read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from stockcli.domain.contacts import email_address, mail_server
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.model_limits import MOST_AT_ONCE, NO_LIMIT, ModelLimits

DEFAULT_MODEL = "claude-haiku-5-5"
SECRETS = ("API_KEY", "AUTH_TOKEN", "ADMIN_KEY", "CUSTOM_HEADERS")
"""What the services' own clients find in the environment and send along, after their prefix."""
SWITCHES = {"1": True, "0": False, "on": True, "off": False}
KEYRING_USES = ("auto", "on", "off")
RULES = "rules"
LONGEST_MODEL_NAME = 200
METRICS_ENDING = ".prom"
MOST_SECONDS = 86_400
MOST_USD = 1_000_000
CENT = Decimal("0.01")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
OPENAI_PREFIX = "openai:"
"""Of the name of a model that an OpenAI-compatible service has; every other name is Claude's."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this installation is set up. Secrets stay out of its repr.

    Attributes:
        home: STOCK_HOME: the default database, logs and credentials live here.
        database_url: STOCK_DATABASE_URL: default, a SQLite file in `home`.
        token: STOCK_TOKEN: the tenant's API token; None takes the one `stock login` kept.
        keyring: STOCK_KEYRING: whether the system's keyring is asked for a kept token: `auto` only
            where the program was started on a terminal, `on` always, `off` never.
        anthropic_api_key: ANTHROPIC_API_KEY: None lets plain rules decide and answer.
        anthropic_base_url: ANTHROPIC_BASE_URL: another address for the Messages API.
        openai_api_key: OPENAI_API_KEY: None for a server that wants none.
        openai_base_url: OPENAI_BASE_URL: another OpenAI-compatible service, such as one's own.
        model: STOCK_MODEL: the language model asked: Claude's name, `openai:NAME`, or `rules`.
        model_limits: STOCK_MODEL_CONCURRENCY, STOCK_BUDGET_PER_DAY, STOCK_BUDGET_PER_MONTH: what
            all shops together may ask of the model; None leaves each as it was set last.
        prices_file: STOCK_PRICES: a TOML file of prices; None takes the published ones alone.
        metrics_file: STOCK_METRICS_FILE: where a check of all shops leaves its figures, for
            Prometheus; None leaves none.
        statement_timeout_seconds: STOCK_STATEMENT_TIMEOUT_SECONDS: how long a database server
            works on one statement; None leaves that to the server.
        postgres_programs: STOCK_PG_BIN: the folder of pg_dump and pg_restore; None looks on the
            PATH.
        scheduler: STOCK_SCHEDULER: the address of a Dask scheduler whose workers check the shops;
            None checks them on this machine.
        smtp_url: STOCK_SMTP_URL: the mail server that takes orders to suppliers, such as
            smtp://user:password@host:587?starttls or smtps://...; None lets such orders wait.
        mail_from: STOCK_MAIL_FROM: the e-mail address those orders are from.
        allow_private_webhooks: STOCK_ALLOW_PRIVATE_WEBHOOKS: whether orders may be posted to this
            machine or its own network.
    """

    home: Path
    database_url: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    keyring: str = KEYRING_USES[0]
    anthropic_api_key: str | None = field(default=None, repr=False)
    anthropic_base_url: str | None = None
    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = None
    model: str = DEFAULT_MODEL
    model_limits: ModelLimits = field(default_factory=ModelLimits)
    prices_file: Path | None = None
    metrics_file: Path | None = None
    statement_timeout_seconds: int | None = None
    postgres_programs: Path | None = None
    scheduler: str | None = None
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    allow_private_webhooks: bool = False

    @property
    def credentials_file(self) -> Path:
        """Return where `stock login` keeps the token."""
        return self.home / "credentials"

    @property
    def is_local(self) -> bool:
        """Return whether the database is a file on this machine."""
        return self.database_url.startswith("sqlite")

    @property
    def can_mail(self) -> bool:
        """Return whether orders can leave by e-mail."""
        return bool(self.smtp_url and self.mail_from)

    def why_no_model(self, name: str | None = None) -> str:
        """Return why no language model of this name can be asked; nothing if it can.

        Args:
            name: of the model; None takes STOCK_MODEL's.

        Raises:
            InvalidInputError: no model has such a name.
        """
        wanted = _model_name(name or self.model)
        if wanted == RULES:
            return "the model is `rules`"
        if not wanted.startswith(OPENAI_PREFIX):
            return "" if self.anthropic_api_key else "there is no ANTHROPIC_API_KEY"
        if wanted == OPENAI_PREFIX:
            return "`openai:` names no model; write `openai:NAME`"
        has_server = self.openai_api_key or self.openai_base_url
        return "" if has_server else "there is no OPENAI_API_KEY, and no OPENAI_BASE_URL"


def load_settings(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Return the settings from the environment, and from `.env` where it says nothing.

    A `.env` may lie in a folder of somebody else's, so it says nowhere to send a secret that it
    did not bring itself.

    Raises:
        InvalidInputError: `.env` cannot be read, would have a token sent elsewhere, or a value
            is none of its kind.
    """
    given = {name: value for name, value in (environ or os.environ).items() if value.strip()}
    written = _written(folder or Path.cwd())
    for service in ("ANTHROPIC", "OPENAI"):
        if any(f"{service}_{secret}" in given for secret in SECRETS):
            written.pop(f"{service}_BASE_URL", None)
    values = written | given
    if "STOCK_TOKEN" in given and "STOCK_DATABASE_URL" not in given:
        _ensure_file(values.get("STOCK_DATABASE_URL"))
    home = Path(values["STOCK_HOME"]) if "STOCK_HOME" in values else _default_home()
    home = home.expanduser().resolve()
    return Settings(
        home=home,
        database_url=values.get("STOCK_DATABASE_URL", f"sqlite:///{home / 'stock.db'}"),
        token=values.get("STOCK_TOKEN"),
        keyring=_keyring_use(values.get("STOCK_KEYRING", KEYRING_USES[0])),
        anthropic_api_key=values.get("ANTHROPIC_API_KEY"),
        anthropic_base_url=_web_address(values, "ANTHROPIC_BASE_URL"),
        openai_api_key=values.get("OPENAI_API_KEY"),
        openai_base_url=_web_address(values, "OPENAI_BASE_URL"),
        model=_model_name(values.get("STOCK_MODEL", DEFAULT_MODEL)),
        model_limits=ModelLimits(
            at_once=_limit(values, "STOCK_MODEL_CONCURRENCY", most=MOST_AT_ONCE, step=Decimal(1)),
            per_day_usd=_limit(values, "STOCK_BUDGET_PER_DAY"),
            per_month_usd=_limit(values, "STOCK_BUDGET_PER_MONTH"),
        ),
        prices_file=_path(values, "STOCK_PRICES"),
        metrics_file=_metrics_file(values),
        statement_timeout_seconds=_seconds(values, "STOCK_STATEMENT_TIMEOUT_SECONDS"),
        # Not from .env, which may lie in somebody else's folder: what is named here is run.
        postgres_programs=_path(given, "STOCK_PG_BIN"),
        # Nor this: what a cluster answers with is taken for the program's own.
        scheduler=given.get("STOCK_SCHEDULER", "").strip() or None,
        smtp_url=_said(values, "STOCK_SMTP_URL", mail_server),
        mail_from=_said(values, "STOCK_MAIL_FROM", email_address),
        # As above: whose folder this is must not decide what a shop may reach.
        allow_private_webhooks=_switch(given, "STOCK_ALLOW_PRIVATE_WEBHOOKS"),
    )


def _written(folder: Path) -> dict[str, str]:
    """Return what `.env` says, as it stands there: it may not quote the environment's secrets."""
    from dotenv import dotenv_values  # noqa: PLC0415 - not needed for `stock --help`

    file = folder / ".env"
    try:
        written = dotenv_values(file, interpolate=False)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise InvalidInputError(f"{file} cannot be read: {reason}", "mend or remove it") from None
    return {name: value for name, value in written.items() if value}


def _ensure_file(database_url: str | None) -> None:
    """Refuse to hand the environment's token to a database server that `.env` names."""
    if database_url is not None and not database_url.startswith("sqlite"):
        message = "STOCK_TOKEN stands in the environment, but STOCK_DATABASE_URL in .env"
        raise InvalidInputError(message, "set both in the environment, or both in .env")


def _keyring_use(text: str) -> str:
    wanted = text.strip().lower()
    if wanted in KEYRING_USES:
        return wanted
    message = f"STOCK_KEYRING is {text[:20]!r}"
    raise InvalidInputError(message, f"use one of {', '.join(KEYRING_USES)}")


def _path(values: Mapping[str, str], name: str) -> Path | None:
    return Path(values[name]).expanduser() if name in values else None


def _metrics_file(values: Mapping[str, str]) -> Path | None:
    """Return the file that is replaced after each check, which is no other file's name."""
    file = _path(values, "STOCK_METRICS_FILE")
    if file is not None and file.suffix != METRICS_ENDING:
        message = f"STOCK_METRICS_FILE does not end in {METRICS_ENDING}: {str(file)[:80]!r}"
        raise InvalidInputError(message, "node_exporter reads no other files")
    return file


def _seconds(values: Mapping[str, str], name: str) -> int | None:
    text = values.get(name)
    if text is None:
        return None
    seconds = int(text) if text.strip().isascii() and text.strip().isdigit() else 0
    if not 1 <= seconds <= MOST_SECONDS:
        message = f"{name} is no number of seconds: {text[:40]!r}"
        raise InvalidInputError(message, f"give a whole number from 1 to {MOST_SECONDS}")
    return seconds


def _limit(
    values: Mapping[str, str], name: str, *, most: int = MOST_USD, step: Decimal = CENT
) -> Decimal | None:
    """Return a limit; one of money may be 0, which stops every call."""
    text = values.get(name, "").strip()
    if not text:
        return None
    if text.lower() == "none":
        return NO_LIMIT
    number = Decimal(text) if _PLAIN_NUMBER.fullmatch(text) else Decimal(-1)
    least = 1 if step == 1 else 0
    if not least <= number <= most or number % step:
        what = "whole number" if step == 1 else "number of US dollars"
        message = f"{name} is no {what} from {least} to {most}: {text[:40]!r}"
        raise InvalidInputError(message, "give one, or `none` for no limit")
    return number


def _switch(values: Mapping[str, str], name: str) -> bool:
    said = values.get(name, "0").strip().lower()
    if said not in SWITCHES:
        raise InvalidInputError(f"{name} is {said[:20]!r}", f"use one of {', '.join(SWITCHES)}")
    return SWITCHES[said]


def _said(values: Mapping[str, str], name: str, judged: Callable[[str], str]) -> str | None:
    if name not in values:
        return None
    try:
        return judged(values[name])
    except InvalidInputError as error:
        raise InvalidInputError(f"{name}: {error.message}", error.hint) from None


def _model_name(name: str) -> str:
    """Return a model's name, which goes to services, files and screens as it is."""
    if name.isprintable() and len(name) <= LONGEST_MODEL_NAME:
        return name
    message = f"{name[:40]!r} is no model's name"
    raise InvalidInputError(message, "check --model, or STOCK_MODEL")


def _web_address(values: Mapping[str, str], name: str) -> str | None:
    text = values.get(name)
    if text is None:
        return None
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        message = f"{name} is no web address: {text[:40]!r}"
        raise InvalidInputError(message, "give one such as https://gateway.example.com")
    return text.strip()


def _default_home() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - not needed for `stock --help`

    return user_data_path("stock")
