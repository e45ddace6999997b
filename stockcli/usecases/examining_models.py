"""What a shop's use of the language model needs somebody to look at."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from stockcli.domain.batches import BatchStatus, is_given_up
from stockcli.domain.budget import month_start, next_month_start
from stockcli.usecases.examining import Finding
from stockcli.usecases.ports import UnitOfWork

NEARLY_ALL = Decimal("0.95")
"""Of a month's budget: what is left then hardly pays for one more call."""
RUNS_LOOKED_AT = 10


def examine_model_use(unit: UnitOfWork, now: datetime) -> list[Finding]:
    """Return what keeps the language model from deciding in a shop, and what it left open."""
    with unit.reading():
        return [
            *_switches(unit),
            *(_last_answers(unit) if unit.tenant.policy.agent_enabled else []),
            *_budget(unit, now),
            *_batches(unit, now),
            *_unsettled(unit, now),
        ]


def _switches(unit: UnitOfWork) -> list[Finding]:
    policy, findings = unit.tenant.policy, []
    if not policy.agent_enabled:
        text = "the agent is switched off: plain rules decide and answer"
        findings.append(_note(text, hint="`stock tenant set --agent` lets a model do it"))
    if policy.dry_run:
        text = "dry run: checks change nothing"
        findings.append(_note(text, hint="`stock tenant set --dry-run off` lets them order"))
    return findings


def _last_answers(unit: UnitOfWork) -> list[Finding]:
    """Return why the model could not be asked when something was last decided."""
    for run in unit.runs.latest(RUNS_LOOKED_AT):
        if run.status == "ok" and run.error:
            said = f"the rules decided where the model could not be asked: {run.error}"
            text = f"in the check of {run.started_at:%Y-%m-%d %H:%M} {said}"
            hint = "mend that; the next check asks again"
            return [_note(text, together=f"in the latest check {said}", hint=hint)]
        if unit.decisions.of_run(run.run_id):
            break
    return []


def _budget(unit: UnitOfWork, now: datetime) -> list[Finding]:
    policy = unit.tenant.policy
    spent, budget = unit.model_calls.spent_usd(month_start(now)), policy.model_budget_usd
    if not policy.agent_enabled or spent < budget * NEARLY_ALL:
        return []
    said = "this month's language-model budget is spent"
    hint = "raise it with `stock tenant set --model-budget USD`"
    return [_note(f"{said}: {spent:.4f} of {budget} USD", together=said, hint=hint)]


def _batches(unit: UnitOfWork, now: datetime) -> list[Finding]:
    rows = unit.review_batches.waiting()
    open_rows = [row for row in rows if row.status is not BatchStatus.SUPERSEDED]
    if not open_rows:
        return []
    since = open_rows[0].submitted_at
    text = f"a review has waited in a batch since {since:%Y-%m-%d %H:%M}"
    if not is_given_up(since, now):
        hint = "`stock run-check --batch collect` carries it out once it has ended"
        return [_note(text, together="a review waits in a batch", hint=hint)]
    said = "no batch takes that long, so it is given up"
    hint = "`stock run-check --batch collect` lets the rules decide"
    together = f"a review waits in a batch: {said}"
    return [Finding(level="problem", text=f"{text}: {said}", hint=hint, together=together)]


def _unsettled(unit: UnitOfWork, now: datetime) -> list[Finding]:
    lines = unit.model_calls.usage(month_start(now), next_month_start(now))
    open_usd = sum((line.unsettled_usd for line in lines), Decimal(0))
    if not open_usd:
        return []
    said = "of model calls whose end was not seen, booked at the most they can cost"
    hint = "`stock usage` shows them"
    return [_note(f"{open_usd:.4f} USD {said}", together=f"some USD {said}", hint=hint)]


def _note(text: str, *, hint: str, together: str = "") -> Finding:
    return Finding(level="note", text=text, hint=hint, together=together)
