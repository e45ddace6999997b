"""Following a chain of the audit log on the command line: is it whole, and where does it end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from stockcli.cli.common import chosen_units
from stockcli.cli.each_shop import for_each_shop
from stockcli.cli.json_output import print_json
from stockcli.cli.render import print_lines
from stockcli.domain.audit import ChainReport
from stockcli.usecases.auditing import verify
from stockcli.usecases.ports import AuditLog, UnitOfWork

if TYPE_CHECKING:
    from stockcli.bootstrap import App

HOUSE = "(house)"
"""Stands for what belongs to no shop; no shop can be called that."""

WORTH_A_BAR = 10_000
"""Entries of a chain that is followed in more than a blink."""

GONE = "the entry that was expected is not there: the chain's end was cut, or it is another chain"


def follow_chain(log: AuditLog, expected: bytes | None, *, as_json: bool) -> None:
    """Follow a chain to its end or first break, and say how it went.

    Args:
        expected: the hash of an entry that was noted down earlier.

    Raises:
        Exit: with code 1, if it is broken or that entry is gone.
    """
    with _counting(log) as on_progress:
        report = verify(log, expected, on_progress)
    is_whole = report.broken is None and report.is_expected_there
    if as_json:
        print_json(_facts(report, is_whole=is_whole))
    else:
        print_lines(*_sentences(report))
    if not is_whole:
        raise typer.Exit(1)


def follow_every_chain(app: App, *, as_json: bool) -> None:
    """Follow the house's chain and every shop's, and say of each how it went.

    Raises:
        NotAllowedError: whoever asks is no operator.
        Exit: with code 1, if one is broken or cannot be read.
    """
    units = chosen_units(app, tenant=None, all_tenants=True, writes=False)
    reports = {HOUSE: verify(app.directory.audit_log, None, _uncounted)}
    shops, failed = for_each_shop(units, _followed, command="audit --verify", all_tenants=True)
    reports |= shops
    if as_json:
        told = {name: _facts(one, is_whole=one.broken is None) for name, one in reports.items()}
        print_json(told | {name: {"error": reason} for name, reason in failed.items()})
    else:
        print_lines(*(f"{name}: {say}" for name, one in reports.items() for say in _sentences(one)))
        print_lines(*(f"{name}: {reason}" for name, reason in failed.items()))
    if failed or any(report.broken for report in reports.values()):
        raise typer.Exit(1)


def _followed(unit: UnitOfWork) -> ChainReport:
    with unit.reading():
        return verify(unit.audit_log, None, _uncounted)


def _uncounted(_: int) -> None:
    """Count nothing: many chains are short ones."""


@contextmanager
def _counting(log: AuditLog) -> Iterator[Callable[[int], None]]:
    """Count the entries on a terminal, where there are many."""
    head = log.before(None, 1)
    if not head or head[0].position < WORTH_A_BAR or not sys.stderr.isatty():
        yield lambda _: None
        return
    from stockcli.cli.counting_bars import counting_bars

    with counting_bars(transient=True) as bars:
        task = bars.add_task("entries", total=head[0].position)
        yield lambda done: bars.update(task, completed=done)


def _sentences(report: ChainReport) -> Iterator[str]:
    if report.broken is not None:
        yield f"broken at entry {report.broken.position}: {report.broken.reason}"
        return
    if not report.is_expected_there:
        yield GONE
    entries = f"{report.entries:,} {'entry' if report.entries == 1 else 'entries'}, unbroken"
    head = report.head
    yield f"{entries}; head {head.position} {head.hash.hex()}" if head else entries


def _facts(report: ChainReport, *, is_whole: bool) -> dict[str, Any]:
    head, broken = report.head, report.broken
    return {
        "entries": report.entries,
        "is_whole": is_whole,
        "head": {"position": head.position, "hash": head.hash.hex()} if head else None,
        "broken": {"position": broken.position, "reason": broken.reason} if broken else None,
        "is_expected_there": report.is_expected_there,
    }
