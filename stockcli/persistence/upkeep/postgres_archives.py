"""Archives of a PostgreSQL database, made and read by PostgreSQL's own programs.

`pg_dump` and `pg_restore` are found on the PATH, or in the folder that is named. A password
goes to them in their environment: a command line can be read by everybody on the machine.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.engine import URL

from stockcli.domain.errors import DatabaseError, InvalidInputError, StockError
from stockcli.persistence.failures import said
from stockcli.persistence.upkeep.files import appearing

DUMP, RESTORE = "pg_dump", "pg_restore"
_SECRETS = {"password": "PGPASSWORD", "passfile": "PGPASSFILE"}
_REVISION = re.compile(r"^COPY public\.alembic_version .*\n(?P<revision>[^\n\\]+)\n", re.MULTILINE)


def back_up(url: URL, target: Path, *, replace: bool, programs: Path | None) -> None:
    """Write an archive of a database, as it is at one instant, whoever writes meanwhile.

    It holds who owns what and who may do what, but not the roles themselves: those belong to the
    server.

    Raises:
        ConflictError: there is such a file already.
        DatabaseError: it cannot be read whole, or not by these programs, or not be written.
    """
    with appearing(target, replace=replace) as partial:
        _run(DUMP, url, ["--format=custom", f"--file={partial}"], programs, target)


def restore(url: URL, archive: Path, *, programs: Path | None) -> None:
    """Bring an archive into a database without tables, in one transaction.

    Raises:
        DatabaseError: it did not go in, and nothing of it stayed.
    """
    options = ["--single-transaction", "--exit-on-error", "--no-password", str(archive)]
    _run(RESTORE, url, options, programs, archive)


def revision_in(archive: Path, programs: Path | None) -> str:
    """Return of which revision the tables in an archive are.

    Raises:
        InvalidInputError: it is no archive of this program's tables.
    """
    options = ["--data-only", "--table=alembic_version", "--file=-", str(archive)]
    try:
        told = _started(RESTORE, options, programs, dict(os.environ))
    except OSError as error:
        raise InvalidInputError(f"{archive} cannot be read: {error.strerror}") from error
    found = _REVISION.search(told.stdout)
    if told.returncode == 0 and found:
        return found["revision"]
    newer = re.search(r"unsupported version \(([^)]+)\)", told.stderr)
    if newer:
        message = f"{archive} was made by a newer pg_dump than this pg_restore can read"
        raise DatabaseError(message, "set STOCK_PG_BIN to the folder of newer programs")
    message = f"{archive} is no backup of a PostgreSQL database of this program"
    raise InvalidInputError(message, "name a file that `stock db backup` made")


def _run(program: str, url: URL, options: Sequence[str], programs: Path | None, file: Path) -> None:
    address, secrets = _without_secrets(url)
    ended = _started(program, [f"--dbname={address}", *options], programs, os.environ | secrets)
    place = url.render_as_string(hide_password=True)
    if ended.returncode < 0:
        told = f"{signal.Signals(-ended.returncode).name} ended it\n{ended.stderr}"
        raise _fault(program, told, place, file)
    if ended.returncode:
        raise _fault(program, ended.stderr, place, file)


def _started(
    program: str, options: Sequence[str], programs: Path | None, environ: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own options; the address is one argument
        [found(program, programs), *options],
        # Their words are looked for: they must stand in English.
        env={**environ, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def found(program: str, programs: Path | None) -> str:
    """Return the path of one of PostgreSQL's programs.

    Raises:
        DatabaseError: it is not there.
    """
    path = shutil.which(program, path=None if programs is None else str(programs))
    if path is None:
        place = "on the PATH" if programs is None else f"in {programs}"
        hint = "install PostgreSQL's client programs, or name their folder in STOCK_PG_BIN"
        raise DatabaseError(f"there is no {program} {place}", hint)
    return path


def _without_secrets(url: URL) -> tuple[str, dict[str, str]]:
    """Return an address as libpq reads it, and apart from it what nobody else may read."""
    query = {name: value for name, value in url.query.items() if name not in _SECRETS}
    secrets = {
        variable: str(url.query[name]) for name, variable in _SECRETS.items() if name in url.query
    }
    if url.password is not None:
        secrets["PGPASSWORD"] = str(url.password)
    plain = URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query=query,
    )
    return plain.render_as_string(hide_password=False), secrets


def _fault(program: str, text: str, place: str, file: Path) -> StockError:
    """Return one sentence for what a program said; its own words may tell of rows."""
    for words, message, hint in _SENTENCES:
        if re.search(words, text):
            return DatabaseError(message.format(program=program, place=place, file=file), hint)
    missing = re.search(r'role "([^"]+)" does not exist', text)
    if missing and "FATAL" not in text:
        message = f"the server has no role {missing[1]}, which the backup speaks of"
        return DatabaseError(message, "run `stock db init` against this server first")
    if "could not connect" in text or "connection to server" in text or "FATAL" in text:
        return said(ConnectionError(text), place)
    lines = [*text.splitlines(), ""]
    first = next((line for line in lines if "error:" in line), lines[0])
    return DatabaseError(f"{program} failed: {first.rpartition('error:')[2].strip()[:200]}")


_SENTENCES = (
    (
        "server version mismatch",
        "this {program} is older than the database server of {place}",
        "install the server's own client programs, and name their folder in STOCK_PG_BIN",
    ),
    (
        "row-level security|row security",
        "this user may not see the rows of every shop of {place}",
        "use the address of the database's administrator, a superuser, in STOCK_DATABASE_URL",
    ),
    (
        "permission denied|must be (?:owner|superuser|member)|must be able to SET ROLE",
        "this user may not read or make all that a backup of {place} holds",
        "use the address of the database's administrator, a superuser, in STOCK_DATABASE_URL",
    ),
    (
        "could not (?:write|close data file|open output file)|File too large|SIGXFSZ",
        "{file} was not written whole: the disk is full, or files may not become so large",
        "make room, or name a place on another disk",
    ),
    (
        "No space left on device",
        "a disk is full: the server's of {place}, or that of {file}",
        "make room and try again",
    ),
    (
        "unexpected end of file|could not read from input file|found unexpected block",
        "{file} is cut short or damaged; nothing of it was kept",
        "use another backup",
    ),
    (
        "unrecognized configuration parameter|unsupported version",
        "the backup was made on a newer PostgreSQL than {place} is",
        "restore it into a server of that version or a newer one",
    ),
)
