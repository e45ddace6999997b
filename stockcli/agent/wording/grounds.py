"""What a person decides an order by: how the product stands, and what the policy would order."""

from __future__ import annotations

from decimal import Decimal

from stockcli.agent.wording.previews import label
from stockcli.domain.quantity import plain
from stockcli.usecases.restocking import RestockPreview


def restock_grounds(would: RestockPreview, language: str) -> list[str]:
    """Return the lines of a preview a restock is decided by; a surprising quantity is last."""
    return [
        _stands(would, language),
        _policy(would, language),
        *([_careful(would, language)] if would.is_far_above_policy else []),
    ]


def _stands(would: RestockPreview, language: str) -> str:
    line = would.line
    if not line.level.is_known:
        return label("uncounted", language)
    units = plain(line.level.on_hand), plain(line.level.on_order)
    parts = [label("stands", language, *units)]
    if line.days_of_cover is not None:
        parts.append(label("lasts", language, f"{line.days_of_cover:.0f}"))
    if would.days_of_cover_after is not None:
        parts.append(label("lasts_then", language, f"{would.days_of_cover_after:.0f}"))
    return "; ".join(parts)


def _policy(would: RestockPreview, language: str) -> str:
    if would.policy_quantity is None:
        return label("policy_unknown", language)
    if not would.policy_quantity:
        return label("policy_nothing", language)
    return label("policy", language, plain(would.policy_quantity))


def _careful(would: RestockPreview, language: str) -> str:
    if would.policy_quantity:
        quantity = would.quantity
        return label(
            "far_above", language, plain(quantity), _times(quantity, would.policy_quantity)
        )
    after, level = would.position_after, would.line.order_up_to_level or Decimal(1)
    return label("far_beyond", language, plain(after), _times(after, level))


def _times(units: Decimal, of: Decimal) -> str:
    return f"{units / of:.0f}"
