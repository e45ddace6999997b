"""`stock rank`: which products matter most, and which sell steadily."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, open_app, remark

if TYPE_CHECKING:
    from stockcli.usecases.ranking import RankBy, RankedProduct, Ranking

WAYS = ("sales", "risk")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rank")(rank)


def rank(
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="|".join(WAYS),
            help="What A, B and C are made from: a year's sales, or the sales at risk now.",
            autocompletion=lambda: list(WAYS),
        ),
    ] = "sales",
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="How many products the table shows.")
    ] = 30,
    as_json: Json = False,
) -> None:
    """Rank products: A make 80 % of the money, B 95 %; X sell steadily, Z erratically.

    Example: stock rank --by risk
    """
    from stockcli.cli.json_output import print_json
    from stockcli.usecases.ranking import rank_products

    app = open_app()
    unit = app.unit()
    ranking = rank_products(unit, now=app.clock.now(), by=_way(by))
    if as_json:
        print_json(_to_json(ranking))
        return
    if not ranking.products:
        remark("there is no product to rank")
        return
    _print_products(ranking.products[:limit], unit.tenant.currency)
    _print_matrix(ranking)
    _say_what_it_is(ranking, limit)


def _way(text: str) -> RankBy:
    from stockcli.domain.errors import InvalidInputError
    from stockcli.usecases.ranking import RankBy

    try:
        return RankBy(text.strip().lower())
    except ValueError:
        message = f"{text[:40]!r} is no --by: give sales or risk"
        raise InvalidInputError(message) from None


def _print_products(products: tuple[RankedProduct, ...], currency: str) -> None:
    from stockcli.cli.render import amount, number, print_table, words

    columns: list[Any] = [
        "class",
        "SKU",
        words("product"),
        number("sales a year"),
        number("share"),
        number("variation"),
        number("on hand"),
        number("at risk"),
    ]
    rows = [
        (
            one.abc + one.xyz,
            one.product.sku,
            one.product.name,
            amount(one.sales_value, currency),
            f"{one.share:.1%}",
            "" if one.variation is None else f"{one.variation:.2f}",
            one.on_hand,
            amount(one.at_risk, currency) if one.at_risk else "",
        )
        for one in products
    ]
    print_table(columns, rows)


def _print_matrix(ranking: Ranking) -> None:
    from stockcli.cli.render import number, print_lines, print_table
    from stockcli.domain.ranking import XYZ

    print_lines("")
    columns: list[Any] = ["products (share)", *(number(name) for name in XYZ)]
    rows = [
        (name, *(f"{count} ({share:.0%})" for count, share in cells.values()))
        for name, cells in ranking.matrix().items()
    ]
    print_table(columns, rows)


def _say_what_it_is(ranking: Ranking, limit: int) -> None:
    from stockcli.cli.render import counted
    from stockcli.domain.ranking import A_SHARE, B_SHARE, X_VARIATION, Y_VARIATION

    what = "sales" if ranking.by == "sales" else "sales at risk"
    shown = min(limit, len(ranking.products))
    remark(
        f"{shown} of {counted(len(ranking.products), 'product')}, sales from {ranking.first} to "
        f"{ranking.last}; A: the first {A_SHARE:.0%} of all {what}, B: up to {B_SHARE:.0%}; "
        f"X: sales by week vary by at most {X_VARIATION:g} of their mean, Y: {Y_VARIATION:g}"
    )


def _to_json(ranking: Ranking) -> dict[str, Any]:
    return {
        "by": ranking.by,
        "first_day": ranking.first,
        "last_day": ranking.last,
        "products": [_facts(one) for one in ranking.products],
        "matrix": {
            name: {
                other: {"products": count, "share": round(float(share), 4)}
                for other, (count, share) in cells.items()
            }
            for name, cells in ranking.matrix().items()
        },
    }


def _facts(one: RankedProduct) -> dict[str, Any]:
    return {
        "sku": one.product.sku,
        "name": one.product.name,
        "category": one.product.category,
        "abc": one.abc,
        "xyz": one.xyz,
        "sales_value": one.sales_value,
        "share": round(float(one.share), 4),
        "variation": None if one.variation is None else round(one.variation, 3),
        "on_hand": one.on_hand,
        "money_at_risk": one.at_risk,
    }
