"""JSON on stdout, for programs that read."""

from __future__ import annotations

import json
import re
from typing import Any

import typer


def print_json(value: Any) -> None:
    """Print a fact, or a collection of facts, as JSON; quantities and amounts as numbers."""
    from stockcli.usecases.records import to_json

    written = json.dumps(to_json(value), ensure_ascii=False, indent=2)
    # JSON itself escapes the other control characters; some terminals obey these as well.
    typer.echo(re.sub("[\x7f-\x9f]", lambda one: f"\\u{ord(one[0]):04x}", written))
