"""What came of a file, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stockcli.cli.render import number, print_lines, print_table, words
from stockcli.usecases.importing import ImportReport

EXAMPLES_SHOWN = 2
COLUMNS_SHOWN = 20


def print_report(report: ImportReport) -> None:
    """Print what was taken, what was left out and why."""
    print_lines(_headline(report))
    print_lines("", *_facts(report), "")
    print_table(["rows", number("")], list(_rows(report)))
    if report.skipped:
        print_lines("")
        skipped = [
            (rows.reason, rows.count, "; ".join(rows.examples[:EXAMPLES_SHOWN]))
            for rows in report.skipped
        ]
        print_table(["left out because", number("rows"), words("for example")], skipped)
    if report.days_sold_twice:
        print_lines("", _twice(report))
    if report.differences:
        print_lines("", "Booked before with another quantity, left as it was:")
        print_lines(*(f"  {one}" for one in report.differences))


def _headline(report: ImportReport) -> str:
    if report.dry_run:
        return f"{report.file_name}: dry run, nothing was written"
    if not report.taken and report.already_there:
        return f"{report.file_name}: everything was there already, nothing was changed"
    return f"{report.file_name}: {report.taken:,} of {report.rows_read:,} rows taken"


def _listed(shown: Sequence[str], total: int) -> str:
    others = total - len(shown)
    return ", ".join(shown) + (f" and {others:,} more" if others else "")


def _twice(report: ImportReport) -> str:
    return (
        f"{report.days_sold_twice:,} days of products were sold with invoices or times in one file "
        "and by the day alone in another: they may be counted twice"
    )


def _rows(report: ImportReport) -> Iterator[tuple[str, str]]:
    yield "read", f"{report.rows_read:,}"
    yield "would be taken" if report.dry_run else "taken", f"{report.taken:,}"
    yield "  of them merged with an earlier row", f"{report.merged:,}"
    yield "already there", f"{report.already_there:,}"
    yield "there with another quantity", f"{report.differing:,}"
    yield "left out", f"{report.rows_skipped:,}"


def _facts(report: ImportReport) -> Iterator[str]:
    columns = ", ".join(f"{field}={column}" for field, column in report.columns.items())
    how = f"profile {report.profile}" if report.profile else "columns found in the header"
    yield f"read as {report.kind} ({how}): {columns}"
    if report.columns_left_aside:
        aside = report.columns_left_aside
        yield f"columns left aside: {_listed(aside[:COLUMNS_SHOWN], len(aside))}"
    if report.first_day and report.last_day:
        yield f"days {report.first_day} to {report.last_day}"
    if report.movements_booked:
        would_be = "would be " if report.dry_run else ""
        units = f", {report.units.normalize():,f} units sold" if report.units else ""
        yield f"{report.movements_booked:,} stock movements {would_be}booked{units}"
    if report.products_created or report.locations_created:
        yield f"new: {report.products_created} products, {report.locations_created} locations"
    if report.new_skus:
        yield f"new products: {_listed(report.new_skus, report.products_created)}"
    if report.recounts_booked:
        yield f"{report.recounts_booked} adjustments keep later stock counts true"
