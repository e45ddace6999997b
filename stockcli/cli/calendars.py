"""`stock calendar`: promotions, fairs and closed days by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, group, open_app, parse_day, remark

if TYPE_CHECKING:
    from datetime import date

    from stockcli.usecases.shop_calendar import SaidSpan

FirstDay = Annotated[str, typer.Argument(metavar="DATE", help="The first day, such as 2026-12-01.")]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="DATE", help="The last day; left out, it is one day."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(
        app, "calendar", "Promotions, fairs and closed days; many at once: `stock import calendar`."
    )
    commands.command("list")(list_days)
    commands.command("add")(add)
    commands.command("remove")(remove)


def list_days(
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="From here; left out, today.")
    ] = None,
    until: Until = None,
    as_json: Json = False,
) -> None:
    """List what was said of the days to come, or of others.

    Example: stock calendar list --since 2026-01-01
    """
    from datetime import date

    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import number, print_table, words
    from stockcli.usecases.inventory import shop_day
    from stockcli.usecases.shop_calendar import calendar_spans

    app = open_app()
    unit = app.unit()
    first = parse_day(since) if since else shop_day(unit, app.clock.now())
    last = parse_day(until) if until else date.max
    spans = calendar_spans(unit, first, last)
    if as_json:
        print_json([_facts(one) for one in spans])
        return
    columns: list[Any] = ["from", "until", number("days"), "shop", words("event"), number("uplift")]
    rows = [
        (
            one.first,
            one.last,
            (one.last - one.first).days + 1,
            _open_word(one.said.is_open),
            one.said.event,
            f"{one.uplift:g}" if one.uplift != 1 else "",
        )
        for one in spans
    ]
    if rows:
        print_table(columns, rows)
    remark("1 entry" if len(rows) == 1 else f"{len(rows)} entries")


def add(
    day: FirstDay,
    until: Until = None,
    event: Annotated[
        str,
        typer.Option(
            "--event",
            metavar="TEXT",
            help="What happens; days of the same name are expected to sell alike.",
        ),
    ] = "",
    uplift: Annotated[
        float | None,
        typer.Option(
            "--uplift",
            help="By how much you expect it to multiply sales, such as 1.5; what it did before, "
            "under the same name, goes on to correct that.",
        ),
    ] = None,
    is_open: Annotated[
        bool | None, typer.Option("--open/--closed", help="Whether the shop is open.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what happens on days to come, or whether the shop is open.

    \b
    Example: stock calendar add 2026-12-01 --until 2026-12-07 --event "winter sale" --uplift 1.5
    """
    from stockcli.cli.json_output import print_json
    from stockcli.usecases.shop_calendar import say_days

    app = open_app()
    unit = app.unit(writes=True)
    first = parse_day(day)
    span = say_days(
        unit,
        first,
        parse_day(until) if until else first,
        today=_today(app),
        event=event,
        uplift=uplift,
        is_open=is_open,
    )
    if as_json:
        print_json(_facts(span))
        return
    said = [_open_word(span.said.is_open), _quoted(span.said.event)]
    typer.echo(f"{_days(span.first, span.last)}: {', '.join(one for one in said if one)}")
    remark("the next check reckons with it")


def remove(day: FirstDay, until: Until = None, as_json: Json = False) -> None:
    """Take back what was said of days.

    Example: stock calendar remove 2026-12-01 --until 2026-12-07
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import counted
    from stockcli.usecases.shop_calendar import take_back_days

    first = parse_day(day)
    last = parse_day(until) if until else first
    count = take_back_days(open_app().unit(writes=True), first, last)
    if as_json:
        print_json({"first_day": first, "last_day": last, "days": count})
        return
    if count:
        typer.echo(f"taken back: what was said of {counted(count, 'day')}")
    else:
        remark(f"nothing was said of {_days(first, last)}")


def _today(app: Any) -> date:
    from stockcli.domain.shop import local_day

    today: date = local_day(app.unit().tenant, app.clock.now())
    return today


def _facts(span: SaidSpan) -> dict[str, Any]:
    return {
        "first_day": span.first,
        "last_day": span.last,
        "is_open": span.said.is_open,
        "event": span.said.event or None,
        "uplift": span.uplift if span.uplift != 1 else None,
    }


def _open_word(is_open: bool | None) -> str:
    return {True: "open", False: "closed", None: ""}[is_open]


def _quoted(event: str) -> str:
    return f'"{event}"' if event else ""


def _days(first: date, last: date) -> str:
    return str(first) if first == last else f"{first} to {last}"
