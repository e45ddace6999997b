"""`stock audit`: who wrote what, and whether that record is whole."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from stockcli.cli.common import Json, TenantOption, chosen_units, open_app, parse_day, remark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from stockcli.bootstrap import App
    from stockcli.domain.shop import Tenant
    from stockcli.usecases.auditing import AuditLine
    from stockcli.usecases.ports import AuditLog, UnitOfWork

USUAL_LIMIT = 50
LONGEST_VALUES = 160
"""Characters of a row's values behind what was written; --json tells them all."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit")(audit)


def audit(
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help=f"At most so many; left out, {USUAL_LIMIT}."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Leave out what was written before this day."),
    ] = None,
    who: Annotated[
        str | None,
        typer.Option(
            "--who",
            metavar="TEXT",
            help="Only what this author, command or decider did; a part of the name is enough.",
        ),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Follow the whole chain instead; exit 1 if it broke.")
    ] = False,
    expect: Annotated[
        str | None,
        typer.Option(
            "--expect",
            metavar="HASH",
            help="With --verify: the hash of an entry noted down earlier, which must be there.",
        ),
    ] = None,
    tenant: TenantOption = None,
    *,
    all_tenants: Annotated[
        bool,
        typer.Option(
            "--all-tenants", help="With --verify: every shop's chain and the house's (operators)."
        ),
    ] = False,
    house: Annotated[
        bool,
        typer.Option("--house", help="What belongs to no shop, such as operators' tokens."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Show who wrote what, newest first: every write of every command, chat and check.

    Each entry is chained to the one before it by a hash, so that nothing can be changed or taken
    out unseen. Only a cut end leaves no trace: note the head's hash down somewhere else, and ask
    for it later with --expect. Times are UTC.

    \b
    Example: stock audit --since 2026-11-30 --who maria
    Example: stock audit --verify
    """
    from stockcli.cli.audit_chain import follow_chain, follow_every_chain

    app = open_app()
    if all_tenants:
        _ensure_all(verify, {"--tenant": tenant, "--house": house or None, "--expect": expect})
        follow_every_chain(app, as_json=as_json)
        return
    if verify:
        _ensure_plain({"--limit": limit, "--since": since, "--who": who})
        expected = _hash(expect)
        with _log(app, tenant, house=house) as (log, _):
            follow_chain(log, expected, as_json=as_json)
        return
    if expect is not None:
        _refuse("--expect is for --verify", "add --verify")
    with _log(app, tenant, house=house) as (log, shop):
        lines = _lines(log, limit, _instant(since, shop), who)
    _show(lines, as_json=as_json)


def _ensure_all(verify: object, given: dict[str, Any]) -> None:
    if not verify:
        _refuse("--all-tenants is for --verify", "add --verify, or name one shop with --tenant")
    for option in [name for name, value in given.items() if value is not None]:
        _refuse(f"--all-tenants and {option} exclude each other", "leave one of them out")


def _ensure_plain(given: dict[str, Any]) -> None:
    for option in [name for name, value in given.items() if value is not None]:
        _refuse(f"--verify and {option} exclude each other", "the whole chain is followed")


def _refuse(message: str, hint: str) -> NoReturn:
    from stockcli.domain.errors import InvalidInputError

    raise InvalidInputError(message, hint)


def _hash(text: str | None) -> bytes | None:
    if text is None:
        return None
    if not re.fullmatch("[0-9a-fA-F]{64}", text.strip()):
        _refuse(f"{text[:70]!r} is no hash of an entry", "give the 64 digits that --verify showed")
    return bytes.fromhex(text.strip())


def _instant(since: str | None, shop: Tenant | None) -> datetime | None:
    """Return when a day begins: in the shop's time zone, or in UTC for the house."""
    from datetime import UTC, datetime, time

    from stockcli.domain.shop import first_instant

    if since is None:
        return None
    day = parse_day(since)
    return first_instant(shop, day) if shop else datetime.combine(day, time(), UTC)


@contextmanager
def _log(app: App, tenant: str | None, *, house: bool) -> Iterator[tuple[AuditLog, Tenant | None]]:
    """Open the chain to read, and say whose it is; None is the house.

    Raises:
        InvalidInputError: nobody said whose.
        NotAllowedError: it is not this person's to read.
    """
    if house:
        if tenant:
            _refuse("--tenant and --house exclude each other", "leave one of them out")
        app.require_operator()
        yield app.directory.audit_log, None
        return
    unit = _unit(app, tenant)
    with unit.reading():
        yield unit.audit_log, unit.tenant


def _unit(app: App, tenant: str | None) -> UnitOfWork:
    if tenant is None and app.identity.tenant is None:
        _refuse("no shop was named", "use --tenant SLUG, or --house for what belongs to no shop")
    return chosen_units(app, tenant=tenant, all_tenants=False, writes=False)[0]


def _lines(
    log: AuditLog, limit: int | None, since: datetime | None, who: str | None
) -> list[AuditLine]:
    from stockcli.usecases.auditing import latest_lines

    return latest_lines(log, limit or USUAL_LIMIT, since=since, who=who or "")


def _show(lines: list[AuditLine], *, as_json: bool) -> None:
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import number, print_table, words

    if as_json:
        print_json([_facts(line) for line in lines])
        return
    columns = (number("entry"), "time", words("who"), words("via"), words("what"))
    rows = [(line.position, line.at, line.who, _via(line), _what(line)) for line in lines]
    if rows:
        print_table(columns, rows)
    remark(f"{len(rows)} {'entry' if len(rows) == 1 else 'entries'}")


def _facts(line: AuditLine) -> dict[str, Any]:
    from stockcli.usecases.auditing import in_words

    return {
        "position": line.position,
        "at": line.at,
        "who": line.who,
        "via": line.via,
        "token": line.token,
        "direct_sql": line.is_direct,
        "transaction": line.transaction,
        "what": in_words(line),
        "decided_by": line.decided_by,
        "writes": line.writes,
        "hash": line.hash.hex(),
    }


def _via(line: AuditLine) -> str:
    return "direct SQL" if line.is_direct else line.via


def _what(line: AuditLine) -> str:
    """Return what was written, and after it the values of a single row."""
    from stockcli.usecases.auditing import in_words

    values = [one.get("values") for one in line.writes]
    if len(values) != 1 or not isinstance(values[0], list) or len(values[0]) != 1:
        return in_words(line)
    told = _pairs(values[0][0])
    shown = told if len(told) <= LONGEST_VALUES else f"{told[: LONGEST_VALUES - 3]}..."
    return f"{in_words(line)}: {shown}"


def _pairs(row: dict[str, Any]) -> str:
    """Return a row's values, behind them what it was found by."""
    told = (f"{name}={_value(value)}" for name, value in row.items() if name != "where")
    found_by = row.get("where")
    return " ".join(told) + (f" where {_pairs(found_by)}" if isinstance(found_by, dict) else "")


def _value(value: Any) -> str:
    return "none" if value is None else str(value)
