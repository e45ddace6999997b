"""`stock category`: what is wanted of the products of a category."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, group, open_app, remark
from stockcli.cli.completion import complete_category

if TYPE_CHECKING:
    from stockcli.domain.sourcing import Autonomy
    from stockcli.usecases.category_policies import CategoryRow
    from stockcli.usecases.ports import UnitOfWork

AUTONOMIES = ("order", "propose", "notify")
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="The category, as in the catalogue.",
        autocompletion=complete_category,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(
        app, "category", "Categories: service level, review period, and how far a check may go."
    )
    commands.command("list")(list_categories)
    commands.command("set")(set_policy)
    commands.command("clear")(clear)


def list_categories(as_json: Json = False) -> None:
    """List the categories with what holds for each; * marks what was set for it alone.

    Example: stock category list
    """
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import number, print_table, words
    from stockcli.usecases.category_policies import category_rows

    rows = category_rows(open_app().unit())
    if as_json:
        print_json([_facts(row) for row in rows])
        return
    columns: list[Any] = [
        words("category"),
        number("products"),
        number("service level"),
        number("review days"),
        "autonomy",
    ]
    if rows:
        print_table(columns, [_cells(row) for row in rows])
    remark("1 category" if len(rows) == 1 else f"{len(rows)} categories")


def set_policy(
    name: Name,
    service_level: Annotated[
        float | None,
        typer.Option("--service-level", help="Chance of no stock-out in a cycle, such as 0.95."),
    ] = None,
    review_period_days: Annotated[
        int | None, typer.Option("--review-period-days", help="Days between two checks.")
    ] = None,
    autonomy: Annotated[
        str | None,
        typer.Option(
            "--autonomy",
            metavar="|".join(AUTONOMIES),
            help="What a check does: order within the limits, propose drafts that wait for you, "
            "or only tell you.",
            autocompletion=lambda: list(AUTONOMIES),
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Set what is wanted of a category; the rest stays as the shop has it.

    \b
    Example: stock category set lighting --service-level 0.99 --autonomy propose
    """
    from stockcli.usecases.category_policies import set_category

    unit = open_app().unit(writes=True)
    policy = set_category(
        unit,
        name,
        service_level=service_level,
        review_period_days=review_period_days,
        autonomy=None if autonomy is None else _autonomy(autonomy),
    )
    _show(unit, policy.category, as_json=as_json)


def clear(name: Name, as_json: Json = False) -> None:
    """Let the shop's own policy hold for a category again.

    Example: stock category clear lighting
    """
    from stockcli.cli.json_output import print_json
    from stockcli.usecases.category_policies import clear_category

    was_set = clear_category(open_app().unit(writes=True), name)
    if as_json:
        print_json({"category": name, "cleared": was_set})
        return
    if was_set:
        typer.echo(f"the shop's own policy holds for {name.strip()} again")
    else:
        remark(f"nothing was set for {name.strip()}")


def _show(unit: UnitOfWork, name: str, *, as_json: bool) -> None:
    from stockcli.cli.json_output import print_json
    from stockcli.usecases.category_policies import category_rows

    (row,) = (one for one in category_rows(unit) if one.name == name)
    if as_json:
        print_json(_facts(row))
        return
    policy = row.policy
    typer.echo(
        f"{row.name}: service level {policy.service_level:g}, a review every "
        f"{policy.review_period_days} days, checks {_does(row.autonomy)}"
    )


def _does(autonomy: Autonomy) -> str:
    return {
        "order": "order within the limits",
        "propose": "propose orders that wait for approval",
        "notify": "only tell the manager",
    }[autonomy]


def _autonomy(text: str) -> Autonomy:
    from stockcli.domain.errors import InvalidInputError
    from stockcli.domain.sourcing import Autonomy

    try:
        return Autonomy(text.strip().lower())
    except ValueError:
        message = f"{text[:40]!r} is no --autonomy: give order, propose or notify"
        raise InvalidInputError(message) from None


def _cells(row: CategoryRow) -> tuple[Any, ...]:
    own = row.own

    def mark(value: object) -> str:
        return "" if value is None else "*"

    return (
        row.name,
        row.products,
        f"{row.policy.service_level:g}{mark(own and own.service_level)}",
        f"{row.policy.review_period_days}{mark(own and own.review_period_days)}",
        f"{row.autonomy}{mark(own and own.autonomy)}",
    )


def _facts(row: CategoryRow) -> dict[str, Any]:
    own = row.own
    return {
        "category": row.name,
        "products": row.products,
        "service_level": row.policy.service_level,
        "review_period_days": row.policy.review_period_days,
        "autonomy": row.autonomy,
        "own": {
            "service_level": own.service_level if own else None,
            "review_period_days": own.review_period_days if own else None,
            "autonomy": own.autonomy if own else None,
        },
    }
