"""What is shown of a token; its secret never is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockcli.domain.allowance import DEFAULT_LIMITS, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from stockcli.domain.shop import Role
    from stockcli.usecases.ports import TokenFacts

OPERATOR = "operator"


def token_row(token: TokenFacts, now: datetime) -> tuple[Any, ...]:
    """Return a token as a line of the table."""
    return (
        token.id,
        token.prefix,
        token.role,
        token.tenant_slug,
        token.label,
        token.created_at,
        token.expires_at,
        token.last_used_at,
        state_of(token, now),
    )


def token_facts(token: TokenFacts, now: datetime) -> dict[str, Any]:
    """Return a token as JSON values."""
    return {
        "id": token.id,
        "prefix": token.prefix,
        "role": token.role,
        "tenant": token.tenant_slug,
        "label": token.label,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
        "last_used_at": token.last_used_at,
        **limits_in_force(
            token.role,
            writes_per_minute=token.writes_per_minute,
            model_calls_per_hour=token.model_calls_per_hour,
        ),
        "state": state_of(token, now),
    }


def limits_in_force(
    role: Role, *, writes_per_minute: int | None, model_calls_per_hour: int | None
) -> dict[str, int | None]:
    """Return how much a token may do; None is as much as it likes."""
    if role == OPERATOR:
        return dict.fromkeys(("writes_per_minute", "model_calls_per_hour"))
    return {
        "writes_per_minute": writes_per_minute or DEFAULT_LIMITS[Kind.WRITE],
        "model_calls_per_hour": model_calls_per_hour or DEFAULT_LIMITS[Kind.MODEL_CALL],
    }


def state_of(token: TokenFacts, now: datetime) -> str:
    """Return whether a token works."""
    if token.revoked_at:
        return "revoked"
    return "expired" if token.expires_at and token.expires_at <= now else "valid"


def with_article(role: str) -> str:
    """Return a role as English says it.

    >>> with_article("analyst"), with_article("manager")
    ('an analyst', 'a manager')
    """
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"
