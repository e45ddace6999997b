"""`stock feed`: what a till sends, one JSON object a line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from stockcli.cli.common import open_app, remark

BATCH_LINES, MOST_LINES = 1_000, 5_000
BATCH_SECONDS, MOST_SECONDS = 0.5, 60.0
PATIENCE_SECONDS, MOST_PATIENCE_SECONDS = 60.0, 86_400.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("feed")(feed)


def feed(
    file: Annotated[
        str, typer.Option("--file", metavar="FILE", help="Read this file; left out, stdin.")
    ] = "",
    batch_lines: Annotated[
        int,
        typer.Option(
            "--batch-lines",
            metavar="N",
            help="Book at most so many lines in one transaction.",
            min=1,
            max=MOST_LINES,
        ),
    ] = BATCH_LINES,
    batch_seconds: Annotated[
        float,
        typer.Option(
            "--batch-seconds",
            metavar="SECONDS",
            help="Book a line at the latest so long after it came.",
            min=0.0,
            max=MOST_SECONDS,
        ),
    ] = BATCH_SECONDS,
    patience: Annotated[
        float,
        typer.Option(
            "--patience",
            metavar="SECONDS",
            help="Try again for so long while the database cannot be used.",
            min=0.0,
            max=MOST_PATIENCE_SECONDS,
        ),
    ] = PATIENCE_SECONDS,
    quiet: Annotated[bool, typer.Option("--quiet", help="Answer only what is refused.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of lines and answers.")
    ] = False,
) -> None:
    """Book what a till sends, one JSON object a line, and answer each line in turn.

    A line is booked once by its id, however often it is sent: after a failure, send again
    whatever was not answered. An answer comes when the line is safely stored: booked, known
    (it was there before) or refused (with the reason; the other lines go on).

    Kinds: sale, return, receipt, adjustment (signed), count, transfer (with "to"), and void,
    which takes back the movement of its id. Ends with 0, or with 1 if a line was refused.

    \b
    Example:
      echo '{"id": "till-1/7", "kind": "sale", "sku": "85123A", "quantity": 2}' | stock feed
      stock feed --file day.jsonl --quiet
    """
    if schema:
        _print_schema()
        return
    from stockcli.cli.feed_running import Feed
    from stockcli.cli.feed_streams import Pace

    app = open_app()
    with _opened(file) as descriptor:
        run = Feed(app.unit(writes=True), app.clock, patience_seconds=patience, quiet=quiet)
        try:
            run.run(descriptor, Pace(most_lines=batch_lines, longest_seconds=batch_seconds))
        finally:
            remark(str(run.summary))
    if run.summary.was_ended:
        remark("ended as asked: what was not answered is to be sent again")
    if run.summary.refused:
        raise typer.Exit(1)


@contextmanager
def _opened(file: str) -> Iterator[int]:
    """Yield the descriptor of a file, or of stdin.

    Raises:
        InvalidInputError: there is nothing to read.
    """
    from stockcli.cli.feed_streams import descriptor_of
    from stockcli.domain.errors import InvalidInputError

    if not file or file == "-":
        descriptor = descriptor_of(sys.stdin)
        if descriptor is None:
            raise InvalidInputError("there is no standard input", "name a file with --file")
        yield descriptor
        return
    try:
        opened = os.open(file, os.O_RDONLY)
        os.read(opened, 0)
    except OSError as error:
        raise InvalidInputError(f"{file[:200]} cannot be read: {error.strerror}") from None
    try:
        yield opened
    finally:
        os.close(opened)


def _print_schema() -> None:
    from stockcli.cli.json_output import print_json
    from stockcli.usecases.feeding.schema import answer_schema, line_schema

    print_json({"line": line_schema(), "answer": answer_schema()})
