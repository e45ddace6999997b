"""What happens while an answer is made, for whoever draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stockcli.agent.tools.toolbox import ActionPreview, ToolResult


@dataclass(frozen=True, kw_only=True)
class TextDelta:
    """The next piece of the answer, Markdown."""

    text: str


@dataclass(frozen=True, kw_only=True)
class ToolStarted:
    """A tool is about to run."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ToolFinished:
    """A tool has run."""

    name: str
    result: ToolResult


@dataclass(frozen=True, kw_only=True)
class ReplyBroke:
    """What streamed since the last tool does not count: the question is asked again."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """A tool would have written, had the shop not asked for a dry run; nobody was asked."""

    preview: ActionPreview


@dataclass(frozen=True, kw_only=True)
class Settled:
    """Somebody was asked whether something be done: what came of it, whatever the model says.

    Attributes:
        text: one sentence in the language of the question.
        is_done: whether something changed.
    """

    text: str
    is_done: bool


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A remark beside the answer.

    Attributes:
        is_warning: False for one that only explains.
    """

    text: str
    is_warning: bool = True


Event = TextDelta | ToolStarted | ToolFinished | ReplyBroke | DryRun | Settled | Notice
