from __future__ import annotations

import pytest

from stockcli.usecases.importing import cells
from stockcli.usecases.importing.number_signs import NumberSigns
from stockcli.usecases.importing.progress import Steps, take_rows
from stockcli.usecases.importing.reading import Table
from stockcli.usecases.importing.source import bytes_source, opened


def units_and_refusals(
    lines: list[str], *, delimiter: str = ";", decimal_comma: bool | None = None
) -> tuple[list[str], list[str]]:
    header = delimiter.join(("sku", "price", "quantity"))
    rows = [delimiter.join(("A", *line.split())) for line in lines]
    content = "\n".join((header, *rows, "")).encode()
    taken: list[str] = []
    with opened(bytes_source("rows.csv", content)) as file:
        table = Table(file)
        signs = NumberSigns(table, (1, 2), decimal_comma=decimal_comma)
        _, skips = take_rows(
            table,
            lambda _, row: taken.append(f"{cells.units(row[2], signs.style).normalize():f}"),
            Steps(None, None),
            signs,
        )
    return taken, [example for reason in skips.rows() for example in reason.examples]


@pytest.mark.parametrize("shown", ["18,90", "2,5", "1.234,5", "0,125", "1.234.567", "R$ 7,1"])
def test_a_decimal_comma_anywhere_makes_dots_group(shown: str) -> None:
    shown = shown.replace("R$ ", "R$")
    assert units_and_refusals(["1 1.200", f"{shown} 3"]) == (["1200", "3"], [])


@pytest.mark.parametrize("shown", ["18.90", "2.5", "1,234.5", "0.125", "1,234,567"])
def test_a_decimal_point_anywhere_makes_commas_group(shown: str) -> None:
    assert units_and_refusals(["1 1.200", "1 1,200", f"{shown} 3"]) == (["1.2", "1200", "3"], [])


def test_what_nothing_in_a_semicolon_file_makes_clear_is_left_out_and_asked() -> None:
    taken, refused = units_and_refusals(["1 7", "1 1.200", "1 1.000"])
    assert taken == ["7"]
    assert refused == [
        "line 3: '1.200' may be 1200 or 1.2: say --decimal-comma or --decimal-point",
        "line 4: '1.000' may be 1000 or 1: say --decimal-comma or --decimal-point",
    ]


def test_a_file_that_shows_both_signs_is_asked_about() -> None:
    taken, refused = units_and_refusals(["18,90 1", "2.5 1", "1 1.200", "1 1,200"])
    assert (taken, len(refused)) == (["1", "1"], 2)


def test_what_was_said_settles_it() -> None:
    assert units_and_refusals(["1 1.200"], decimal_comma=True) == (["1200"], [])
    assert units_and_refusals(["1 1.200"], decimal_comma=False) == (["1.2"], [])


def test_without_semicolons_a_dot_is_decimal_unless_the_file_shows_a_comma() -> None:
    assert units_and_refusals(["1 1.200"], delimiter="\t") == (["1.2"], [])
    assert units_and_refusals(["1 1.200", "2,5 1"], delimiter="\t") == (["1200", "1"], [])


def test_rows_keep_their_order_while_one_waits() -> None:
    assert units_and_refusals(["1 1.200", "1 5", "2,5 6"])[0] == ["1200", "5", "6"]
