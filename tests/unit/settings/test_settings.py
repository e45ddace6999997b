from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.model_limits import ModelLimits
from stockcli.settings import Settings, load_settings

GATEWAY = "https://gateway.example.com"
SERVER = "postgresql+psycopg://stock_app@db.example.com/stock"


def settings(folder: Path, written: str, **environ: str) -> Settings:
    (folder / ".env").write_text(written, encoding="utf-8")
    return load_settings({"STOCK_HOME": str(folder), **environ}, folder)


def test_a_written_address_does_not_get_the_environments_key(tmp_path: Path) -> None:
    found = settings(tmp_path, f"ANTHROPIC_BASE_URL={GATEWAY}", ANTHROPIC_API_KEY="k")
    assert found.anthropic_base_url is None


def test_an_environments_key_is_not_sent_to_the_address_beside_another_key(tmp_path: Path) -> None:
    written = f"ANTHROPIC_API_KEY=theirs\nANTHROPIC_BASE_URL={GATEWAY}"
    found = settings(tmp_path, written, ANTHROPIC_API_KEY="k")
    assert (found.anthropic_api_key, found.anthropic_base_url) == ("k", None)


@pytest.mark.parametrize("secret", ["OPENAI_API_KEY", "OPENAI_CUSTOM_HEADERS"])
def test_a_written_address_does_not_get_what_the_environment_has_for_another_service(
    tmp_path: Path, secret: str
) -> None:
    written = f"OPENAI_BASE_URL={GATEWAY}\nANTHROPIC_BASE_URL={GATEWAY}"
    found = settings(tmp_path, written, **{secret: "k"})
    assert (found.openai_base_url, found.anthropic_base_url) == (None, GATEWAY)


def test_a_written_key_goes_to_the_written_address(tmp_path: Path) -> None:
    found = settings(tmp_path, f"ANTHROPIC_API_KEY=k\nANTHROPIC_BASE_URL={GATEWAY}")
    assert (found.anthropic_api_key, found.anthropic_base_url) == ("k", GATEWAY)


def test_an_environments_key_goes_to_the_environments_address(tmp_path: Path) -> None:
    found = settings(tmp_path, "", ANTHROPIC_API_KEY="k", ANTHROPIC_BASE_URL=GATEWAY)
    assert found.anthropic_base_url == GATEWAY


def test_a_written_value_does_not_quote_the_environments_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    found = settings(tmp_path, "STOCK_MODEL=x-${ANTHROPIC_API_KEY}")
    assert "sk-secret" not in found.model


def test_the_environments_token_does_not_go_to_a_written_server(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="STOCK_TOKEN stands in the environment"):
        settings(tmp_path, f"STOCK_DATABASE_URL={SERVER}", STOCK_TOKEN="t")


@pytest.mark.parametrize("written", [f"STOCK_DATABASE_URL={SERVER}\nSTOCK_TOKEN=t", ""])
def test_a_token_from_beside_the_servers_name_is_taken(tmp_path: Path, written: str) -> None:
    environ = {} if written else {"STOCK_DATABASE_URL": SERVER, "STOCK_TOKEN": "t"}
    found = settings(tmp_path, written, **environ)
    assert (found.database_url, found.token) == (SERVER, "t")


def test_a_written_database_file_may_be_opened_with_any_token(tmp_path: Path) -> None:
    found = settings(tmp_path, "STOCK_DATABASE_URL=sqlite:///x.db", STOCK_TOKEN="t")
    assert found.database_url == "sqlite:///x.db"


@pytest.mark.parametrize("name", ["ANTHROPIC_BASE_URL", "OPENAI_BASE_URL"])
@pytest.mark.parametrize(
    "text", ["::", "gateway", "file:///etc/passwd", "http://", "http://[::1", "http://a:99999"]
)
def test_an_address_that_is_none_is_named(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{name} is no web address"):
        settings(tmp_path, "", **{name: text})


@pytest.mark.parametrize(
    ("model", "environ", "reason"),
    [
        ("claude-haiku-5-5", {"OPENAI_API_KEY": "k"}, "there is no ANTHROPIC_API_KEY"),
        ("claude-haiku-5-5", {"ANTHROPIC_API_KEY": "k"}, ""),
        ("openai:gpt", {"ANTHROPIC_API_KEY": "k"}, "there is no OPENAI_API_KEY, and no"),
        ("openai:gpt", {"OPENAI_API_KEY": "k"}, ""),
        ("openai:llama", {"OPENAI_BASE_URL": "http://localhost:11434/v1"}, ""),
        ("openai:", {"OPENAI_API_KEY": "k"}, "names no model"),
        ("rules", {"ANTHROPIC_API_KEY": "k"}, "the model is `rules`"),
    ],
)
def test_each_kind_of_model_needs_what_its_own_service_needs(
    tmp_path: Path, model: str, environ: dict[str, str], reason: str
) -> None:
    found = settings(tmp_path, f"STOCK_MODEL={model}", **environ)
    assert reason in found.why_no_model()
    assert bool(found.why_no_model()) == bool(reason)


def test_a_file_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"STOCK_MODEL=caf\xe9\n")
    with pytest.raises(InvalidInputError, match=r"\.env cannot be read: it is no UTF-8 text"):
        load_settings({"STOCK_HOME": str(tmp_path)}, tmp_path)


