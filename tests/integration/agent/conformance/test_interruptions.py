from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

import pytest

from stockcli.agent.costs.metering import BudgetMeter
from stockcli.agent.events import Event, TextDelta, ToolStarted
from stockcli.agent.limits import Limits
from stockcli.agent.loop import STOPPED, AgentLoop
from stockcli.agent.providers.base import Message, TurnRequest, text_of
from stockcli.agent.providers.base import asked as question
from stockcli.agent.tools.toolbox import Toolbox
from stockcli.domain.budget import ModelUsage
from stockcli.usecases.ports import UnitOfWork
from tests.fakes.replies import Fault, Reply, calls, says
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.conformance.voices import Voice

LONG = says("There are eight units of milk on hand, and on order there is nothing at all.")


@dataclass(kw_only=True)
class Interrupted(BudgetMeter):
    """A meter during whose bookings somebody presses Ctrl-C."""

    at: str = ""

    def reserve(self, request: TurnRequest) -> int:
        self._press("reserve")
        return super().reserve(request)

    def settle(self, reservation_id: int, usage: ModelUsage) -> None:
        self._press("settle")
        super().settle(reservation_id, usage)

    def _press(self, moment: str) -> None:
        if self.at == moment:
            signal.raise_signal(signal.SIGINT)


@pytest.fixture
def meter(unit: UnitOfWork, clock: SteppingClock) -> Interrupted:
    return Interrupted(unit=unit, clock=clock, model="claude-haiku-5-5", purpose="chat")


@pytest.fixture
def sigterm_exits() -> Iterator[None]:
    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    yield
    signal.signal(signal.SIGTERM, before)


def run(
    voice: Voice, meter: BudgetMeter, messages: list[Message], on_event: Callable[[Event], None]
) -> None:
    AgentLoop(
        provider=voice.provider,
        toolbox=Toolbox([]),
        system="You keep a shop.",
        meter=meter,
        limits=Limits(resend_delay_seconds=0),
        on_event=on_event,
    ).run(messages)


def on_text(number: signal.Signals) -> Callable[[Event], None]:
    """Send ourselves a signal when the third piece of text arrives."""
    pieces: list[str] = []

    def heard(event: Event) -> None:
        if isinstance(event, TextDelta):
            pieces.append(event.text)
            if len(pieces) == 3:
                signal.raise_signal(number)

    return heard


def bookings(meter: BudgetMeter) -> tuple[int, bool]:
    """How many calls were booked, and whether each was settled."""
    now = meter.clock.now()
    with meter.unit.reading():
        lines = meter.unit.model_calls.usage(now, now.replace(year=2100))
    return sum(line.calls for line in lines), all(line.unsettled_usd == 0 for line in lines)


def test_a_reply_the_person_stopped_is_kept_as_far_as_it_was_read(
    wire: Voice, meter: Interrupted
) -> None:
    wire.thinks(lambda _: LONG)
    messages: list[Message] = [question("how much milk?")]
    with pytest.raises(KeyboardInterrupt):
        run(wire, meter, messages, on_text(signal.SIGINT))
    assert messages[-1]["role"] == "assistant"
    assert text_of(messages[-1]) == f"There are eight units of milk on han\n\n{STOPPED}"


def test_a_stopped_reply_is_charged_as_seen(wire: Voice, meter: Interrupted) -> None:
    wire.thinks(lambda _: LONG)
    with pytest.raises(KeyboardInterrupt):
        run(wire, meter, [question("how much milk?")], on_text(signal.SIGINT))
    assert bookings(meter) == (1, True)
    assert meter.usage.input_tokens > 0
    assert meter.usage.output_tokens == 36 // 3


def test_a_terminated_reply_is_charged_as_seen(
    wire: Voice, meter: Interrupted, sigterm_exits: None
) -> None:
    wire.thinks(lambda _: LONG)
    with pytest.raises(SystemExit):
        run(wire, meter, [question("how much milk?")], on_text(signal.SIGTERM))
    assert bookings(meter) == (1, True)
    assert meter.usage.output_tokens > 0


@pytest.mark.parametrize("moment", ["reserve", "settle"])
def test_a_booking_is_never_interrupted_halfway(
    wire: Voice, meter: Interrupted, moment: str
) -> None:
    wire.thinks(lambda _: LONG)
    meter.at = moment
    with pytest.raises(KeyboardInterrupt):
        run(wire, meter, [question("how much milk?")], lambda _: None)
    assert bookings(meter) == (1, True)


def test_what_streamed_before_the_reply_broke_is_not_kept(wire: Voice, meter: Interrupted) -> None:
    broken = says("Nothing of this counts.").going_wrong(Fault.TRUNCATE, after_events=4)
    replies: Iterator[Reply] = iter([broken, LONG])
    wire.thinks(lambda _: next(replies))
    messages: list[Message] = [question("how much milk?")]
    with pytest.raises(KeyboardInterrupt):
        run(wire, meter, messages, on_text(signal.SIGINT))
    assert "Nothing of this" not in text_of(messages[-1])
    assert bookings(meter) == (2, True)


def test_a_question_stopped_while_its_tools_run_says_so(wire: Voice, meter: Interrupted) -> None:
    wire.thinks(lambda _: calls(("look", {})))
    messages: list[Message] = [question("how much milk?")]

    def pressed(event: Event) -> None:
        if isinstance(event, ToolStarted):
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run(wire, meter, messages, pressed)
    assert [one["role"] for one in messages] == ["user", "assistant", "user", "assistant"]
    assert text_of(messages[-1]) == STOPPED


def test_a_conversation_goes_on_after_a_stopped_reply(wire: Voice, meter: Interrupted) -> None:
    wire.thinks(lambda _: LONG)
    messages: list[Message] = [question("how much milk?")]
    with pytest.raises(KeyboardInterrupt):
        run(wire, meter, messages, on_text(signal.SIGINT))
    messages.append(question("go on"))
    run(wire, meter, messages, lambda _: None)
    assert text_of(messages[-1]) == text_of({"content": LONG.content})
