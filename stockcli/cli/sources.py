"""`stock source`: whom products are bought from, in which order and at which prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stockcli.cli.common import Json, Sku, group, open_app, remark
from stockcli.cli.completion import complete_sku, complete_supplier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from stockcli.domain.sourcing import PriceBreak
    from stockcli.usecases.product_sources import SourceRow

NONE = "none"
"""What takes price breaks back."""
MOST_SOURCES = 99
SupplierCode = Annotated[
    str,
    typer.Argument(
        metavar="SUPPLIER", help="The supplier's code.", autocompletion=complete_supplier
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = group(
        app, "source", "Whom products are bought from: the first, and who steps in for it."
    )
    commands.command("list")(list_sources)
    commands.command("set")(set_one)
    commands.command("remove")(remove)


def list_sources(
    sku: Annotated[
        str | None,
        typer.Argument(
            metavar="SKU",
            help="The product's SKU; left out, all with sources beside their supplier.",
            autocompletion=complete_sku,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """List whom a product is bought from, the first to be asked first.

    Example: stock source list 85123A
    """
    from stockcli.cli.render import counted
    from stockcli.usecases.product_sources import source_rows

    app = open_app()
    rows = source_rows(app.unit(), now=app.clock.now(), sku=sku)
    _show(rows, as_json=as_json)
    if not as_json:
        remark(counted(len(rows), "source"))


def set_one(
    sku: Sku,
    supplier: SupplierCode,
    rank: Annotated[
        int | None,
        typer.Option(
            "--rank",
            min=0,
            max=MOST_SOURCES,
            help="0 is asked first, and becomes the product's supplier; left out: as it is, or "
            "last.",
        ),
    ] = None,
    cost: Annotated[
        str | None,
        typer.Option("--cost", metavar="AMOUNT", help="What it asks for a unit."),
    ] = None,
    price_break: Annotated[
        list[str] | None,
        typer.Option(
            "--break",
            metavar="UNITS=COST",
            help="What a unit costs from so many on, such as 50=0.85; repeatable; none: no breaks.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say that a product can be bought from a supplier; what is left out stays as it is.

    Example: stock source set 85123A NORDIC --cost 2.90 --break 50=2.60
    """
    from stockcli.domain.money import unit_cost
    from stockcli.usecases.product_sources import SourceFacts, set_source

    facts = SourceFacts(
        rank=rank,
        unit_cost=None if cost is None else unit_cost(cost.strip()),
        price_breaks=None if price_break is None else _breaks(price_break),
    )
    app = open_app()
    rows = set_source(app.unit(writes=True), sku, supplier, facts, now=app.clock.now())
    _show(rows, as_json=as_json)


def remove(sku: Sku, supplier: SupplierCode, as_json: Json = False) -> None:
    """Stop buying a product from a supplier; the next of its sources moves up.

    Example: stock source remove 85123A NORDIC
    """
    from stockcli.usecases.product_sources import remove_source

    app = open_app()
    rows = remove_source(app.unit(writes=True), sku, supplier, now=app.clock.now())
    _show(rows, as_json=as_json)
    if not rows:
        remark(f"{sku} has no supplier any more, so it cannot be ordered")


def _show(rows: Sequence[SourceRow], *, as_json: bool) -> None:
    from stockcli.cli.json_output import print_json
    from stockcli.cli.render import number, print_table, words

    if as_json:
        print_json([_facts(row) for row in rows])
        return
    columns: list[Any] = [
        "SKU",
        number("rank"),
        "supplier",
        words("name"),
        number("lead time, days"),
        number("cost"),
        words("price breaks"),
    ]
    cells = [
        (
            row.sku,
            row.rank,
            row.code,
            row.supplier,
            f"{row.lead_time.mean_days:.1f} ± {row.lead_time.standard_deviation_days:.1f}",
            row.unit_cost,
            ", ".join(_shown(one) for one in row.price_breaks),
        )
        for row in rows
    ]
    if rows:
        print_table(columns, cells)


def _shown(one: PriceBreak) -> str:
    from stockcli.domain.quantity import plain

    return f"from {plain(one.from_quantity)}: {plain(one.unit_cost)}"


def _facts(row: SourceRow) -> dict[str, Any]:
    return {
        "sku": row.sku,
        "rank": row.rank,
        "supplier": row.code,
        "supplier_name": row.supplier,
        "lead_time_days": row.lead_time.mean_days,
        "lead_time_sd_days": row.lead_time.standard_deviation_days,
        "unit_cost": row.unit_cost,
        "price_breaks": [
            {"from_quantity": one.from_quantity, "unit_cost": one.unit_cost}
            for one in row.price_breaks
        ],
    }


def _breaks(texts: Sequence[str]) -> tuple[PriceBreak, ...]:
    from stockcli.domain.source_ranks import price_breaks

    if [text.strip().lower() for text in texts] == [NONE]:
        return ()
    return price_breaks([_step(text) for text in texts])


def _step(text: str) -> tuple[Decimal, Decimal]:
    from stockcli.domain.errors import InvalidInputError
    from stockcli.domain.money import unit_cost
    from stockcli.domain.quantity import quantity

    units, sign, cost = text.partition("=")
    if not sign:
        message = f"{text[:40]!r} is no --break: write units and cost, such as 50=0.85"
        raise InvalidInputError(message)
    return quantity(units.strip()), unit_cost(cost.strip())
