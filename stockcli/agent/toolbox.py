"""A tool is its function: name, signature and docstring make its schema and its checks."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, get_type_hints

import docstring_parser
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from stockcli.agent.providers.base import ToolCall, ToolSpec
from stockcli.agent.quoting import quoted, shortened
from stockcli.domain.errors import NotFoundError, StockError

log = logging.getLogger(__name__)

MOST_TOOLS = 19
"""More confuse a model."""
LONGEST_ERROR = 600
FAILED = "the tool failed; nothing was changed"
DECLINED = "the person declined; nothing was changed"
_CHECKED = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


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
    return create_model(name, __config__=_CHECKED, **fields)


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
    """

    def __init__(self, tools: Iterable[Tool], confirm: Confirm = lambda _: False) -> None:
        """Keep the tools by name."""
        self._tools = {tool.spec.name: tool for tool in tools}
        self._confirm = confirm
        if len(self._tools) > MOST_TOOLS:
            message = f"{len(self._tools)} tools are too many"
            raise ValueError(message)

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """Return the tools as a model is told of them."""
        return tuple(tool.spec for tool in self._tools.values())

    def is_write(self, call: ToolCall) -> bool:
        """Return whether a call would change something."""
        wanted = self._tools.get(call.name)
        return wanted is not None and wanted.preview is not None

    def run(self, call: ToolCall) -> ToolResult:
        """Check and run one call; never raises: what went wrong is told to the model."""
        wanted = self._tools.get(call.name)
        if wanted is None:
            names = ", ".join(self._tools)
            return ToolResult(
                text=f"there is no tool {quoted(call.name)}; use {names}", is_error=True
            )
        try:
            checked = wanted.arguments.model_validate(call.arguments)
            given = {name: getattr(checked, name) for name in checked.model_fields_set}
            return self._run(wanted, given)
        except ValidationError as error:
            return ToolResult(text=_what_is_wrong(error), is_error=True)
        except StockError as error:
            return ToolResult(text=_sentence(error), is_error=True)
        except Exception as error:
            # The boundary of a tool: a defect of ours must neither end the conversation nor
            # show its inside to a model.
            log.warning("tool %s failed: %s", call.name, type(error).__name__, exc_info=True)
            return ToolResult(text=FAILED, is_error=True)

    def _run(self, wanted: Tool, arguments: Mapping[str, Any]) -> ToolResult:
        if wanted.preview and not self._confirm(wanted.preview(**arguments)):
            return ToolResult(text=DECLINED, is_error=True)
        return ToolResult(text=partial(wanted.run, **arguments)())


def _sentence(error: StockError) -> str:
    """Return an error as text; names from the catalogue in it are quoted like all others."""
    hint = error.hint
    if isinstance(error, NotFoundError) and error.nearest:
        hint = f"nearest: {', '.join(quoted(name) for name in error.nearest)}"
    return shortened(f"{error.message}; {hint}" if hint else error.message, LONGEST_ERROR)


def _what_is_wrong(error: ValidationError) -> str:
    """Return a validation error as a model can act on it, without the input repeated."""
    wrong = [
        f"{'.'.join(str(part) for part in one['loc']) or 'input'}: {one['msg']}"
        for one in error.errors(include_url=False, include_input=False)[:4]
    ]
    return shortened(f"the arguments do not fit: {'; '.join(wrong)}", LONGEST_ERROR)
