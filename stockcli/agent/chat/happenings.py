"""What happens while a question is answered: noted for the answer, and passed on."""

from __future__ import annotations

from dataclasses import replace

from stockcli.agent.chat.answer import ActionTaken
from stockcli.agent.chat.deeds import settled
from stockcli.agent.events import DryRun, Event, ToolFinished
from stockcli.agent.loop import OnEvent
from stockcli.agent.tools.toolbox import ActionPreview, Confirm


class Happenings:
    """The events of the question at hand.

    Args:
        confirm: asked before anything is done.
        tells: whether to say what came of it; rules say so themselves.

    Attributes:
        tools: that ran, in order.
        actions: that were confirmed, declined or only shown.
    """

    def __init__(self, confirm: Confirm, *, tells: bool) -> None:
        """Note nothing yet."""
        self._confirm = confirm
        self._tells = tells
        self._pass_on: OnEvent = lambda _: None
        self.tools: list[str] = []
        self.actions: list[ActionTaken] = []

    def begin(self, pass_on: OnEvent) -> None:
        """Forget the question before.

        Args:
            pass_on: is told what happens.
        """
        self._pass_on = pass_on
        self.tools.clear()
        self.actions.clear()

    def ask_first(self, preview: ActionPreview) -> bool:
        """Return whether the person says yes."""
        confirmed = self._confirm(preview)
        self.actions.append(ActionTaken(preview=preview, confirmed=confirmed))
        return confirmed

    def show_only(self, preview: ActionPreview) -> None:
        """Show what a dry run would have done."""
        self.actions.append(ActionTaken(preview=preview, confirmed=False))
        self._pass_on(DryRun(preview=preview))

    def hear(self, event: Event) -> None:
        """Note an event, and pass it on."""
        if isinstance(event, ToolFinished):
            self.tools.append(event.name)
            self._settle(event)
        self._pass_on(event)

    def _settle(self, event: ToolFinished) -> None:
        """Note what came of the last action, if its tool has finished, and tell it."""
        last = self.actions[-1] if self.actions else None
        if last is None or last.outcome or last.preview.tool != event.name:
            return
        self.actions[-1] = replace(last, outcome=event.result.text)
        told = settled(self.actions[-1]) if self._tells else None
        if told is not None:
            self._pass_on(told)
