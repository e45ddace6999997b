"""JSON on stdout, for programs that read."""

from __future__ import annotations

import json
from typing import Any

import typer


def print_json(value: Any) -> None:
    """Print a fact, or a collection of facts, as JSON; quantities and amounts as numbers."""
    from stockcli.usecases.records import to_json

    typer.echo(json.dumps(to_json(value), ensure_ascii=False, indent=2))
