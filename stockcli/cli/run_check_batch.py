"""`stock run-check --batch`: one batch for all shops, submitted now and collected later."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stockcli.cli.run_check_each import each_shop, fresh_run_id
from stockcli.cli.run_check_running import finished

if TYPE_CHECKING:
    from stockcli.bootstrap import App
    from stockcli.usecases.ports import UnitOfWork
    from stockcli.usecases.run_check import CheckReport, OnStep
    from stockcli.usecases.run_check_all import RunReport


def run_batch(app: App, units: list[UnitOfWork], step: str) -> RunReport:
    """Submit or collect the reviews of these shops."""
    return _submit(app, units) if step == "submit" else _collect(app, units)


def _submit(app: App, units: list[UnitOfWork]) -> RunReport:
    """Check the shops, and send one batch for those where something is to be asked."""
    from stockcli.usecases.deciding import RuleReviewer
    from stockcli.usecases.log_context import about
    from stockcli.usecases.review_batches import Submission
    from stockcli.usecases.run_check import Crew, check_shop

    started_at = app.clock.now()
    run_id, forecaster, reviewer = (
        fresh_run_id(started_at),
        app.forecaster(),
        app.models.batch_reviewer(),
    )
    submission = Submission(reviewer, forecaster, app.clock, run_id) if reviewer else None

    def check(unit: UnitOfWork, on_step: OnStep) -> CheckReport:
        reason = _why_by_rule(app, unit)
        if submission is not None and not reason:
            report = submission.prepare(unit, on_step)
            return report if report.status == "prepared" else finished(app, unit, report)
        by_rule = RuleReviewer(remark=f"decided by rule: {reason}")
        crew = Crew(forecaster=forecaster, reviewer=by_rule, clock=app.clock)
        return finished(app, unit, check_shop(unit, crew, run_id, on_step=on_step))

    report = each_shop(app, units, run_id, started_at, check)
    if submission is None:
        return report
    with about(run=str(run_id)):
        return _with_sent(app, units, report, submission.send())


def _with_sent(
    app: App, units: list[UnitOfWork], report: RunReport, sent: dict[str, CheckReport]
) -> RunReport:
    """Return the report with what became of the shops that were ready to be sent."""
    from stockcli.usecases.run_check_all import check_shops

    by_slug = {unit.tenant.slug: unit for unit in units}
    told = check_shops(
        [by_slug[slug].tenant for slug in sent],
        lambda shop: _finished(app, by_slug[shop.slug], sent[shop.slug]),
        run_id=report.run_id,
        started_at=report.started_at,
        now=app.clock.now,
    )
    by_shop = {one.tenant: one for one in told.shops}
    return replace(report, shops=tuple(by_shop.get(one.tenant, one) for one in report.shops))


def _finished(app: App, unit: UnitOfWork, sent: CheckReport) -> CheckReport:
    """Send what the shop's clear cases were decided to; so it is even where another run took over.

    That a shop is busy is said by then, and its own check was made.
    """
    return replace(finished(app, unit, replace(sent, status="ok")), status=sent.status)


def _why_by_rule(app: App, unit: UnitOfWork) -> str:
    """Return why a shop's check is finished at once, without a model; empty if it need not be."""
    policy = unit.tenant.policy
    if not policy.agent_enabled:
        return "the agent is switched off for this shop"
    if policy.dry_run:
        return "a dry run sends no batch"
    return app.models.why_no_batch()


def _collect(app: App, units: list[UnitOfWork]) -> RunReport:
    """Carry out what came back, shop by shop."""
    from stockcli.usecases.collecting_reviews import Collection

    started_at = app.clock.now()
    run_id = fresh_run_id(started_at)
    collection = Collection(
        app.models.batch_collector(),
        app.clock,
        run_id,
        why_not=app.models.why_no_collecting(),
    )

    def collect(unit: UnitOfWork, _on_step: OnStep) -> CheckReport:
        report = collection.collect(unit)
        return finished(app, unit, report) if report.status in ("ok", "busy") else report

    return each_shop(app, units, run_id, started_at, collect)
