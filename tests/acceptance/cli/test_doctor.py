"""`stock doctor` on the language model: what keeps it from deciding is said, and said briefly."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.acceptance.cli.batch_cron import SECONDS, Cron
from tests.acceptance.cli.conftest import Command
from tests.fakes.messages_api import MessagesApi, messages_api
from tests.fakes.replies import Reply, fails, says
from tests.fixtures.shops import Shops

__all__ = ["messages_api"]


def findings(stock: Command, token: str, **environ: str) -> dict[str, str]:
    """Return the level of each thing the doctor says."""
    return {
        one["text"]: one["level"] for one in stock("doctor", "--json", token=token, **environ).json
    }


def only(said: dict[str, str], words: str) -> str:
    """Return the one sentence with these words in it."""
    (text,) = [text for text in said if words in text]
    return text


def test_a_key_that_was_refused_is_said_until_a_model_decided_again(
    stock: Command, tokens: Shops, messages_api: MessagesApi
) -> None:
    environ = {"ANTHROPIC_API_KEY": "bad", "ANTHROPIC_BASE_URL": messages_api.url}
    messages_api.answer_with(lambda _: fails(401, "authentication_error"))
    assert stock("run-check", token=tokens.north_manager, **environ).code == 0
    text = only(findings(stock, tokens.north_manager, **environ), "could not be asked")
    assert text.endswith("the model could not be asked: Claude refused the API key")
    assert stock("minimum", "set", "MUG", "5000", token=tokens.north_manager).code == 0
    stock("run-check", "--no-agent", token=tokens.north_manager)
    assert "could not be asked" not in str(findings(stock, tokens.north_manager, **environ))


@pytest.mark.parametrize(
    ("model", "is_known"), [("claude-nonsense", False), ("claude-haiku-5-5", True)]
)
def test_a_model_whose_price_is_not_known_is_pointed_out(
    stock: Command, tokens: Shops, model: str, is_known: bool
) -> None:
    said = findings(stock, tokens.operator, ANTHROPIC_API_KEY="k", STOCK_MODEL=model)
    text = f"the price of {model} is not known: it is booked like the dearest model"
    assert (text not in said) is is_known


def test_what_is_switched_off_or_spent_is_said(stock: Command, tokens: Shops) -> None:
    wanted = ("--dry-run", "on", "--model-budget", "0")
    assert stock("tenant", "set", "north", *wanted, token=tokens.operator).code == 0
    stock("tenant", "set", "south", "--no-agent", token=tokens.operator)
    north = findings(stock, tokens.north_manager)
    assert only(north, "dry run") == "dry run: checks change nothing"
    assert only(north, "budget") == (
        "this month's language-model budget is spent: 0.0000 of 0.00 USD"
    )
    south = findings(stock, tokens.south_manager)
    assert only(south, "switched off") == "the agent is switched off: plain rules decide and answer"
    assert "budget is spent" not in str(south)


def test_a_batch_that_waits_is_said_with_its_money_and_when_it_is_given_up(
    stock: Command, tokens: Shops, messages_api: MessagesApi
) -> None:
    cron = Cron(stock, tokens, messages_api)
    cron.submit()
    said = findings(stock, tokens.north_manager)
    assert said[only(said, "a review has waited in a batch since 20")] == "note"
    assert "USD of model calls whose end was not seen" in only(said, "not seen")
    with cron.database() as connection:
        connection.execute("UPDATE review_batch SET submitted_at = '2024-05-01 03:15:00.000000'")
    said = findings(stock, tokens.north_manager)
    assert said[only(said, "batch since 2024-05-01 03:15: no batch takes that long")] == "problem"


def test_what_is_the_same_in_many_shops_is_one_line_for_people_alone(
    stock: Command, tokens: Shops
) -> None:
    for number in range(5):
        stock("tenant", "add", f"branch-{number}", token=tokens.operator)
    shops = [*(f"branch-{number}" for number in range(5)), "north", "south"]
    for slug in shops:
        assert stock("tenant", "set", slug, "--no-agent", token=tokens.operator).code == 0
    out = " ".join(stock("doctor", token=tokens.operator).out.split())
    assert out.count("the agent is switched off") == 1
    assert out.count("was never checked") == 1
    assert "and 2 more" in out
    told = stock("doctor", "--json", token=tokens.operator).json
    off = [one["about"] for one in told if "switched off" in one["text"]]
    assert sorted(off) == shops


@contextmanager
def held_up(api: MessagesApi) -> Iterator[threading.Event]:
    """Let the service be asked, and answer nothing before the end."""
    asked, over = threading.Event(), threading.Event()

    def wait(_: object) -> Reply:
        asked.set()
        over.wait(SECONDS)
        return says("too late")

    api.answer_with(wait)
    yield asked
    over.set()


@pytest.mark.parametrize(
    ("sent", "said"),
    [(signal.SIGTERM, "stopped by SIGTERM"), (signal.SIGINT, "stopped by Ctrl-C")],
)
def test_a_check_that_was_stopped_says_by_what(
    stock: Command, tokens: Shops, messages_api: MessagesApi, sent: signal.Signals, said: str
) -> None:
    key = {"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": messages_api.url}
    with held_up(messages_api) as asked:
        child = subprocess.Popen(
            [*stock.line, "run-check"],
            env=stock.environ(tokens.north_manager, **key),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert asked.wait(SECONDS)
        child.send_signal(sent)
        assert child.wait(SECONDS) in (130, 143)
    assert only(findings(stock, tokens.north_manager), "and is failed").endswith(f": {said}")
