"""What `stock doctor` says of the shops: each on its own, or many in one line a kind."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from stockcli.cli.common import some_of, unreadable_shops

if TYPE_CHECKING:
    from datetime import datetime

    from stockcli.bootstrap import App
    from stockcli.usecases.examining import Finding
    from stockcli.usecases.ports import UnitOfWork

    Found = tuple[str, Finding]

HOURS_BETWEEN_CHECKS = 36
"""A nightly check that is this late did not run."""
RUNS_LOOKED_AT = 10


def _finding(level: str, text: str, hint: str = "", together: str = "") -> Finding:
    from stockcli.usecases.examining import Finding

    return Finding(level=level, text=text, hint=hint, together=together)


def in_short(found: Sequence[Found]) -> list[Found]:
    """Return findings about shops, one for all that share it, the problems first."""
    groups: dict[tuple[str, str], list[Found]] = {}
    for about, one in found:
        groups.setdefault((one.level, one.together or one.text), []).append((about, one))
    told = [_of_all(shared) for shared in groups.values()]
    return sorted(told, key=lambda one: ("problem", "note", "ok").index(one[1].level))


def _of_all(shared: Sequence[Found]) -> Found:
    about, first = shared[0]
    if len(shared) == 1:
        return about, first
    hints = {one.hint for _, one in shared}
    hint = first.hint if len(hints) == 1 else ""
    names = list(dict.fromkeys(name for name, _ in shared))
    return some_of(names), _finding(first.level, first.together or first.text, hint)


def shop_findings(app: App) -> list[Found]:
    """Return the findings of the token's shop; an operator's are those of every shop."""
    from stockcli.cli.each_shop import log
    from stockcli.usecases.guarding import Failure, guarded

    now = app.clock.now()
    found = _unreadable(app)
    for unit in _units(app):
        slug = unit.tenant.slug
        findings = guarded(
            slug,
            partial(_of, unit, now, mail_is_set_up=app.settings.can_mail),
            command="doctor",
            log=log,
        )
        if isinstance(findings, Failure):
            findings = [_finding("problem", findings.reason, findings.hint)]
        found += [(slug, finding) for finding in findings]
    if not found:
        hint = "add one: `stock tenant add NAME`, or try `stock demo load`"
        return [("installation", _finding("note", "there is no shop yet", hint))]
    return found


def _of(unit: UnitOfWork, now: datetime, *, mail_is_set_up: bool) -> list[Finding]:
    from stockcli.usecases.examining import examine_shop
    from stockcli.usecases.examining_models import examine_model_use
    from stockcli.usecases.examining_suppliers import examine_suppliers

    return [
        _last_check(unit, now),
        *examine_shop(unit, now),
        *examine_suppliers(unit, mail_is_set_up=mail_is_set_up),
        *examine_model_use(unit, now),
    ]


def _unreadable(app: App) -> list[Found]:
    if app.identity.tenant is not None:
        return []
    return [
        (slug, _finding("problem", reason, f"set it anew: `stock tenant set {slug}`"))
        for slug, reason in unreadable_shops(app).items()
    ]


def _units(app: App) -> list[UnitOfWork]:
    if app.identity.tenant is not None:
        return [app.unit()]
    return [app.unit_for(shop) for shop in app.directory.tenants() if shop.active]


def _last_check(unit: UnitOfWork, now: datetime) -> Finding:
    from datetime import timedelta

    from stockcli.usecases.run_check import LEASE

    with unit.reading():
        latest = unit.runs.latest(RUNS_LOOKED_AT)
    runs = [run for run in latest if run.status != "busy"]
    hint = "put `stock run-check --all-tenants` into cron; crontab.example shows how"
    if not runs:
        return _finding("note", "the stock was never checked", hint)
    about = "the last check"
    last = f"the last check began {runs[0].started_at:%Y-%m-%d %H:%M} and is {runs[0].status}"
    if runs[0].status == "failed":
        again, failed = "run `stock run-check` again", f"{about} failed"
        return _finding("problem", f"{last}: {runs[0].error}", again, failed)
    if runs[0].status == "running" and now - runs[0].started_at > LEASE:
        text = f"the last check began {runs[0].started_at:%Y-%m-%d %H:%M} and never ended"
        return _finding("problem", text, "run `stock run-check` again", f"{about} never ended")
    late = now - runs[0].started_at > timedelta(hours=HOURS_BETWEEN_CHECKS)
    if late:
        return _finding("note", last, hint, f"{about} is long ago")
    return _finding("ok", last, together=f"{about} is recent")
