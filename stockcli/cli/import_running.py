"""Running an import: the columns that were named, the progress, and the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from stockcli.bootstrap import App
from stockcli.cli.common import remark
from stockcli.cli.import_progress import progress_shown
from stockcli.domain.errors import InvalidInputError
from stockcli.usecases.importing import ImportReport, ImportSource, file_source
from stockcli.usecases.ports import Progress, UnitOfWork

TakeIn = Callable[[UnitOfWork, ImportSource, Progress], ImportReport]


def chosen_columns(
    named: Mapping[str, str], mapping: Sequence[str] | None, fields: Sequence[str]
) -> dict[str, str]:
    """Return the columns by field: those of the options, and those of FIELD=COLUMN.

    Raises:
        InvalidInputError: a mapping is none, or its field is not one of these.
    """
    columns = {field: column for field, column in named.items() if column}
    for text in mapping or ():
        field, equals, column = text.partition("=")
        field = field.strip().replace("-", "_")
        if not equals or not column.strip() or field not in fields:
            message = f"{text[:80]!r} names no field and its column"
            raise InvalidInputError(
                message, f"write FIELD=COLUMN; the fields are {', '.join(fields)}"
            )
        columns[field] = column.strip()
    return columns


def run_import(app: App, file: str, take_in: TakeIn, *, as_json: bool) -> None:
    """Take in a file with a bar on stderr, and print the report on stdout."""
    report = _report(app, file, take_in)
    if as_json:
        from stockcli.cli.json_output import print_json

        print_json(report.to_json())
        return
    from stockcli.cli.import_report import print_report

    print_report(report)


def _report(app: App, file: str, take_in: TakeIn) -> ImportReport:
    unit = app.unit(writes=True)
    source = file_source(file)
    total = source.size_bytes or 0
    try:
        with progress_shown() as step:
            return take_in(unit, source, lambda done: step(source.name, done, total))
    except KeyboardInterrupt:
        remark("stopped; what was booked stays, and importing the file again completes it")
        raise
