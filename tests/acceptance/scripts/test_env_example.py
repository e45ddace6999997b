from __future__ import annotations

from pathlib import Path

from stockcli.settings import DEFAULT_MODEL, load_settings

NAMES = {
    "STOCK_HOME",
    "STOCK_DATABASE_URL",
    "STOCK_TOKEN",
    "STOCK_KEYRING",
    "STOCK_METRICS_FILE",
    "STOCK_STATEMENT_TIMEOUT_SECONDS",
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "STOCK_MODEL",
    "STOCK_MODEL_CONCURRENCY",
    "STOCK_BUDGET_PER_DAY",
    "STOCK_BUDGET_PER_MONTH",
    "STOCK_PRICES",
    "STOCK_SMTP_URL",
    "STOCK_MAIL_FROM",
}


def example(checkout: Path) -> dict[str, str]:
    lines = (checkout / ".env.example").read_text().splitlines()
    settings = [line.removeprefix("# ") for line in lines if "=" in line]
    return dict(line.split("=", 1) for line in settings)


def test_the_example_names_every_setting_and_no_other(checkout: Path) -> None:
    assert set(example(checkout)) == NAMES


def test_the_example_as_it_stands_sets_nothing(
    checkout: Path, stock_home: Path, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text((checkout / ".env.example").read_text())
    environ = {"STOCK_HOME": str(stock_home)}
    assert load_settings(environ, tmp_path) == load_settings(environ, stock_home)


def test_the_example_states_the_default_model(checkout: Path) -> None:
    assert example(checkout)["STOCK_MODEL"] == DEFAULT_MODEL
