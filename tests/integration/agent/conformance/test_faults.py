from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from stockcli.agent.costs.metering import BudgetMeter
from stockcli.agent.events import ReplyBroke
from stockcli.agent.limits import Limits
from stockcli.agent.providers.base import BrokenReplyError, Stop
from stockcli.agent.tools.toolbox import tool
from stockcli.domain.errors import ProviderError
from stockcli.usecases.model_costs import UsageLine, month_cost
from stockcli.usecases.ports import UnitOfWork
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import Fault, Reply, calls, fails, refuses, says
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.conformance.asking import Talk, Warehouse
from tests.integration.agent.conformance.voices import Voice

ORDER = calls(("order", {"sku": "MILK", "quantity": 1200}), text="I order the milk.")
BROKEN_ONCE_MORE = Limits(resends=1, resend_delay_seconds=0)
FAULTS = [fault for fault in Fault if fault is not Fault.NONE]


@pytest.fixture
def warehouse() -> Warehouse:
    return Warehouse()


@pytest.fixture
def open_talk(
    unit: UnitOfWork, clock: SteppingClock, warehouse: Warehouse
) -> Callable[[Voice], Talk]:
    def opened(voice: Voice) -> Talk:
        model = voice.provider.model
        return Talk(
            provider=voice.provider,
            tools=[tool(warehouse.order, warehouse.preview)],
            limits=BROKEN_ONCE_MORE,
            meter=BudgetMeter(unit=unit, clock=clock, model=model, purpose="chat"),
        )

    return opened


@pytest.fixture
def booked(unit: UnitOfWork, clock: SteppingClock) -> Iterator[Callable[[], UsageLine]]:
    """The calls booked so far; after the test none may be left unsettled."""

    def line() -> UsageLine:
        with unit.reading():
            [found] = unit.model_calls.usage(clock.now(), clock.now().replace(year=2100))
        return found

    yield line
    assert line().unsettled_usd == 0
    assert month_cost(unit, clock.now()).spent_usd == line().price_usd


@pytest.mark.parametrize(
    ("status", "wait", "said", "requests"),
    [
        (400, "0.01", "did not accept the request", 1),
        (401, "0.01", "refused the API key", 1),
        (403, "0.01", "refused the API key", 1),
        (404, "0.01", "knows no model", 1),
        (429, "0.01", "the rate limit is reached", 2),
        (429, "3600", "the rate limit is reached", 1),
        (429, "60", "the rate limit is reached", 1),
        (429, "Fri, 31 Dec 2100 23:59:59 GMT", "the rate limit is reached", 1),
        (500, "0.01", "out of order", 2),
        (503, "0.01", "overloaded", 2),
        (529, "0.01", "overloaded", 2),
    ],
)
def test_a_refused_request_is_one_sentence_and_no_storm(
    wire: Voice,
    open_talk: Callable[[Voice], Talk],
    booked: Callable[[], UsageLine],
    status: int,
    wait: str,
    said: str,
    requests: int,
) -> None:
    wire.thinks(lambda _: fails(status, retry_after=wait))
    conversation = open_talk(wire)
    with pytest.raises(ProviderError, match=said) as caught:
        conversation.asks("order milk")
    assert not isinstance(caught.value, BrokenReplyError)
    assert len(asked(wire)) == requests
    assert booked().calls == 1
    assert booked().price_usd == 0
    wire.thinks(lambda _: says("Here I am again."))
    assert conversation.asks("and now?") is not None


def test_a_wait_of_an_hour_in_milliseconds_is_not_waited_either(
    wire: Voice, open_talk: Callable[[Voice], Talk], booked: Callable[[], UsageLine]
) -> None:
    wire.thinks(lambda _: fails(429, retry_after_ms="3600000"))
    with pytest.raises(ProviderError, match="rate limit"):
        open_talk(wire).asks("order milk")
    assert len(asked(wire)) == 1


