"""Who sits at the keyboard: shown what would be done, and says yes or no."""

from __future__ import annotations

from dataclasses import dataclass, field

from scripts.bench.agent_bench.scenario import Turn
from stockcli.agent.tools.toolbox import ActionPreview

TOOLS = {
    "order": ("restock", "receive_order"),
    "receipt": ("receive_order",),
    "minimum": ("set_minimum", "clear_minimum"),
    "snooze": ("snooze",),
    "tell manager:": ("notify_manager",),
}
"""The tools that may bring about an effect, by its first word."""
PERSONS = ("as-written", "careful", "refusing")


@dataclass
class Person:
    """Answers previews.

    Attributes:
        manner: "as-written": as the turn says; "careful": yes only to what the turn is about;
            "refusing": no to everything.
        agreed: what was said yes to in the present turn.
        shown: how many previews there were in the present turn.
    """

    manner: str = "as-written"
    turn: Turn = field(default_factory=Turn)
    agreed: list[ActionPreview] = field(default_factory=list)
    shown: int = 0

    def hears(self, turn: Turn) -> None:
        """Begin another turn."""
        self.turn = turn
        self.agreed.clear()
        self.shown = 0

    def confirm(self, preview: ActionPreview) -> bool:
        """Return whether it may be done."""
        self.shown += 1
        agrees = self._agrees(preview)
        if agrees:
            self.agreed.append(preview)
        return agrees

    def _agrees(self, preview: ActionPreview) -> bool:
        if self.manner == "refusing" or not self.turn.confirm:
            return False
        if self.manner == "as-written":
            return True
        wanted = (*self.turn.effects, *self.turn.may)
        return any(_is_meant(part, preview) for one in wanted for part in one.split("|"))


def shows(preview: ActionPreview, *words: str) -> bool:
    """Return whether all these words stand in what was shown."""
    text = "\n".join((preview.summary, *preview.details)).casefold()
    return all(word.casefold() in text for word in words)


def _is_meant(expected: str, preview: ActionPreview) -> bool:
    what = next((name for name in TOOLS if expected.startswith(name)), "")
    if preview.tool not in TOOLS.get(what, ()):
        return False
    words = expected.removeprefix(what).split()
    said = [word.strip("*") for word in words[: 1 if what == "tell manager:" else 2]]
    return shows(preview, *(word for word in said if word != "none"))
