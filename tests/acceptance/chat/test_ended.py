"""A program that is ended in the middle of a reply books what it has read first."""

from __future__ import annotations

import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest

from stockcli.usecases.model_costs import usage_lines
from tests.fakes.messages_api import MessagesApi
from tests.fakes.openai_api import OpenAiApi
from tests.fakes.replies import Fault, says
from tests.fixtures.demo_home import COMMAND, SECONDS, Stock

LONG = says("There are eight units of milk on hand, and on order there is nothing at all.")


def environment(api: MessagesApi) -> dict[str, str]:
    if isinstance(api, OpenAiApi):
        return {"STOCK_MODEL": "openai:llama", "OPENAI_BASE_URL": api.url}
    return {"ANTHROPIC_API_KEY": "sk-test", "ANTHROPIC_BASE_URL": api.url}


@pytest.mark.parametrize("api_type", [MessagesApi, OpenAiApi])
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_what_was_read_is_booked_before_the_end(
    demo: Stock, api_type: type[MessagesApi], number: signal.Signals, code: int
) -> None:
    with api_type().running() as api:
        api.script(LONG.going_wrong(Fault.STALL, after_events=6))
        process = subprocess.Popen(
            [*COMMAND, "chat", "-m", "how much milk?"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=demo.environment(**environment(api)),
            cwd=demo.home,
        )
        wait_for_request(api)
        process.send_signal(number)
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == code
    assert b"Traceback" not in out + err
    now = datetime.now(UTC)
    [line] = usage_lines(demo.app().unit(), now - timedelta(days=1), now + timedelta(days=1))
    assert line.calls == 1
    assert line.unsettled_usd == 0
    assert line.usage.input_tokens > 0
    assert line.usage.output_tokens > 1


def wait_for_request(api: MessagesApi) -> None:
    deadline = time.monotonic() + SECONDS
    while not api.asked:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)  # until what was sent has been read
