"""What is done to a database as a whole, on either backend."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, func, select

from stockcli.domain.audit import HOUSE, Actor
from stockcli.domain.errors import ConflictError, DatabaseError, StockError
from stockcli.domain.shop import Tenant
from stockcli.persistence.audit_log import append_entry
from stockcli.persistence.connection import AS_ADMINISTRATOR, READING, TENANT, sqlite_file
from stockcli.persistence.fences.roles import ensure_roles
from stockcli.persistence.tables import OutboxRow, table_of
from stockcli.persistence.upkeep import postgres_archives, restoring, soundness, sqlite_copies
from stockcli.persistence.upkeep.erasing import erase_shop
from stockcli.persistence.upkeep.exporting import (
    OPERATORS_ONLY,
    Manifest,
    audit_head,
    export_shop,
)
from stockcli.persistence.upkeep.restoring import Restored
from stockcli.persistence.upkeep.shop_tables import LEFT_OUT, OnRows, ShopTables
from stockcli.persistence.upkeep.table_files import FORMS, write_tables
from stockcli.usecases.examining import Finding
from stockcli.usecases.ports import Clock

if TYPE_CHECKING:
    from stockcli.persistence.database import Database

log = logging.getLogger("stock.tenants")
_OUTBOX = table_of(OutboxRow)
_NEWER = "was made by a newer version of this program"


class Upkeep:
    """Checks, copies and cleans one database.

    Args:
        database: whose upkeep it is.
        engine: its connections.
        clock: the present.
        programs: the folder of PostgreSQL's own programs; None looks on the PATH.
    """

    def __init__(
        self, database: Database, engine: Engine, clock: Clock, programs: Path | None = None
    ) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._programs = programs

    def findings(self) -> list[Finding]:
        """Return what is wrong with the database as a whole; nothing if it is sound."""
        with self._reading() as connection:
            return soundness.findings_in(connection)

    def findings_of(self, shop: Tenant) -> list[Finding]:
        """Return what does not add up in one shop."""
        with self._reading(shop) as connection:
            return soundness.findings_of_shop(connection, shop.id)

    def back_up(self, target: Path, *, replace: bool = False) -> None:
        """Copy the database into a new file, whoever writes meanwhile.

        Raises:
            ConflictError: there is such a file already.
            DatabaseError: it cannot be read whole, or the file not be written.
        """
        file = sqlite_file(self._engine)
        if file is None:
            url = self._engine.url
            postgres_archives.back_up(url, target, replace=replace, programs=self._programs)
            return
        if not file.is_file():
            raise DatabaseError(f"there is no database file {file} yet", "nothing was backed up")
        if target.exists() and target.samefile(file):
            raise ConflictError(f"{target} is the database itself", "give another name")
        sqlite_copies.back_up(file, target, replace=replace)

    def restore(self, backup: Path, *, replace: bool = False) -> Restored:
        """Put a backup in the place of the database, brought up to date.

        Raises:
            ConflictError: there are shops, and they may not be replaced.
            InvalidInputError: it is no backup.
            DatabaseError: the backup is damaged or of a newer version; or nothing can be written.
        """
        file = sqlite_file(self._engine)
        if file is None:
            return self._restore_server(backup)
        file = file.resolve()  # what a link leads to is replaced, not the link
        with restoring.staged_copy(backup, file) as staged:
            revision = self._brought_up_to_date(staged, backup)
            kept = restoring.put_in_place(staged, file, replace=replace, now=self._clock.now())
        return Restored(revision=revision, kept=kept, waiting=self._waiting())

    def _brought_up_to_date(self, staged: Path, backup: Path) -> str:
        copy = type(self._database)(f"sqlite:///{staged}", clock=self._clock)
        try:
            revision = copy.revision() or ""
            self._ensure_not_newer(revision, backup)
            copy.upgrade()
        finally:
            copy.dispose()
        return revision

    def _ensure_not_newer(self, revision: str, backup: Path) -> None:
        if revision > self._database.newest_revision:
            message = f"{backup} {_NEWER}"
            raise DatabaseError(message, "update the program; nothing was changed")

    def _restore_server(self, backup: Path) -> Restored:
        revision = postgres_archives.revision_in(backup, self._programs)
        self._ensure_not_newer(revision, backup)
        if self._database.revision() is not None:
            message = f"{self._database.shown_url} was not replaced: it has tables of this program"
            hint = "make an empty one with `createdb`, and name it in STOCK_DATABASE_URL"
            raise ConflictError(message, hint)
        with self._administering().begin() as connection:
            ensure_roles(connection)  # an archive speaks of them, and has none
        postgres_archives.restore(self._engine.url, backup, programs=self._programs)
        self._engine.dispose()  # connections from before do not know of the roles
        self._database.upgrade()
        return Restored(revision=revision, waiting=self._waiting())

    def _waiting(self) -> int:
        """Return how many messages wait in all shops, read one shop after the other."""
        broken = [one.mended for one in self._database.unreadable_tenants()]
        return sum(map(self._waiting_of, [*self._database.directory().tenants(), *broken]))

    def _waiting_of(self, shop: Tenant) -> int:
        waits = _OUTBOX.c.status.in_(("pending", "sending"))
        counted = select(func.count()).where(_OUTBOX.c.tenant_id == shop.id, waits)
        with self._reading(shop) as connection:
            return int(connection.scalar(counted) or 0)

    def export(
        self, shop: Tenant, target: Path, *, by_operator: bool, replace: bool = False
    ) -> Manifest:
        """Write everything of one shop into a new file.

        Raises:
            ConflictError: there is such a file already.
            DatabaseError: it cannot be written, or a row cannot be read.
        """
        left_out = () if by_operator else tuple(sorted(OPERATORS_ONLY))
        with self._reading(shop) as connection:
            about = self._about(connection, shop, left_out)
            return export_shop(connection, target, about, shop.id, replace=replace)

    def export_tables(
        self,
        shop: Tenant,
        folder: Path,
        *,
        form: str,
        replace: bool = False,
        on_rows: OnRows | None = None,
    ) -> Manifest:
        """Write everything of one shop into a folder, a file a table, for other programs to read.

        Args:
            form: "csv" or "parquet".
            replace: whether files of the same names may be replaced; others stay in any case.
            on_rows: told of a table, how many of its rows are written, and how many it has.

        Raises:
            ConflictError: there is such a file already.
            DatabaseError: one cannot be written, or a row cannot be read.
            InvalidInputError: it is no folder, and none can be made there.
        """
        with self._reading(shop) as connection:
            about = self._about(connection, shop, LEFT_OUT)
            tables = ShopTables(connection, shop.id, on_rows or (lambda *_: None))
            return write_tables(tables, folder, about, FORMS[form], replace=replace)

    def _about(self, connection: Connection, shop: Tenant, left_out: tuple[str, ...]) -> Manifest:
        return Manifest(
            tenant=shop.slug,
            revision=self._database.revision() or "",
            written_at=self._clock.now(),
            left_out=left_out,
            audit_head=audit_head(connection, shop.id),
        )

    def erase(self, slug: str, actor: Actor) -> dict[str, int]:
        """Delete a shop and every row of it for good; return how many rows, by table.

        Raises:
            NotFoundError: there is no such shop.
            ConflictError: a check of it is under way.
            NotAllowedError: on a server, the address is not its administrator's.
        """
        with self._administering().begin() as connection:
            _take_the_time(connection)
            rows = erase_shop(connection, slug, self._clock.now())
            append_entry(connection, HOUSE, actor, _erased(slug, rows), self._clock.now())
        told = {"who": actor.who, "via": actor.via, "rows": sum(rows.values())}
        log.warning("erased the shop %s: %s rows, by %s", slug, told["rows"], actor.who, extra=told)
        return rows

    def wipe(self) -> str:
        """Leave nothing of what was deleted in a SQLite file; return why that failed, if it did."""
        file = sqlite_file(self._engine)
        if file is None:
            return ""
        self._engine.dispose()
        try:
            sqlite_copies.wipe(file)
        except StockError as error:
            return error.message
        return ""

    def _administering(self) -> Engine:
        return self._engine.execution_options(**{AS_ADMINISTRATOR: True})

    @contextmanager
    def _reading(self, shop: Tenant | None = None) -> Iterator[Connection]:
        options = {READING: True} | ({TENANT: shop.id} if shop else {})
        with self._engine.connect() as connection:
            reading = connection.execution_options(**options)
            _take_the_time(reading)
            yield reading


def _erased(slug: str, rows: Mapping[str, int]) -> dict[str, Any]:
    """Return what the house's audit log tells of an erasure; the shop's own went with it."""
    gone = [{"table": name, "verb": "delete", "rows": count} for name, count in rows.items()]
    return {"erased": slug, "writes": [one for one in gone if one["rows"]]}


def _take_the_time(connection: Connection) -> None:
    """Let statements of this transaction take as long as they need: they read whole tables."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
