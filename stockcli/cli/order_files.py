"""An order as a page in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stockcli.cli.common import remark
from stockcli.cli.output_files import ensure_replaceable

if TYPE_CHECKING:
    from stockcli.bootstrap import App

STANDARD_OUTPUT = "-"
PAGE = b"<!DOCTYPE html>"
FOR_THE_OWNER = 0o600
"""What a shop pays its suppliers is nobody else's business."""


def write_page(app: App, number: str, path: str, *, as_json: bool) -> None:
    """Write an order as its supplier sees it, to be printed; "-" is standard output.

    Raises:
        InvalidInputError: the file cannot be written, or holds something else; or JSON was asked
            for as well.
        NotFoundError: no such order.
    """
    from stockcli.domain.errors import InvalidInputError
    from stockcli.notifications.order_page import order_page
    from stockcli.usecases.order_documents import order_document

    if as_json:
        raise InvalidInputError("--html and --json exclude each other")
    page = order_page(order_document(app.unit(), number))
    if path == STANDARD_OUTPUT:
        typer.echo(page)
        return
    ensure_replaceable(Path(path), PAGE, "a page of HTML")
    app.replace_file(Path(path), f"{page}\n".encode(), mode=FOR_THE_OWNER)
    remark(f"{path} is ready to be printed")
