"""An open transaction of one tenant: every statement of a repository is made here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Row,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from stockcli.domain.audit import Actor
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import Tenant
from stockcli.persistence.audit_log import append_entry
from stockcli.persistence.tables import TenantStateRow, table_of
from stockcli.persistence.written import INSERT, UPSERT, Written
from stockcli.usecases.ports import Clock

Value = TypeVar("Value")
Record = Mapping[str, Any]

IN_A_STATEMENT = 5_000
"""Values in one IN (...): well below what either database takes."""

NOT_STOCK_FACTS = frozenset(
    {
        "audit_entry",
        "check_lease",
        "check_run",
        "conversation",
        "forecast_record",
        "import_profile",
        "import_record",
        "model_call",
        "model_gate",
        "outbox",
        "review_batch",
        "snapshot",
        "tenant_state",
        "token_rate",
    }
)
_STATE = table_of(TenantStateRow)


class Work:
    """One tenant's transaction.

    Statements begin here with the tenant in them, so that a repository cannot forget it, and
    pass through here when they run. So this is also where it is seen whether a stock fact was
    written: a statement that changes a table not named in NOT_STOCK_FACTS. A new table counts
    as facts until somebody says otherwise: then answers are refreshed too often, never too
    seldom. And it is where the audit log learns what was written.
    """

    def __init__(
        self, connection: Connection, tenant: Tenant, clock: Clock, *, writes: bool
    ) -> None:
        self.tenant = tenant
        self.clock = clock
        self.is_open = True
        self._connection = connection
        self.writes = writes
        self._touched = False
        self._written = Written()

    @property
    def tenant_id(self) -> TenantId:
        """Return whose rows these are."""
        return self.tenant.id

    @property
    def is_on_server(self) -> bool:
        """Return whether this is PostgreSQL, which has functions and a clock of its own."""
        return self._connection.dialect.name == "postgresql"

    @property
    def touched(self) -> bool:
        """Return whether stock facts were written since the last commit."""
        return self._touched

    def _queue(self) -> None:
        """Wait for other writers of this shop, so that what is read here stays true.

        SQLite has one writer at a time anyway; PostgreSQL does the same per shop once each
        writer begins by taking the shop's row. Read-then-write needs no further locks, and
        two writers of one shop cannot deadlock.
        """
        if self.writes and self.is_on_server:
            self._connection.execute(self.select(_STATE).with_for_update())

    # --- statements that know whose they are ---

    def select(self, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
        """Return a select of this tenant's rows: whole rows unless columns are named."""
        return select(*(columns or (table,))).where(table.c.tenant_id == self.tenant_id)

    def update(self, table: Table) -> Update:
        """Return an update of this tenant's rows."""
        return update(table).where(table.c.tenant_id == self.tenant_id)

    # --- running them ---

    def rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Return all rows of a select."""
        return self._run(statement).all()

    def row(self, statement: Select[Any]) -> Row[Any] | None:
        """Return the first row of a select, or None."""
        return self._run(statement).first()

    def value(self, statement: Select[Any]) -> Any:
        """Return the first column of the first row, or None."""
        return self._run(statement).scalar()

    def rows_in(
        self, statement: Select[Any], column: ColumnElement[Any], values: Collection[Any]
    ) -> Iterator[Row[Any]]:
        """Yield the rows whose column is one of many values, a few statements at most."""
        for batch in batches(list(values), IN_A_STATEMENT):
            yield from self.rows(statement.where(column.in_(batch)))

    def change(self, statement: Update, rows: Sequence[Record] | None = None) -> int:
        """Run an update, once or for each row of values; return rows changed."""
        if rows is not None and not rows:
            return 0
        result = self._write(statement, rows)
        self._written.note_change(statement, result, result.rowcount, rows)
        return result.rowcount

    def changed(self, statement: Any) -> Sequence[Row[Any]]:
        """Run a change that returns rows."""
        result = self._write(statement, None)
        found = result.all()
        self._written.note_change(statement, result, len(found))
        return found

    def add(self, table: Table, rows: Sequence[Record]) -> None:
        """Insert rows."""
        if rows:
            self._write(*self._inserting(table, rows))
            self._written.note(table.name, INSERT, len(rows), rows)

    def add_one(self, table: Table, row: Record) -> int:
        """Insert a row and return the number the database gave it."""
        statement = insert(table).values(**row, tenant_id=self.tenant_id).returning(table.c.id)
        number = int(self._write(statement, None).scalar_one())
        self._written.note(table.name, INSERT, 1, [{**row, "id": number}])
        return number

    def insert_raw(self, table: Table, insert: Callable[[Connection, TenantId], int]) -> int:
        """Insert many rows past SQLAlchemy, as the database itself keeps them; return how many.

        Args:
            insert: runs the driver's own statement for a tenant, and returns the rows inserted.
        """
        self._begin_writing(table)
        count = insert(self._connection, self.tenant_id)
        self._written.note(table.name, INSERT, count)
        return count

    def add_new(
        self, table: Table, rows: Sequence[Record], *returning: Column[Any]
    ) -> Sequence[Row[Any]]:
        """Insert the rows that break no unique key, and return columns of those."""
        if not rows:
            return []
        added = self._insert_new(table, self._owned(rows), returning)
        known = rows if len(added) == len(rows) else [row._asdict() for row in added]
        self._written.note(table.name, INSERT, len(added), known)
        return added

    def put(self, table: Table, rows: Sequence[Record], *, by: Sequence[str]) -> None:
        """Insert rows, or replace those with the same key (the tenant is part of it)."""
        latest = {tuple(row[name] for name in by): row for row in rows}
        if not latest:
            return
        new = list(latest.values())
        statement, values = self._inserting(table, new)
        replaced = {name: statement.excluded[name] for name in new[0] if name not in by}
        statement = statement.on_conflict_do_update(
            index_elements=["tenant_id", *by], set_=replaced
        )
        self._write(statement, values)
        self._written.note(table.name, UPSERT, len(new), new)

    def forget(self, cache: Table, key: Column[str], keys: Collection[str]) -> None:
        """Delete rows of a cache; nothing else is ever deleted.

        On PostgreSQL nobody who works for a shop may delete: a function does, of caches alone.
        """
        if not keys:
            return
        if self._connection.dialect.name == "postgresql":
            names = bindparam(None, list(keys), type_=postgresql.ARRAY(Text()))
            self._run(select(func.stock_sec.forget_snapshots(names)))
        else:
            own = delete(cache).where(cache.c.tenant_id == self.tenant_id, key.in_(keys))
            self._write(own, None)

    def moved_on(self) -> None:
        """Move the shop's version on if stock facts were written: once, just before a commit."""
        if self._touched:
            self._run(self.update(_STATE).values(version=_STATE.c.version + 1))
            self._touched = False

    def sign(self, actor: Actor) -> None:
        """Append what was written to the shop's audit log: once, just before a commit."""
        did = self._written.take()
        if did is not None:
            append_entry(self._connection, self.tenant_id, actor, did, self.clock.now())

    def _insert_new(
        self, table: Table, rows: Sequence[Record], returning: Sequence[Column[Any]]
    ) -> Sequence[Row[Any]]:
        if self._connection.dialect.name != "postgresql":
            statement = sqlite.insert(table).on_conflict_do_nothing().returning(*returning)
            return self._write(statement, rows).all()
        arrays = _insert_arrays(table, rows).on_conflict_do_nothing().returning(*returning)
        return self._write(arrays, None).all()

    def _inserting(
        self, table: Table, rows: Sequence[Record]
    ) -> tuple[sqlite.Insert | postgresql.Insert, Sequence[Record] | None]:
        """Return an insertion of rows, and what to run it with.

        Into a file they go one after the other; on a server each would be a statement of its own
        with the fences' checks, so there they are one.
        """
        owned = self._owned(rows)
        if self.is_on_server:
            return _insert_arrays(table, owned), None
        return sqlite.insert(table), owned

    def _owned(self, rows: Collection[Record]) -> list[dict[str, Any]]:
        return [{**row, "tenant_id": self.tenant_id} for row in rows]

    def _write(self, statement: Any, rows: Sequence[Record] | None) -> CursorResult[Any]:
        self._begin_writing(statement.table)
        return self._connection.execute(statement, rows)

    def _begin_writing(self, table: Table) -> None:
        if not self.writes:
            message = "this unit of work only reads: enter it with `with unit:` to write"
            raise RuntimeError(message)
        self._begin()
        if table.name not in NOT_STOCK_FACTS:
            self._touched = True

    def _run(
        self, statement: Executable, rows: Sequence[Record] | None = None
    ) -> CursorResult[Any]:
        self._begin()
        return self._connection.execute(statement, rows)

    def _begin(self) -> None:
        if not self.is_open:
            message = "the unit of work is over: use its repositories inside the `with`"
            raise RuntimeError(message)
        if not self._connection.in_transaction():
            self._queue()


def batches(values: Sequence[Value], size: int) -> Iterator[Sequence[Value]]:
    """Yield values in runs of at most this size."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _insert_arrays(table: Table, rows: Sequence[Record]) -> postgresql.Insert:
    """Return one insertion of all rows, a parameter a column: five times as fast as VALUES."""
    columns = [table.c[name] for name in rows[0]]
    # One dimension, also where a value is itself a list, as JSON may be.
    arrays = [
        bindparam(
            None,
            [row[column.name] for row in rows],
            type_=postgresql.ARRAY(column.type, dimensions=1),
        )
        for column in columns
    ]
    names = (column.name for column in columns)
    unnested = func.unnest(*arrays).table_valued(*names).render_derived()
    return postgresql.insert(table).from_select(columns, select(unnested))
