"""A tool is its function: name, signature and docstring make its schema and its checks."""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, get_type_hints

import docstring_parser
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from stockcli.agent.providers.base import ToolCall, ToolSpec
from stockcli.agent.wording.mistakes import sentence, unknown_tool, what_is_wrong
from stockcli.domain.errors import StockError

log = logging.getLogger(__name__)

MOST_TOOLS = 19
"""More confuse a model."""
FAILED = "the tool failed; nothing was changed"
FAILED_MIDWAY = (
    "the tool failed; whether it changed anything is not known: look before repeating it"
)
DECLINED = "the person declined; nothing was changed"
DRY_RUN = "dry run: nothing was changed"
REPEATED = "(already done; not repeated)"
NOT_ASKED_AGAIN = "(not asked again)"
CHECKED = ConfigDict(
    extra="forbid", strict=True, allow_inf_nan=False, str_strip_whitespace=True, frozen=True
)
_WORDS_ONLY = "reason"
"""The argument that says why: another reason makes no other effect."""


@dataclass(frozen=True, kw_only=True)
class ActionPreview:
    """Exactly what a tool that writes would do, computed, for a person to say yes or no to.

    Attributes:
        summary: one sentence.
        details: more about it, a line each.
        language: it is written in, "en" or "pt".
    """

    tool: str
    summary: str
    details: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class ToolResult:
    """What a model is told about a call."""

    text: str
    is_error: bool = False


Confirm = Callable[[ActionPreview], bool]
Run = Callable[..., str]
Preview = Callable[..., ActionPreview]
Done = TypeVar("Done")


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A function a model may call.

    Attributes:
        arguments: checks them, strictly.
        preview: for a tool that writes: takes the same arguments, changes nothing.
    """

    spec: ToolSpec
    arguments: type[BaseModel]
    run: Run
    preview: Preview | None = None


def tool(function: Run, preview: Preview | None = None) -> Tool:
    """Return the tool a function is.

    Args:
        function: every parameter annotated, and described in a Google-style docstring.
        preview: what the function would do, if it writes.
    """
    doc = docstring_parser.parse(inspect.getdoc(function) or "")
    name = getattr(function, "__name__", "")
    arguments = _arguments(function, name, {p.arg_name: p.description for p in doc.params})
    description = "\n".join(part for part in (doc.short_description, doc.long_description) if part)
    schema = _without_titles(arguments.model_json_schema())
    spec = ToolSpec(name=name, description=description, schema=schema)
    return Tool(spec=spec, arguments=arguments, run=function, preview=preview)


def _arguments(function: Run, name: str, described: Mapping[str, str | None]) -> type[BaseModel]:
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {
        parameter.name: (
            hints[parameter.name],
            Field(
                ... if parameter.default is parameter.empty else parameter.default,
                description=described[parameter.name],
            ),
        )
        for parameter in inspect.signature(function).parameters.values()
    }
    return create_model(name, __config__=CHECKED, **fields)


def _without_titles(schema: Any) -> Any:
    """Return a schema without pydantic's titles, which only repeat the names."""
    if isinstance(schema, list):
        return [_without_titles(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }


class Toolbox:
    """The tools of one conversation.

    Args:
        tools: at most 19.
        confirm: asked before a tool writes; by default nobody says yes.
        is_dry_run: asked before a tool writes; True shows what it would do, asks nobody, and
            changes nothing.
        show: told what a dry run would have done.
    """

    def __init__(
        self,
        tools: Iterable[Tool],
        confirm: Confirm = lambda _: False,
        *,
        is_dry_run: Callable[[], bool] = lambda: False,
        show: Callable[[ActionPreview], None] = lambda _: None,
    ) -> None:
        """Keep the tools by name."""
        self._tools = {tool.spec.name: tool for tool in tools}
        self._confirm = confirm
        self._is_dry_run = is_dry_run
        self._show = show
        self._done: dict[str, ToolResult] = {}
        if len(self._tools) > MOST_TOOLS:
            message = f"{len(self._tools)} tools are too many"
            raise ValueError(message)

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """Return the tools as a model is told of them."""
        return tuple(tool.spec for tool in self._tools.values())

    def begin_question(self) -> None:
        """Forget what the question before did: the same may be asked for again now."""
        self._done.clear()

    def is_write(self, call: ToolCall) -> bool:
        """Return whether a call would change something."""
        wanted = self._tools.get(call.name)
        return wanted is not None and wanted.preview is not None

    def run(self, call: ToolCall) -> ToolResult:
        """Check and run one call; never raises: what went wrong is told to the model."""
        wanted = self._tools.get(call.name)
        if wanted is None:
            return ToolResult(text=unknown_tool(call.name, list(self._tools)), is_error=True)
        try:
            checked = wanted.arguments.model_validate(call.arguments)
        except ValidationError as error:
            return ToolResult(text=what_is_wrong(error, wanted.arguments), is_error=True)
        given = {name: getattr(checked, name) for name in checked.model_fields_set}
        if wanted.preview is None:
            return self._guarded(lambda: _ran(wanted, given), FAILED)
        return self._once(_effect(call.name, checked), wanted, wanted.preview, given)

    def _once(
        self, effect: str, wanted: Tool, preview: Preview, given: Mapping[str, Any]
    ) -> ToolResult:
        """Run a tool that writes, unless this question did or declined the very same before."""
        if before := self._done.get(effect):
            mark = NOT_ASKED_AGAIN if before.is_error else REPEATED
            return replace(before, text=f"{before.text} {mark}")
        shown = self._guarded(lambda: preview(**given), FAILED)
        if isinstance(shown, ToolResult):
            return shown
        # Before it runs: an interruption in the middle must not let it run twice.
        self._done[effect] = ToolResult(text=FAILED_MIDWAY, is_error=True)
        result = self._settled(wanted, shown, given)
        if result.is_error and result.text not in (DECLINED, FAILED_MIDWAY):
            del self._done[effect]
        else:
            self._done[effect] = result
        return result

    def _settled(
        self, wanted: Tool, preview: ActionPreview, given: Mapping[str, Any]
    ) -> ToolResult:
        if self._is_dry_run():
            self._show(preview)
            return ToolResult(text=f"{DRY_RUN}; it would have been: {preview.summary}")
        if not self._confirm(preview):
            return ToolResult(text=DECLINED, is_error=True)
        return self._guarded(lambda: _ran(wanted, given), FAILED_MIDWAY)

    def _guarded(self, run: Callable[[], Done], failed: str) -> Done | ToolResult:
        try:
            return run()
        except StockError as error:
            return ToolResult(text=sentence(error), is_error=True)
        except Exception as error:
            # The boundary of a tool: a defect of ours must neither end the conversation nor
            # show its inside to a model.
            log.warning("a tool failed: %s", type(error).__name__, exc_info=True)
            return ToolResult(text=failed, is_error=True)


def _ran(wanted: Tool, given: Mapping[str, Any]) -> ToolResult:
    return ToolResult(text=wanted.run(**given))


def _effect(name: str, checked: BaseModel) -> str:
    """Return what a call would change, whatever reason it gives and however it is spelt."""
    arguments = checked.model_dump(mode="json", exclude={_WORDS_ONLY})
    return f"{name} {json.dumps(arguments, sort_keys=True)}".casefold()
