"""What came of something that was to be done, said by the program and not by a model."""

from __future__ import annotations

from stockcli.agent.chat.answer import ActionTaken
from stockcli.agent.chat.undoing import DONE
from stockcli.agent.events import Settled
from stockcli.agent.rules.answers import answer
from stockcli.agent.rules.intents import Intent
from stockcli.agent.tools.toolbox import DRY_RUN, FAILED_MIDWAY

BROKE_OFF = {
    "en": "It broke off in the middle: look whether it took effect before you repeat it.",
    "pt": "Parou a meio: veja se teve efeito antes de repetir.",
}


def settled(action: ActionTaken) -> Settled | None:
    """Return what came of an action, as a person is told it; None of a dry run, which was shown."""
    if action.outcome.startswith(DRY_RUN):
        return None
    is_done = action.outcome.startswith(DONE)
    language = action.preview.language
    if action.outcome == FAILED_MIDWAY:
        return Settled(text=BROKE_OFF[language], is_done=False)
    intent = Intent(tool=action.preview.tool, language=language)
    said = answer(intent, action.outcome, is_error=not is_done)
    return Settled(text=" ".join(said.replace("**", "").split()), is_done=is_done)