def test_a_port_where_nobody_listens_is_one_sentence(
    speaker: Callable[..., Voice],
    open_talk: Callable[[Voice], Talk],
    booked: Callable[[], UsageLine],
) -> None:
    api = MessagesApi()
    with api.running():
        pass
    with pytest.raises(ProviderError, match="cannot be reached: no connection"):
        open_talk(speaker(api, retries=0)).asks("order milk")
    assert booked().price_usd == 0


def test_a_server_that_never_begins_is_asked_twice(
    speaker: Callable[..., Voice],
    open_talk: Callable[[Voice], Talk],
    booked: Callable[[], UsageLine],
) -> None:
    class Silent(MessagesApi):
        @property
        def url(self) -> str:
            return f"http://127.0.0.1:{silent.getsockname()[1]}"

    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0.05)
        voice = speaker(Silent(), retries=2, read_timeout_seconds=0.2)
        with pytest.raises(ProviderError, match="did not answer in time"):
            open_talk(voice).asks("order milk")
        heard = [silent.accept()[0], silent.accept()[0]]
        with pytest.raises(TimeoutError):
            silent.accept()
        for call in heard:
            call.close()
    assert booked().price_usd == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_reply_that_keeps_breaking_has_no_effect_and_is_charged_as_seen(
    wire: Voice,
    open_talk: Callable[[Voice], Talk],
    booked: Callable[[], UsageLine],
    warehouse: Warehouse,
    fault: Fault,
) -> None:
    wire.thinks(lambda _: ORDER.going_wrong(fault, after_events=6))
    conversation = open_talk(wire)
    with pytest.raises(BrokenReplyError, match="reply broke off"):
        conversation.asks("order milk")
    assert warehouse.ordered == []
    assert len(asked(wire)) == 2
    assert booked().calls == 2
    assert booked().usage.input_tokens > 0
    assert booked().usage.output_tokens > 0
    wire.thinks(lambda _: says("Here I am again."))
    assert conversation.asks("and now?") is not None


@pytest.mark.parametrize("fault", FAULTS)
def test_a_reply_that_broke_once_takes_effect_once(
    wire: Voice,
    open_talk: Callable[[Voice], Talk],
    booked: Callable[[], UsageLine],
    warehouse: Warehouse,
    fault: Fault,
) -> None:
    script(wire, ORDER.going_wrong(fault, after_events=6), ORDER, says("Ordered 1200."))
    conversation = open_talk(wire)
    assert conversation.asks("order milk") is not None
    assert warehouse.ordered == [1200]
    assert [type(event) for event in conversation.events].count(ReplyBroke) == 1
    assert booked().calls == 3


def test_what_arrived_is_shown_while_the_rest_is_waited_for(
    wire: Voice, open_talk: Callable[[Voice], Talk], booked: Callable[[], UsageLine]
) -> None:
    wire.thinks(lambda _: says("There are eight units.").going_wrong(Fault.STALL, after_events=4))
    conversation = replace(open_talk(wire), limits=Limits(resends=0))
    with pytest.raises(BrokenReplyError):
        conversation.asks("how much milk?")
    assert conversation.streamed.startswith("There are ei")


def test_an_order_cut_at_any_place_is_not_placed(
    wire: Voice,
    open_talk: Callable[[Voice], Talk],
    booked: Callable[[], UsageLine],
    warehouse: Warehouse,
) -> None:
    conversation = replace(open_talk(wire), limits=Limits(resends=0))
    for place in range(9):
        cut = ORDER.going_wrong(Fault.TRUNCATE, after_events=place)
        wire.thinks(lambda _, cut=cut: cut)  # type: ignore[misc]
        with pytest.raises(BrokenReplyError):
            conversation.asks("order milk")
    assert warehouse.ordered == []
    assert booked().calls == 9


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(content=says("I order.").content, stop_reason="tool_use"), "is missing"),
        (calls(("order", {"sku": "MILK", "quantity": float("nan")})), "not whole"),
        (calls(("order", {"sku": "MILK \ud800", "quantity": 3})), "broke off"),
        (calls(("", {"sku": "MILK", "quantity": 3})), "has no name"),
    ],
)
def test_a_reply_that_makes_no_sense_is_broken(
    wire: Voice,
    open_talk: Callable[[Voice], Talk],
    booked: Callable[[], UsageLine],
    warehouse: Warehouse,
    reply: Reply,
    said: str,
) -> None:
    wire.thinks(lambda _: reply)
    with pytest.raises(BrokenReplyError, match=said):
        open_talk(wire).asks("order milk")
    assert warehouse.ordered == []
    assert booked().usage.output_tokens > 0


