"""What is to be doubted in a model's answer: figures and deeds that no tool told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stockcli.agent.chat.answer import EARLIER, NOTHING_DONE, UNSUPPORTED, ActionTaken
from stockcli.agent.chat.claims import claims_an_effect
from stockcli.agent.chat.dates import NamedDay
from stockcli.agent.chat.figures import unsupported_figures
from stockcli.agent.chat.undoing import DONE
from stockcli.agent.quoting import visible


@dataclass(frozen=True, kw_only=True)
class Doubts:
    """What a reader is warned of.

    Attributes:
        figures: as written, that nothing told in this conversation.
        earlier: as written, that were told before this question, and not again.
        claims_too_much: it says that something was done, and nothing was.
    """

    figures: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    claims_too_much: bool = False

    def figures_warning(self, language: str) -> str:
        """Return what is said of the figures; empty if all were told."""
        return f"{UNSUPPORTED[language]}: {', '.join(self.figures)}" if self.figures else ""

    def earlier_remark(self, language: str) -> str:
        """Return what is said of figures that were not looked up again; empty without one."""
        return f"{EARLIER[language]}: {', '.join(self.earlier)}" if self.earlier else ""

    def claim_warning(self, language: str) -> str:
        """Return what is said of a deed that was none; empty if there is none."""
        return NOTHING_DONE[language] if self.claims_too_much else ""


def doubts_about(
    text: str,
    told: Sequence[str],
    told_before: Sequence[str],
    actions: Sequence[ActionTaken],
    today: NamedDay,
) -> Doubts:
    """Return what in an answer was told by nobody.

    Args:
        text: the answer, with all that was said on the way to it.
        told: the question and what the tools said to it.
        told_before: the questions before, and what the tools said to them.
        actions: that were confirmed or declined for it.
        today: the shop's.
    """
    is_done = any(action.outcome.startswith(DONE) for action in actions)
    text = visible(text)
    not_now = unsupported_figures(text, told, today=today)
    never = unsupported_figures(text, [*told, *told_before], today=today) if not_now else ()
    return Doubts(
        figures=never,
        earlier=tuple(one for one in not_now if one not in never),
        claims_too_much=not is_done and claims_an_effect(text),
    )
