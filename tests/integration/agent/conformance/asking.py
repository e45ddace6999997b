"""One question over the real loop and the real tools of a real shop, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from stockcli.agent.costs.metering import Meter, NoMeter
from stockcli.agent.events import Event, TextDelta, ToolFinished, ToolStarted
from stockcli.agent.limits import Limits
from stockcli.agent.loop import AgentLoop
from stockcli.agent.providers.base import Message, Provider, Turn, asked
from stockcli.agent.tools.reading import ShopTools
from stockcli.agent.tools.toolbox import ActionPreview, Tool, Toolbox
from stockcli.forecasting.engine import Forecaster
from stockcli.usecases.ports import Clock, UnitOfWork


@dataclass(kw_only=True)
class Talk:
    """A conversation, question by question."""

    provider: Provider
    tools: Sequence[Tool]
    limits: Limits = field(default_factory=lambda: Limits(resend_delay_seconds=0))
    meter: Meter = field(default_factory=NoMeter)
    messages: list[Message] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def asks(self, question: str) -> Turn | None:
        self.events.clear()
        self.messages.append(asked(question))
        loop = AgentLoop(
            provider=self.provider,
            toolbox=Toolbox(self.tools, lambda _: True),
            system="You keep a shop.",
            meter=self.meter,
            limits=self.limits,
            on_event=self.events.append,
        )
        return loop.run(self.messages)

    @property
    def streamed(self) -> str:
        """What was shown since the last tool ran."""
        text = ""
        for event in self.events:
            text = "" if isinstance(event, ToolFinished) else text
            text += event.text if isinstance(event, TextDelta) else ""
        return text

    @property
    def started(self) -> list[tuple[str, dict[str, object]]]:
        return [(e.name, dict(e.arguments)) for e in self.events if isinstance(e, ToolStarted)]

    @property
    def results(self) -> list[ToolFinished]:
        return [event for event in self.events if isinstance(event, ToolFinished)]


def talk(unit: UnitOfWork, clock: Clock, provider: Provider, **options: object) -> Talk:
    """A conversation about the shop, with the tools that read."""
    tools = ShopTools(unit, clock, Forecaster).tools()
    return Talk(provider=provider, tools=tools, **options)  # type: ignore[arg-type]


class Warehouse:
    """Where orders take effect, of a tool that asks first."""

    def __init__(self) -> None:
        self.ordered: list[int] = []

    def order(self, sku: str, quantity: int) -> str:
        """Order a product.

        Args:
            sku: which.
            quantity: how many units.
        """
        self.ordered.append(quantity)
        return f"ordered {quantity} of {sku}"

    def preview(self, sku: str, quantity: int) -> ActionPreview:
        return ActionPreview(tool="order", summary=f"Order {quantity} of {sku}")
