"""The `stock` command: its commands, its errors and its exit codes."""

from __future__ import annotations

import errno
import os
import re
import shlex
import signal
import sys
import traceback
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from types import TracebackType
from typing import Annotated, Any, NoReturn

import typer

from stockcli import __version__
from stockcli.cli.chat_text import harmless
from stockcli.domain.errors import StockError
from stockcli.domain.hiding import without_secrets

COMMAND = "stock"
# The order of the help page; each module has `register(app)`, and imports nothing heavy.
MODULES = (
    "run_check",
    "chat",
    "dashboard",
    "levels",
    "why",
    "what_if",
    "replay",
    "forecast",
    "backtest",
    "report",
    "export",
    "ordering",
    "orders",
    "minimums",
    "products",
    "sources",
    "suppliers",
    "categories",
    "calendars",
    "rank",
    "movements",
    "transfers",
    "locations",
    "feed",
    "alerts",
    "importing",
    "loading",
    "login",
    "tenants",
    "tokens",
    "dispatch",
    "usage",
    "metrics",
    "doctor",
    "audit",
    "database",
    "demo",
)
LOG_LEVELS = ("debug", "info", "warning", "error")
COMPLETING = "_STOCK_COMPLETE"
"""The variable by which a shell asks what Tab may offer."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Series are short: a second thread for each of their sums costs more than it saves."""
INTERRUPTED = 130
ENDINGS = (signal.SIGTERM, signal.SIGHUP)
"""What ends a program politely: it settles its bookings first, and ends as a shell reports it."""
DISK_FAILURES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
NONE_OF = re.compile(r"Invalid value for '([^']+)': (?:Value error, )?(.+) is not one of (.+)\.")
"""What the library says of a value that is none of a few."""
PIPE_CLOSED = 141
"""What a shell reports for a program that a closed pipe ended."""


def make_typer() -> typer.Typer:
    """Return the application with every command registered."""
    app = typer.Typer(
        name=COMMAND,
        help="Keep a shop's shelves full: forecasts, reorder points, and Claude to decide.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_before_every_command)
    for name in MODULES:
        import_module(f"stockcli.cli.{name}").register(app)
    return app


def main() -> NoReturn:
    """Run the command that was typed, and end with its exit code."""
    for name in THREADS:
        os.environ.setdefault(name, "1")
    for number in ENDINGS:
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup goes on ignoring
            signal.signal(number, lambda number, _: sys.exit(128 + number))
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; a failure becomes a sentence on stderr, and JSON where it was asked for."""
    sys.excepthook = _say_unexpected
    _open_closed_streams()
    try:
        return _run_to_its_end(arguments)
    except BrokenPipeError:
        _discard_stdout()
        return PIPE_CLOSED
    except OSError as error:
        if error.errno not in DISK_FAILURES or error.filename is not None:
            raise
        _discard_stdout()
        hint = "make room, or send the output elsewhere"
        return _fail((), "output", f"the output cannot be written: {error.strerror}", hint, 1)


def _run_to_its_end(arguments: Sequence[str]) -> int:
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
    except StockError as error:
        return _fail(arguments, error.code, error.message, error.hint, error.exit_code)
    except typer.TyperException as error:
        return _fail_usage(arguments, error)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    return code


@cache
def _command() -> Any:
    # Who runs many commands in one process, as the tests do, waits for this once.
    return typer.main.get_command(make_typer())


def _invoke(arguments: Sequence[str]) -> int:
    command = _command()
    if COMPLETING in os.environ:
        command.main(args=list(arguments), prog_name=COMMAND)
    try:
        with command.make_context(COMMAND, list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as exit_:
        return exit_.exit_code
    return 0


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{COMMAND} {__version__}")
        raise typer.Exit


def _before_every_command(
    log_level: Annotated[
        str | None,
        typer.Option(
            "--log-level",
            metavar="LEVEL",
            help="Log to stderr from this level on: debug, info, warning or error.",
            autocompletion=lambda: list(LOG_LEVELS),
        ),
    ] = None,
    log_format: Annotated[
        str,
        typer.Option(
            "--log-format",
            metavar="FORMAT",
            envvar="STOCK_LOG_FORMAT",
            help="How stderr is written: text, or json, one object a line.",
            autocompletion=lambda: ["text", "json"],
        ),
    ] = "text",
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    from stockcli.cli.logs import FORMATS, log_to_stderr

    if log_level is not None and log_level.lower() not in LOG_LEVELS:
        raise typer.BadParameter(f"use one of {', '.join(LOG_LEVELS)}", param_hint="--log-level")
    if log_format.lower() not in FORMATS:
        raise typer.BadParameter(f"use one of {', '.join(FORMATS)}", param_hint="--log-format")
    log_to_stderr(log_level, log_format.lower())


def _fail(arguments: Sequence[str], code: str, message: str, hint: str, exit_code: int) -> int:
    # A sentence may repeat what was typed, or what a server said: no terminal may obey it, and
    # a token in it is nobody's business.
    message, hint = (without_secrets(harmless(text)) for text in (message, hint))
    typer.echo(_as_log(code, message, hint) or _as_text(message, hint), err=True)
    if "--json" in arguments:
        from stockcli.cli.json_output import print_json

        print_json({"error": {"code": code, "message": message, "hint": hint}})
        sys.stdout.flush()
    return exit_code


def _as_log(code: str, message: str, hint: str) -> str | None:
    from stockcli.cli.logs import REMARKS, as_json_line, is_json

    fields = {"code": code, "hint": hint}
    return as_json_line("error", REMARKS, message, fields=fields) if is_json() else None


def _as_text(message: str, hint: str) -> str:
    return f"error: {message}" + (f"\n  {hint}" if hint else "")


def _fail_usage(arguments: Sequence[str], error: Any) -> int:
    context = getattr(error, "ctx", None)
    if not arguments or (type(error).__name__ == "NoArgsIsHelpError"):
        error.show()
        return int(error.exit_code)
    path = context.command_path if context else COMMAND
    message = _without_jargon(error.format_message())
    option = str(getattr(error, "option_name", ""))
    if option[:1] == "-" and option[1:2].isdigit():
        message = f"{option} is below zero: give the number of units"
    return _fail(arguments, "usage", message, f"see `{path} --help`", int(error.exit_code))


def _without_jargon(message: str) -> str:
    """Return what is wrong in our own words, where a value is none of those an option takes."""
    found = NONE_OF.fullmatch(message)
    if found is None:
        return message.replace("Value error, ", "")
    option, value, names = found.groups()
    *others, last = re.findall(r"'([^']+)'", names)
    return f"{value} is no {option}: give {', '.join(others)} or {last}"


def _open_closed_streams() -> None:
    """Give a program started with `>&-` somewhere to write."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))


def _discard_stdout() -> None:
    """Leave stdout where nobody reads it, so that the interpreter's last flush says nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say_unexpected(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say one line about a bug; the traceback only to those who look for it."""
    from stockcli.cli.logs import is_debugging

    if is_debugging():
        typer.echo(
            without_secrets("".join(traceback.format_exception(kind, error, trace))), err=True
        )
        return
    again = shlex.join([COMMAND, "--log-level", "debug", *sys.argv[1:]])
    _fail(sys.argv[1:], "unexpected", f"unexpected {kind.__name__}", f"to see why: `{again}`", 1)