@pytest.mark.parametrize("reason", ["max_tokens", "pause_turn", "something_new"])
def test_a_turn_that_stopped_for_another_reason_runs_no_tool(
    wire: Voice,
    open_talk: Callable[[Voice], Talk],
    booked: Callable[[], UsageLine],
    warehouse: Warehouse,
    reason: str,
) -> None:
    wire.thinks(lambda _: replace(ORDER, stop_reason=reason))
    conversation = open_talk(wire)
    turn = conversation.asks("order milk")
    assert turn is not None
    assert (turn.stop, turn.calls, warehouse.ordered) == (Stop.CUT, (), [])
    [kept] = conversation.messages[-1]["content"]
    assert kept == {"type": "text", "text": "I order the milk."}


def test_a_call_in_a_reply_that_ends_as_an_answer_is_not_run(
    wire: Voice,
    open_talk: Callable[[Voice], Talk],
    booked: Callable[[], UsageLine],
    warehouse: Warehouse,
) -> None:
    wire.thinks(lambda _: replace(ORDER, stop_reason="end_turn"))
    conversation = open_talk(wire)
    try:
        turn = conversation.asks("order milk")
    except BrokenReplyError:
        turn = None
    assert warehouse.ordered == []
    assert turn is None or turn.text == "I order the milk."
    blocks = [block for message in conversation.messages for block in message["content"]]
    assert {block["type"] for block in blocks} == {"text"}


def test_a_refusal_is_said_and_not_kept(
    wire: Voice, open_talk: Callable[[Voice], Talk], booked: Callable[[], UsageLine]
) -> None:
    wire.thinks(lambda _: refuses())
    conversation = open_talk(wire)
    turn = conversation.asks("order milk")
    assert turn is not None
    assert turn.stop is Stop.REFUSED
    assert [message["role"] for message in conversation.messages] == ["user"]


def test_an_endless_tool_loop_ends_at_the_most_rounds(
    wire: Voice, open_talk: Callable[[Voice], Talk], booked: Callable[[], UsageLine]
) -> None:
    wire.thinks(lambda told: calls(("order", {"sku": "MILK", "quantity": len(told) + 1})))
    conversation = open_talk(wire)
    assert conversation.asks("order milk") is None
    assert len(asked(wire)) == conversation.limits.rounds == booked().calls


def test_a_service_out_of_reach_is_left_in_peace_while_nobody_waits(
    wire: Voice, open_talk: Callable[[Voice], Talk], booked: Callable[[], UsageLine]
) -> None:
    wire.thinks(lambda _: fails(401))
    conversation = replace(open_talk(wire), limits=Limits(nobody_waits=True))
    for _ in range(3):
        with pytest.raises(ProviderError, match="refused the API key"):
            conversation.asks("order milk")
    assert len(asked(wire)) == 1


@pytest.mark.parametrize("status", [429, 529])
def test_a_limit_of_all_shops_is_waited_for_once_a_run(
    wire: Voice, open_talk: Callable[[Voice], Talk], status: int
) -> None:
    wire.thinks(lambda _: fails(status, retry_after="0.01"))
    conversation = replace(open_talk(wire), limits=Limits(nobody_waits=True))
    for _ in range(3):
        with pytest.raises(ProviderError):
            conversation.asks("order milk")
    assert len(asked(wire)) == 2  # the client itself tries once more


def asked(voice: Voice) -> list[dict[str, Any]]:
    assert voice.api is not None
    return voice.api.asked


def script(voice: Voice, *replies: Reply) -> None:
    assert voice.api is not None
    voice.api.script(*replies)
