"""The audit log: who wrote what, each entry chained to the one before it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who writes, and by which way; it stands beside every write in the audit log.

    Attributes:
        who: role and label, such as "manager:maria".
        via: the command that was given, such as "stock chat".
        token_id: of the token that was shown; None for somebody at the machine itself.
    """

    who: str = "operator:local"
    via: str = "stock"
    token_id: int | None = None
