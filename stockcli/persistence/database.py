"""The database: from its address to units of work."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, func, select, text

from stockcli.domain.audit import Actor
from stockcli.domain.errors import DatabaseError
from stockcli.domain.model_limits import ModelLimits
from stockcli.domain.shop import Tenant
from stockcli.persistence.connection import (
    AS_ADMINISTRATOR,
    READING,
    TENANT,
    make_engine,
    parsed_url,
    sqlite_file,
)
from stockcli.persistence.directory import SqlDirectory
from stockcli.persistence.failures import UPGRADE_HINT
from stockcli.persistence.model_gate import SqlModelGate
from stockcli.persistence.standing import Standing, standing_of
from stockcli.persistence.tables import OutboxRow, table_of
from stockcli.persistence.tenants import UnreadableTenant
from stockcli.persistence.unit import SqlUnitOfWork
from stockcli.usecases.examining import Finding
from stockcli.usecases.ports import Clock, Directory, ModelGate, UnitOfWork

if TYPE_CHECKING:
    from stockcli.persistence.upkeep.service import Upkeep

HEAD = "0006"
"""The newest migration; a test holds it against the scripts."""

_OUTBOX = table_of(OutboxRow)
_FILE_MODE = 0o600


class Database:
    """A SQLite file or a PostgreSQL server; nothing is opened until it is used.

    Args:
        url: `sqlite:////path/to/file.db` or `postgresql://user@host/name`.
        clock: tells when things are written.
        token: the secret that a manager's connection to a server shows it.
        statement_timeout_seconds: how long a server works on one statement; None: as long as it
            was told to on its own side.

    Raises:
        DatabaseError: the address cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Clock,
        token: str | None = None,
        statement_timeout_seconds: int | None = None,
    ) -> None:
        self._engine = make_engine(parsed_url(url), token, statement_timeout_seconds)
        self._clock = clock

    @property
    def shown_url(self) -> str:
        """Return the address without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    def unit_of_work(self, tenant: Tenant, actor: Actor | None = None) -> UnitOfWork:
        """Return a unit of work bound to one tenant.

        Args:
            actor: who writes; None is somebody at the machine itself.

        Raises:
            NoTenantError: there is none.
        """
        return SqlUnitOfWork(self._engine, tenant, self._clock, actor or Actor())

    def model_gate(self, limits: ModelLimits) -> ModelGate:
        """Return the gate all calls of the language model pass.

        Args:
            limits: written down for all processes where an operator sets them.
        """
        gate = SqlModelGate(self._engine, self._clock)
        gate.write_limits(limits)
        return gate

    def directory(self, actor: Actor | None = None) -> Directory:
        """Return the tenants and tokens."""
        return SqlDirectory(self._engine, self._clock, actor or Actor())

    def unreadable_tenants(self) -> list[UnreadableTenant]:
        """Return the shops that the directory leaves out, since their policy cannot be read."""
        return SqlDirectory(self._engine, self._clock, Actor()).unreadable_tenants()

    def next_delivery(self, tenant: Tenant, *, without: Collection[str] = ()) -> datetime | None:
        """Return when the next waiting message of a shop is due; None if none waits.

        Args:
            without: channels that are not looked at.
        """
        waits = and_(
            _OUTBOX.c.status.in_(("pending", "sending")), _OUTBOX.c.channel.not_in(without)
        )
        due = select(func.min(_OUTBOX.c.due_at)).where(_OUTBOX.c.tenant_id == tenant.id, waits)
        with self._engine.connect() as connection:
            reading = connection.execution_options(**{READING: True, TENANT: tenant.id})
            at: datetime | None = reading.scalar(due)
        return at

    @property
    def newest_revision(self) -> str:
        """Return the revision of the tables that this version works with."""
        return HEAD

    def revision(self) -> str | None:
        """Return the revision of the tables that are there; None if there are none.

        Raises:
            DatabaseError: the database cannot be read.
        """
        file = sqlite_file(self._engine)
        if file is not None and not file.exists():
            return None
        with self._engine.connect() as connection:
            return _revision(connection.execution_options(**{READING: True}))

    def upkeep(self, programs: Path | None = None) -> Upkeep:
        """Return what is done to the database as a whole: checks, backups, shops that leave.

        Args:
            programs: the folder of PostgreSQL's own programs; None looks on the PATH.
        """
        from stockcli.persistence.upkeep.service import Upkeep  # noqa: PLC0415 - seldom needed

        return Upkeep(self, self._engine, self._clock, programs)

    def is_current(self) -> bool:
        """Return whether the tables are those of this version.

        Raises:
            DatabaseError: the database cannot be read, or a newer version made its tables.
        """
        with self._engine.connect() as connection:
            revision = _revision(connection.execution_options(**{READING: True}))
        if revision is not None and revision > HEAD:
            message = "the database was made by a newer version of this program"
            raise DatabaseError(message, "update the program")
        return revision == HEAD

    @property
    def serves_shops_only(self) -> bool:
        """Return whether the database's user sees no more than what a token opens."""
        if sqlite_file(self._engine) is not None:
            return False
        with self._engine.connect() as connection:
            return standing_of(connection) is Standing.SHOP

    def fence_findings(self) -> list[Finding]:
        """Return what is wrong with the fences between shops; nothing if they stand."""
        from stockcli.persistence.fences.setup import examine_fences  # noqa: PLC0415

        with self._engine.connect() as connection:
            return examine_fences(connection)

    def ensure_writable(self) -> None:
        """Try a change that changes nothing.

        Raises:
            DatabaseError: nothing can be written.
        """
        nothing = "UPDATE alembic_version SET version_num = version_num"
        if sqlite_file(self._engine) is None:
            # Nobody may change that table on a server. No shop has the number 0, yet a server that
            # only lets itself be read refuses.
            nothing = "UPDATE tenant_state SET version = version WHERE tenant_id = 0"
        with self._engine.connect() as connection:
            connection.execute(text(nothing))
            connection.rollback()

    def ensure_ready(self) -> None:
        """Make the database usable: a SQLite file is created and upgraded when it must be.

        Raises:
            DatabaseError: it cannot be used, or a server's tables are not of this version.
        """
        file = sqlite_file(self._engine)
        if file is not None:
            _prepare_file(file)
        if self.is_current():
            return
        if file is None:
            raise DatabaseError("the database is not set up for this version", UPGRADE_HINT)
        self.upgrade()

    def upgrade(self) -> None:
        """Bring the tables to this version, in one transaction; nothing happens if they are.

        Two processes may do so at once: on SQLite the transaction is a writer's from its
        start, so that the second waits and then finds nothing left to do.

        Raises:
            DatabaseError: it cannot be used, or a newer version of the program made it.
        """
        self._set_up(lambda *_: {})

    def initialise(self, *, new_passwords: bool = False) -> dict[str, str]:
        """Set the database up, and return the addresses by which a server's users reach it.

        Args:
            new_passwords: give the users another password, also where they have one.

        Returns:
            The address of each user, with `***` for a password it has already; none for a file.

        Raises:
            DatabaseError: as for `upgrade`.
            NotAllowedError: on a server: the address is no administrator's.
        """
        from stockcli.persistence.fences.setup import give_passwords  # noqa: PLC0415

        passwords = self._set_up(partial(give_passwords, anew=new_passwords))
        return {role: self._address(role, password) for role, password in passwords.items()}

    def _set_up(
        self, give_passwords: Callable[[Connection, frozenset[str]], dict[str, str | None]]
    ) -> dict[str, str | None]:
        # Alembic takes a third of a second to import, and is hardly ever needed.
        from stockcli.persistence.fences import setup  # noqa: PLC0415
        from stockcli.persistence.migrations.running import upgrade  # noqa: PLC0415

        file = sqlite_file(self._engine)
        if file is not None:
            _prepare_file(file)
        with self._engine.connect().execution_options(**{AS_ADMINISTRATOR: True}) as connection:
            if file is not None:
                upgrade(connection)
                connection.commit()
                return {}
            # A revision may write whole tables anew.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            created = setup.prepare_server(connection)
            passwords = give_passwords(connection, created)
            upgrade(connection)
            setup.ensure_walls(connection)
            connection.commit()
        return passwords

    def _address(self, role: str, password: str | None) -> str:
        address = self._engine.url.set(username=role, password=password or "PASSWORD")
        return address.render_as_string(hide_password=password is None)

    def give_login(self, name: str) -> str:
        """Make a server's user for one shop's managers; return the address they reach it by.

        Raises:
            ConflictError: there is such a user, and it is no shop's.
            DatabaseError: it is a file, or the server is not set up.
            NotAllowedError: the address is no administrator's.
        """
        from stockcli.persistence.fences.logins import give_login  # noqa: PLC0415

        if sqlite_file(self._engine) is not None:
            hint = "whoever may read the file may work for every shop in it"
            raise DatabaseError("a SQLite file has no users", hint)
        with self._engine.connect().execution_options(**{AS_ADMINISTRATOR: True}) as connection:
            password = give_login(connection, name)
            connection.commit()
        address = self._engine.url.set(username=name, password=password)
        return address.render_as_string(hide_password=False)

    def dispose(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _revision(connection: Connection) -> str | None:
    tables = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if connection.dialect.name == "postgresql":
        # A table of a time before the fences cannot be read by who works behind them.
        tables = "SELECT 1 WHERE has_table_privilege(to_regclass('alembic_version'), 'SELECT')"
    if connection.scalar(text(tables)) is None:
        return None
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if revision is None else str(revision)


def _prepare_file(file: Path) -> None:
    """Create the file for its owner alone; what exists is left as it is.

    No folder is made: a mistyped one would begin an empty database beside the true one.
    """
    if not file.parent.exists():
        message = f"the database file {file} cannot be made: there is no such folder"
        raise DatabaseError(message, "make the folder, or mend the setting that names it")
    try:
        file.touch(exist_ok=True, mode=_FILE_MODE)
    except OSError as error:
        message = f"the database file {file} cannot be made: {error.strerror}"
        raise DatabaseError(message, "check that its folder is yours") from error
