"""The gate that all processes' calls of the language model pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What came of the wish to make a call.

    Attributes:
        place: that is held until it is left; 0 where none is needed.
        holder: known to nobody else: who knows it may hold on to the place, or leave it.
        wait_seconds: how long to wait before asking again; 0 if the call may be made.
        is_resting: the service asked for a rest; otherwise too many calls are under way.
    """

    place: int = 0
    holder: str = ""
    wait_seconds: float = 0.0
    is_resting: bool = False


class ModelGate(Protocol):
    """Lets so many calls through at once, over all processes and machines of one database."""

    def enter(self, service: str) -> Entry:
        """Ask for a place, once, without waiting for one.

        Args:
            service: "claude" or "openai".

        Raises:
            DatabaseError: the database cannot be used.
        """

    def hold(self, entry: Entry) -> None:
        """Say that whoever holds a place lives."""

    def leave(self, entry: Entry) -> None:
        """Give a place back."""

    def rest(self, service: str, seconds: float) -> None:
        """Have everybody wait before a service is asked again; the longest wish holds.

        What a shop's own database user says binds that shop alone.
        """
