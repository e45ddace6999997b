"""How `stock chat` ends: its exit codes, and a reader that goes away."""

from __future__ import annotations

import subprocess
from decimal import Decimal

from stockcli.usecases.model_costs import month_cost
from tests.acceptance.chat.paced_api import PacedApi
from tests.acceptance.chat.terminal import key_of, terminal
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import Fault, calls, refuses, says
from tests.fixtures.demo_home import COMMAND, Stock

LONG = "\n".join(f"line {number}" for number in range(20_000))
USAGE = {"input_tokens": 20_000, "output_tokens": 20}


def spent_usd(demo: Stock) -> Decimal:
    app = demo.app()
    return month_cost(app.unit(), app.clock.now()).spent_usd


def test_a_reader_that_goes_away_is_no_crash(demo: Stock, messages_api: MessagesApi) -> None:
    messages_api.script(says(LONG))
    command = " ".join((*COMMAND, "chat", "-m", "count", "|", "head", "-1"))

    ran = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=demo.environment(**key_of(messages_api)),
        text=True,
        timeout=60,
        check=False,
    )

    assert (ran.returncode, ran.stdout) == (0, "line 0\n")
    assert "rror" not in ran.stderr


def test_control_c_ends_one_question_with_130_and_what_was_used_is_booked(
    demo: Stock, paced_api: PacedApi
) -> None:
    paced_api.script(says("A beginning, and never an end.", usage=USAGE))

    with terminal(demo, "chat", "-m", "tell me", **key_of(paced_api)) as seen:
        paced_api.sends()
        seen.hears("A beginning")
        seen.types("\x03")
        assert seen.ends() == 130

    assert "stopped" in seen.text
    assert Decimal("0.002") <= spent_usd(demo) < Decimal("0.0021")


def test_what_cannot_be_understood_is_exit_code_two(demo: Stock) -> None:
    assert demo("chat", "--nonsense").code == 2
    assert demo("chat", "-m", "   ").code == 2
    assert demo("chat", "--json").code == 2


def test_yes_gives_no_order_more_than_the_limits_do(demo: Stock, messages_api: MessagesApi) -> None:
    messages_api.script(
        calls(("restock", {"sku": "21754", "quantity": 6000})), says("It waits for approval.")
    )

    ran = demo("chat", "--yes", "--json", "-m", "order 6000 of 21754", **key_of(messages_api))

    [action] = ran.json["actions"]
    assert action["confirmed"]
    assert "draft" in action["outcome"]


def test_json_names_the_figures_no_tool_gave(demo: Stock, messages_api: MessagesApi) -> None:
    messages_api.script(calls(("stock_of", {"sku": "22423"})), says("There are 98765 of them."))

    ran = demo("chat", "--json", "-m", "how many?", **key_of(messages_api))

    assert ran.json["unsupported_figures"] == ["98765"]
    assert ran.json["earlier_figures"] == []


def test_a_refusal_is_told_once_in_the_language_of_the_question(
    demo: Stock, messages_api: MessagesApi
) -> None:
    messages_api.script(refuses(), refuses())
    ran = demo("chat", "-m", "quanto temos de leite?", **key_of(messages_api))
    with terminal(demo, "chat", "-m", "quanto temos de leite?", **key_of(messages_api)) as seen:
        assert seen.ends() == 0

    assert (ran.out + ran.err).count("recusou-se") == seen.text.count("recusou-se") == 1


def test_a_reply_that_breaks_off_leaves_no_half_answer_on_the_screen(
    demo: Stock, messages_api: MessagesApi
) -> None:
    whole = says("First part of it.\n\nSecond part of it, and the end.")
    half = whole.going_wrong(Fault.DISCONNECT, after_events=6)
    messages_api.script(half, half, whole)
    with terminal(demo, "chat", "-m", "tell me", **key_of(messages_api)) as seen:
        assert seen.ends() == 0

    assert (seen.text.count("First part"), seen.text.count("Second part")) == (1, 1)
    assert seen.text.count("asking again") == 2
    assert seen.raw.count("First") > 1


def test_figures_no_tool_gave_are_told_under_the_answer_in_its_language(
    demo: Stock, messages_api: MessagesApi
) -> None:
    messages_api.script(calls(("stock_of", {"sku": "22423"})), says("Temos 98765 unidades."))

    with terminal(demo, "chat", "-m", "quanto temos de 22423?", **key_of(messages_api)) as seen:
        assert seen.ends() == 0

    assert seen.text.index("Temos 98765") < seen.text.index("confira antes de confiar: 98765")