@pytest.mark.parametrize("name", ["claude\x1b[2J", "claude\nhaiku", "openai:\x9b2J", "x" * 201])
def test_a_model_has_a_name_that_any_screen_may_show(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInputError, match="is no model's name"):
        settings(tmp_path, "", STOCK_MODEL=name)
    with pytest.raises(InvalidInputError, match="is no model's name"):
        settings(tmp_path, "").why_no_model(name)


def test_figures_go_into_a_file_that_only_prometheus_reads(tmp_path: Path) -> None:
    found = settings(tmp_path, "STOCK_METRICS_FILE=/var/lib/node_exporter/stock.prom")
    assert found.metrics_file == Path("/var/lib/node_exporter/stock.prom")
    with pytest.raises(InvalidInputError, match=r"STOCK_METRICS_FILE does not end in \.prom"):
        settings(tmp_path, "STOCK_METRICS_FILE=/home/ana/.bashrc")


def test_programs_to_be_run_are_named_by_the_environment_alone(tmp_path: Path) -> None:
    assert settings(tmp_path, "STOCK_PG_BIN=/tmp/evil").postgres_programs is None
    found = settings(tmp_path, "", STOCK_PG_BIN="/usr/lib/postgresql/18/bin")
    assert found.postgres_programs == Path("/usr/lib/postgresql/18/bin")


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "soon", "86401", "\u0661"])
def test_a_time_limit_is_a_number_of_seconds(tmp_path: Path, text: str) -> None:
    found = settings(tmp_path, "STOCK_STATEMENT_TIMEOUT_SECONDS=90")
    assert found.statement_timeout_seconds == 90
    with pytest.raises(InvalidInputError, match="is no number of seconds"):
        settings(tmp_path, "", STOCK_STATEMENT_TIMEOUT_SECONDS=text)


def test_the_mail_server_and_the_sender_of_orders_are_read(tmp_path: Path) -> None:
    url = "smtp://ana:hunter2@mail.example:587?starttls"
    found = settings(tmp_path, f"STOCK_SMTP_URL={url}\nSTOCK_MAIL_FROM=shop@acme.example")
    assert (found.smtp_url, found.mail_from, found.can_mail) == (url, "shop@acme.example", True)
    assert "hunter2" not in repr(found)
    assert not settings(tmp_path, f"STOCK_SMTP_URL={url}").can_mail


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("STOCK_SMTP_URL", "http://ana:hunter2@x", "STOCK_SMTP_URL: it is no address of a mail"),
        ("STOCK_SMTP_URL", "smtp://ana:hunter2@x", "STOCK_SMTP_URL: its password would go unenc"),
        ("STOCK_MAIL_FROM", "nobody", "STOCK_MAIL_FROM: 'nobody' is no e-mail address"),
        ("STOCK_ALLOW_PRIVATE_WEBHOOKS", "maybe", "STOCK_ALLOW_PRIVATE_WEBHOOKS is 'maybe'"),
    ],
)
def test_what_orders_cannot_be_sent_with_is_named(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(InvalidInputError, match=sentence) as caught:
        settings(tmp_path, "", **{name: value})
    assert "hunter2" not in str(caught.value)


def test_what_a_shop_may_reach_is_said_by_the_environment_alone(tmp_path: Path) -> None:
    assert not settings(tmp_path, "STOCK_ALLOW_PRIVATE_WEBHOOKS=1").allow_private_webhooks
    assert settings(tmp_path, "", STOCK_ALLOW_PRIVATE_WEBHOOKS="1").allow_private_webhooks
    assert not settings(tmp_path, "", STOCK_ALLOW_PRIVATE_WEBHOOKS="off").allow_private_webhooks


def test_what_all_shops_may_ask_of_the_model_is_read(tmp_path: Path) -> None:
    written = "STOCK_MODEL_CONCURRENCY=8\nSTOCK_BUDGET_PER_DAY=0\nSTOCK_BUDGET_PER_MONTH=none"
    expected = ModelLimits(
        at_once=Decimal(8), per_day_usd=Decimal(0), per_month_usd=Decimal("Infinity")
    )
    assert settings(tmp_path, written).model_limits == expected
    assert settings(tmp_path, "").model_limits == ModelLimits()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("STOCK_MODEL_CONCURRENCY", value) for value in ("0", "257", "2.5", "-1", "many", "٣")),
        *(("STOCK_BUDGET_PER_DAY", value) for value in ("-1", "0.001", "1e9", "nan", "$5")),
    ],
)
def test_a_limit_that_is_none_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{name} is no ") as refused:
        settings(tmp_path, "", **{name: value})
    assert refused.value.hint == "give one, or `none` for no limit"
