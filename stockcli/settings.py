"""Every environment variable, typed, with its default; a `.env` in the working folder is read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_MODEL = "claude-haiku-5-5"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this installation is set up. Secrets stay out of its repr.

    Attributes:
        home: STOCK_HOME: the default database, logs and credentials live here.
        database_url: STOCK_DATABASE_URL: default, a SQLite file in `home`.
        token: STOCK_TOKEN: the tenant's API token; None takes the one `stock login` kept.
        anthropic_api_key: ANTHROPIC_API_KEY: None lets plain rules decide and answer.
        anthropic_base_url: ANTHROPIC_BASE_URL: another address for the Messages API.
        model: STOCK_MODEL: the language model asked.
    """

    home: Path
    database_url: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    anthropic_api_key: str | None = field(default=None, repr=False)
    anthropic_base_url: str | None = None
    model: str = DEFAULT_MODEL

    @property
    def credentials_file(self) -> Path:
        """Return where `stock login` keeps the token."""
        return self.home / "credentials"

    @property
    def is_local(self) -> bool:
        """Return whether the database is a file on this machine."""
        return self.database_url.startswith("sqlite")


def load_settings(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Return the settings from the environment, and from `.env` where it says nothing."""
    from dotenv import dotenv_values  # noqa: PLC0415 - not needed for `stock --help`

    written = dotenv_values((folder or Path.cwd()) / ".env")
    values = {name: value for name, value in written.items() if value}
    values |= {name: value for name, value in (environ or os.environ).items() if value.strip()}
    home = Path(values["STOCK_HOME"]) if "STOCK_HOME" in values else _default_home()
    home = home.expanduser().resolve()
    return Settings(
        home=home,
        database_url=values.get("STOCK_DATABASE_URL", f"sqlite:///{home / 'stock.db'}"),
        token=values.get("STOCK_TOKEN"),
        anthropic_api_key=values.get("ANTHROPIC_API_KEY"),
        anthropic_base_url=values.get("ANTHROPIC_BASE_URL"),
        model=values.get("STOCK_MODEL", DEFAULT_MODEL),
    )


def _default_home() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - not needed for `stock --help`

    return user_data_path("stock")
