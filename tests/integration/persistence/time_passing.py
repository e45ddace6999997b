"""Time that passes for tokens: a file goes by the test's clock, a server by its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine, text

from tests.fixtures.corner_shop import SteppingClock

INSTANTS = {
    "api_token": ("created_at", "expires_at", "revoked_at", "last_used_at"),
    "model_gate": ("until",),
    "token_rate": ("full_at",),
    "sign_in_failure": ("since",),
}
NOT_THE_NEIGHBOURS = "tenant_id IS DISTINCT FROM (SELECT id FROM tenant WHERE slug = 'neighbour')"
"""Whose rows the tests hold still."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Lets time pass for one database."""

    url: str
    clock: SteppingClock

    def pass_by(self, **span: float) -> None:
        """Let a span go by, named as timedelta names it.

        A server's clock cannot be moved, so all that it wrote down is moved the other way.
        """
        if self.url.startswith("sqlite"):
            self.clock.advance(**span)
            return
        engine = create_engine(self.url)
        with engine.begin() as connection:
            for table, columns in INSTANTS.items():
                earlier = ", ".join(f"{name} = {name} - :span" for name in columns)
                is_nobodys = table in ("model_gate", "sign_in_failure")
                whose = "true" if is_nobodys else NOT_THE_NEIGHBOURS
                statement = text(f"UPDATE {table} SET {earlier} WHERE {whose}")  # noqa: S608 - ours
                connection.execute(statement, {"span": timedelta(**span)})
        engine.dispose()

    def ago(self, instant: datetime | None) -> timedelta:
        """Return how long ago an instant was, as the database counts."""
        assert instant is not None
        now = self.clock.now() if self.url.startswith("sqlite") else datetime.now(UTC)
        return now - instant
