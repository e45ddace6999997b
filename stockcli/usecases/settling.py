"""What is really done about a low product: a proposal within the bounds of shop and category."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from stockcli.domain.decisions import (
    BY_RULE,
    Action,
    Candidate,
    Decision,
    Proposal,
    bounded_quantity,
    decide_by_rule,
    why_not_buy,
)
from stockcli.domain.quantity import ZERO, plain
from stockcli.domain.sourcing import Autonomy
from stockcli.usecases.records import to_json


def settled_now(
    seen: Candidate, fresh: Candidate, proposal: Proposal | None, day: date
) -> Decision:
    """Return what is done on today's figures; a model's inputs stay what it was shown."""
    if proposal is None or proposal.decided_by == BY_RULE:
        return settle(fresh, decide_by_rule(fresh), day)
    decision = settle(fresh, proposal, day)
    # The version it was decided on: an answer to older figures is asked for again.
    return replace(decision, inputs=to_json(seen), stock_version=seen.stock_version)


def settle(candidate: Candidate, proposal: Proposal, day: date) -> Decision:
    """Return what is really done: the proposal within the policy's bounds."""
    proposal = _possible(candidate, proposal)
    action, quantity, reason = _measured(candidate, proposal)
    if candidate.autonomy is Autonomy.NOTIFY and action in (Action.RESTOCK, Action.TRANSFER):
        reason = f"{reason} (nothing is ordered by itself in {_category(candidate)})"
        action, quantity = Action.NOTIFY, ZERO
    return Decision(
        key=candidate.key,
        sku=candidate.sku,
        location=candidate.location,
        action=action,
        quantity=quantity,
        reason=reason,
        decided_by=proposal.decided_by,
        on_hand=candidate.on_hand,
        on_order=candidate.on_order,
        reorder_point=candidate.reorder_point,
        business_day=day,
        stock_version=candidate.stock_version,
        inputs=to_json(candidate),
    )


def bought_beside(candidate: Candidate, decision: Decision) -> Decimal:
    """Return what is bought on top of a decision's transfers, or by itself, units."""
    if decision.action is Action.RESTOCK:
        return decision.quantity
    is_bought = decision.action is Action.TRANSFER and not why_not_buy(candidate)
    return candidate.quantity_to_buy if is_bought else ZERO


def why_proposed(candidate: Candidate) -> str:
    """Return why an order of it waits for approval whatever it costs; empty if it need not."""
    if candidate.autonomy is not Autonomy.PROPOSE:
        return ""
    return f"orders in {_category(candidate)} are only proposed"


def _possible(candidate: Candidate, proposal: Proposal) -> Proposal:
    """Return the proposal, or what the rules do where what it asks for cannot be done."""
    is_impossible = {
        Action.RESTOCK: not candidate.supplier or candidate.suggested_quantity <= 0,
        Action.TRANSFER: not candidate.transfers,
    }
    if not is_impossible.get(proposal.action, False):
        return proposal
    by_rule = decide_by_rule(candidate)
    reason = f"{by_rule.reason} (asked to {proposal.action}: {proposal.reason})"
    return replace(proposal, action=by_rule.action, reason=reason, quantity=None)


def _measured(candidate: Candidate, proposal: Proposal) -> tuple[Action, Decimal, str]:
    """Return the action with its quantity, and the reason with what is to be said of it."""
    if proposal.action is Action.TRANSFER:
        reason = f"{proposal.reason}: {_moves(candidate)}"
        reason = _with_source(reason, candidate) if candidate.quantity_to_buy > 0 else reason
        return Action.TRANSFER, candidate.transferable, reason
    if proposal.action is Action.RESTOCK:
        quantity, remark = bounded_quantity(candidate, proposal.quantity)
        reason = f"{proposal.reason} ({remark})" if remark else proposal.reason
        return Action.RESTOCK, quantity, _with_source(reason, candidate)
    return proposal.action, ZERO, proposal.reason


def _with_source(reason: str, candidate: Candidate) -> str:
    return "; ".join(part for part in (reason, candidate.source_reason) if part)


def _moves(candidate: Candidate) -> str:
    moved = ", ".join(f"{plain(one.quantity)} from {one.origin}" for one in candidate.transfers)
    left, doubt = candidate.quantity_to_buy, why_not_buy(candidate)
    if left <= 0:
        return f"{moved}, nothing to buy"
    return (
        f"{moved}, {plain(left)} more are missing, and {doubt}"
        if doubt
        else (f"{moved}, {plain(left)} to buy")
    )


def _category(candidate: Candidate) -> str:
    return f"category {candidate.category}"
