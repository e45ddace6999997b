"""The operator's view: tenants and tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from stockcli.domain.shop import Identity, Role, ShopPolicy, Tenant
from stockcli.usecases.ports.audit import AuditLog


@dataclass(frozen=True, kw_only=True)
class TokenFacts:
    """What is known of a token; the secret itself is not.

    Attributes:
        writes_per_minute: how many changes it may make; None as many as others.
        model_calls_per_hour: how often it may ask the language model; likewise.
    """

    id: int
    prefix: str
    role: Role
    label: str
    tenant_slug: str | None
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    writes_per_minute: int | None = None
    model_calls_per_hour: int | None = None


@dataclass(frozen=True, kw_only=True)
class RotatedToken:
    """A token in the place of another.

    Attributes:
        secret: of the new one; it is not kept.
    """

    secret: str = field(repr=False)
    old: TokenFacts
    new: TokenFacts


class Directory(Protocol):
    """Tenants and tokens: what exists before a tenant is known. Every call commits."""

    @property
    def audit_log(self) -> AuditLog:
        """Return the house's own chain of the audit log, to read."""

    def add_tenant(self, tenant: Tenant) -> Tenant:
        """Add a shop (its id is ignored) with a first location.

        Raises:
            ConflictError: the name is taken.
        """

    def tenants(self) -> list[Tenant]:
        """Return every shop, by name."""

    def tenant(self, slug: str) -> Tenant:
        """Return one shop.

        Raises:
            NotFoundError: there is none.
        """

    def set_policy(self, slug: str, policy: ShopPolicy) -> Tenant:
        """Replace a shop's policy."""

    def create_token(
        self,
        *,
        role: Role,
        tenant_slug: str | None,
        label: str,
        expires_at: datetime | None,
        writes_per_minute: int | None = None,
        model_calls_per_hour: int | None = None,
    ) -> str:
        """Return a new token's secret, which is not kept."""

    def tokens(self, tenant_slug: str | None = None) -> list[TokenFacts]:
        """Return tokens, newest first."""

    def revoke_token(self, prefix: str) -> TokenFacts:
        """Revoke the one token whose prefix or id this is, at once.

        Raises:
            NotFoundError: none, or more than one.
        """

    def rotate_token(self, prefix: str, *, overlap: timedelta) -> RotatedToken:
        """Put a new token in the place of the one whose prefix or id this is.

        Args:
            overlap: how long the old one still works; nothing ends it at once.

        Raises:
            NotFoundError: none, or more than one.
            ConflictError: it was revoked, or it expired.
        """

    def authenticate(self, secret: str) -> Identity:
        """Return whom a token stands for.

        Raises:
            BadTokenError: unknown, malformed, expired or revoked.
            RateLimitedError: too many bad tokens were offered from here.
        """
