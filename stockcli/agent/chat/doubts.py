"""What is to be doubted in a model's answer: figures and deeds that no tool told of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stockcli.agent.chat.answer import NOTHING_DONE, UNSUPPORTED, ActionTaken
from stockcli.agent.chat.claims import claims_an_effect
from stockcli.agent.chat.figures import unsupported_figures
from stockcli.agent.chat.undoing import DONE


@dataclass(frozen=True, kw_only=True)
class Doubts:
    """What a reader is warned of.

    Attributes:
        figures: as written, that neither the question nor a tool gave.
        claims_too_much: it says that something was done, and nothing was.
    """

    figures: tuple[str, ...] = ()
    claims_too_much: bool = False

    def figures_warning(self, language: str) -> str:
        """Return what is said of the figures; empty if all were told."""
        return f"{UNSUPPORTED[language]}: {', '.join(self.figures)}" if self.figures else ""

    def claim_warning(self, language: str) -> str:
        """Return what is said of a deed that was none; empty if there is none."""
        return NOTHING_DONE[language] if self.claims_too_much else ""


def doubts_about(text: str, told: Iterable[str], actions: Sequence[ActionTaken]) -> Doubts:
    """Return what in an answer was told by nobody.

    Args:
        text: the answer.
        told: the question and what the tools said to it.
        actions: that were confirmed or declined for it.
    """
    is_done = any(action.outcome.startswith(DONE) for action in actions)
    return Doubts(
        figures=unsupported_figures(text, told),
        claims_too_much=not is_done and claims_an_effect(text),
    )
