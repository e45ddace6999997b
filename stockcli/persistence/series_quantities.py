"""How the quantities of a table of sales are read, by the rule of `stock import`.

18,90 and 1.234,5 show that commas are decimal, 18.90 and 1,234.5 that dots are. 1.234 and 1,234
show neither: they are read as the rest of the file is, and where that is silent as files with its
delimiter are, except that a dot between semicolons stays in doubt.
"""

from __future__ import annotations

import duckdb

from stockcli.persistence.series_columns import Cell

LARGEST_QUANTITY = 1e12
IN_DOUBT = "sign"
"""The problem of a number that could be two."""

_BLANKS = r"'R\$|[$£€\s\x{00A0}\x{202F}'']'"
_LONE_GROUP = r"'^[+-]?[1-9]\d{0,2}[.,]\d{3}$'"
_GROUPS = r"'^[+-]?[1-9]\d{0,2}([.,]\d{3}){2,}$'"
_NUMBER = r"'^[+-]?[\d.,]*\d$'"
_ONE_SIGN = "'^[^.,]*[.,][^.,]*$'"
_COMMA_LAST = "',[^.]*$'"


def units_sql(cell: Cell) -> str:
    """Return SQL for the number a cell says: NaN where it is left empty, NULL where unreadable.

    1.234 and 1,234 come out as a little more than one; `settle_signs` sets them right.
    """
    if cell.is_number:
        return f"coalesce(CAST({cell.sql} AS DOUBLE), 'nan'::DOUBLE)"
    bare = _bare(cell)
    ungrouped = f"regexp_replace({bare}, '[.,]', '', 'g')"
    comma_decimal = f"replace(replace({bare}, '.', ''), ',', '.')"
    number = f"""CASE
        WHEN NOT regexp_matches({bare}, '[.,]') THEN {bare}
        WHEN {_both(bare)} THEN
            CASE WHEN regexp_matches({bare}, {_COMMA_LAST}) THEN {comma_decimal}
                 ELSE replace({bare}, ',', '') END
        WHEN regexp_matches({bare}, {_GROUPS}) THEN {ungrouped}
        ELSE replace({bare}, ',', '.') END"""
    empty = f"coalesce(lower({cell.text}), '') IN ('', 'na', 'n/a', 'nan', 'null', 'none')"
    return f"CASE WHEN {empty} THEN 'nan'::DOUBLE ELSE TRY_CAST({number} AS DOUBLE) END"


def sign_sql(cell: Cell) -> str:
    """Return SQL for the decimal sign a cell shows: ',' or '.', '?,' or '?.' in doubt, or NULL."""
    if cell.is_number:
        return "NULL::VARCHAR"
    bare = _bare(cell)
    sign = f"CASE WHEN contains({bare}, ',') THEN ',' ELSE '.' END"
    other = f"CASE WHEN contains({bare}, ',') THEN '.' ELSE ',' END"
    last = f"CASE WHEN regexp_matches({bare}, {_COMMA_LAST}) THEN ',' ELSE '.' END"
    return f"""CASE
        WHEN NOT regexp_matches({bare}, '[.,]') THEN NULL
        WHEN NOT regexp_matches({bare}, {_NUMBER}) THEN NULL
        WHEN {_both(bare)} THEN {last}
        WHEN regexp_matches({bare}, {_LONE_GROUP}) THEN '?' || {sign}
        WHEN regexp_matches({bare}, {_GROUPS}) THEN {other}
        WHEN regexp_matches({bare}, {_ONE_SIGN}) THEN {sign} END"""


def _bare(cell: Cell) -> str:
    return f"regexp_replace({cell.text}, {_BLANKS}, '', 'g')"


def _both(bare: str) -> str:
    return f"contains({bare}, ',') AND contains({bare}, '.')"


def settle_signs(connection: duckdb.DuckDBPyConnection, *, semicolons: bool) -> None:
    """Read the numbers in doubt as the rest of the table shows; what stays in doubt is a problem.

    Args:
        connection: with the table `rows`.
        semicolons: whether semicolons part the file's columns.
    """
    sql = "SELECT DISTINCT sign FROM rows WHERE sign IS NOT NULL"
    signs = {str(sign) for (sign,) in connection.execute(sql).fetchall()}
    shown = signs & {",", "."}
    comma_is_decimal = "," in shown if shown else semicolons
    in_doubt = {"?,", "?."} if len(shown) > 1 else set()
    if not shown and semicolons:
        in_doubt = {"?."}
    grouping = set() if comma_is_decimal else {"?,"}
    if "," in shown:
        grouping.add("?.")
    for sign in signs & in_doubt:
        connection.execute(
            "UPDATE rows SET units = NULL, problem = ? WHERE sign = ? AND problem IS NULL",
            [IN_DOUBT, sign],
        )
    for sign in signs & (grouping - in_doubt):
        connection.execute("UPDATE rows SET units = round(units * 1000) WHERE sign = ?", [sign])
