"""A table of facts, as snapshots keep it and as a model reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from stockcli.agent.pipe_table import pipe_table
from stockcli.domain.shop import Tenant
from stockcli.usecases.knowledge import Recall

MOST_ROWS = 50
Facts = dict[str, Any]
"""A table's headings and rows, what goes before it, and a note: JSON values, as snapshots keep."""


def facts(
    headings: Sequence[str], rows: Iterable[Sequence[str]], note: str = "", *, first: str = ""
) -> Facts:
    """Return a table's facts; the rows beyond the fiftieth are counted in the note.

    Args:
        first: what must be read before the table.
    """
    kept = [list(row) for row in rows]
    more = len(kept) - MOST_ROWS
    notes = [note, f"and {more} more that are not shown" if more > 0 else ""]
    return {
        "first": first,
        "headings": list(headings),
        "rows": kept[:MOST_ROWS],
        "note": "; ".join(part for part in notes if part),
    }


def told(recall: Recall, shop: Tenant, nothing: str) -> str:
    """Return facts as text, under the instant they hold for.

    Args:
        nothing: what to say if there is no row.
    """
    local = recall.as_of.astimezone(ZoneInfo(shop.timezone))
    source = "stored snapshot, nothing changed since" if recall.from_snapshot else "database"
    payload = recall.payload
    table = pipe_table(payload["headings"], payload["rows"]) if payload["rows"] else nothing
    # A snapshot stored by an earlier version says nothing first.
    first = payload.get("first", "")
    parts = [f"as of {local:%Y-%m-%d %H:%M} ({source})", first, table, payload["note"]]
    return "\n".join(part for part in parts if part)
