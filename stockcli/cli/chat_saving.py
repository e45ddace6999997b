"""A conversation written to a file, as Markdown that people read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from stockcli.agent.chat.conversations import Exchange, Step
from stockcli.agent.chat.undoing import DONE
from stockcli.cli.chat_answer import shown_arguments
from stockcli.cli.chat_confirm import says_yes
from stockcli.cli.chat_remarks import remark
from stockcli.cli.chat_talk import Talk
from stockcli.cli.chat_text import harmless
from stockcli.cli.render import clean
from stockcli.domain.errors import InvalidInputError


def save(talk: Talk, file: str) -> None:
    """Write the conversation to a file; one that is there is replaced only after a yes.

    Args:
        file: a path; empty takes a name of the shop and the conversation, in this folder.

    Raises:
        InvalidInputError: there is nothing to write, or it cannot be written there.
    """
    said = talk.session.exchanges
    if not said:
        raise InvalidInputError("there is nothing to save yet", "ask something first")
    own_name = f"chat-{talk.unit.tenant.slug}-{talk.session.conversation_id[:8]}.md"
    path = Path(file.strip("\"'") or own_name).expanduser()
    path = path / own_name if path.is_dir() else path
    if path.exists() and not says_yes(f"{path} is there already. Replace it? [y/N] "):
        remark("nothing was written; give another name: /save FILE")
        return
    title = f"{talk.unit.tenant.name}, {talk.app.clock.now():%Y-%m-%d %H:%M} UTC"
    try:
        path.write_text(as_markdown(title, said), encoding="utf-8")
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}"
        raise InvalidInputError(message, "give another name: /save FILE") from error
    remark(f"written to {path}")


def as_markdown(title: str, said: Sequence[Exchange]) -> str:
    """Return a conversation as Markdown: questions, what was looked up and done, answers."""
    parts = [f"# {clean(title)}"]
    for one in said:
        parts.append(f"## {clean(harmless(one.question)).strip()}")
        if one.steps:
            parts.append("\n".join(_lines(one.steps)))
        parts.append(harmless(one.answer).strip() or "_There was no answer._")
    return "\n\n".join(parts) + "\n"


def _lines(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        asked = f"{step.name} {clean(harmless(shown_arguments(step.arguments)))}".strip()
        told = clean(harmless(step.result))
        is_worth_telling = step.is_error or step.result.startswith(DONE)
        yield f"- `{asked.replace('`', chr(39))}`" + (f": {told}" if is_worth_telling else "")
