"""The reference of the commands, written by the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer

from stockcli.cli.main import COMMAND, make_typer

_EXAMPLE = re.compile(r"^Examples?:(.*\n?(?:^[ ]+.+\n?)*)", re.MULTILINE)
Found = tuple[str, Any, Any]
"""A command's path as it is typed, its Click command, and a Click context for it."""


def commands() -> Iterator[Found]:
    """Return every command that does something, in the order of the help pages."""
    root: Any = typer.main.get_command(make_typer())
    yield from _below(root, root.make_context(COMMAND, [], resilient_parsing=True))


def _below(command: Any, context: Any) -> Iterator[Found]:
    if not hasattr(command, "commands"):
        yield context.command_path, command, context
        return
    for name, child in command.commands.items():
        below = child.make_context(name, [], parent=context, resilient_parsing=True)
        yield from _below(child, below)


def examples(help_text: str) -> list[str]:
    """Return the example lines of a command's help: beside the word Example, or indented below."""
    found = (line for block in _EXAMPLE.findall(help_text) for line in block.splitlines())
    return [line.strip() for line in found if line.strip()]


def command_reference() -> str:
    """Return Markdown: every command with what it does, its usage, options and examples."""
    return "\n".join(_section(*found) for found in commands())


def _section(path: str, command: Any, context: Any) -> str:
    about = (command.help or "").replace("\b\n", "").strip()
    prose = _EXAMPLE.sub("", about).strip()
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [f"### `{path}`", "", prose, "", "```console"]
    lines += [f"$ {example}" for example in examples(about)]
    lines += ["```", "", f"Usage: `{path} {usage}`", ""]
    return "\n".join([*lines, *_parameters(command, context), ""])


def _parameters(command: Any, context: Any) -> list[str]:
    """Return a list item per argument and option, --help aside."""
    records = [
        parameter.get_help_record(context)
        for parameter in command.params
        if parameter.name != "help"
    ]
    return [f"- `{name.strip()}`: {text.strip()}" for name, text in filter(None, records)]
