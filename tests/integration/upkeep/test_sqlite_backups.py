from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from stockcli.domain.errors import ConflictError, DatabaseError, InvalidInputError
from stockcli.persistence import triggers
from stockcli.persistence.database import Database
from stockcli.persistence.upkeep.service import Upkeep
from stockcli.persistence.upkeep.sqlite_copies import faults_of
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.upkeep.conftest import Rows, all_rows


def rows_in(file: Path) -> Rows:
    engine = create_engine(f"sqlite:///{file}")
    rows = all_rows(engine)
    engine.dispose()
    return rows


def change(file: Path, statement: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(statement)
    connection.close()


def leftovers(folder: Path) -> list[str]:
    return [
        one.name for one in folder.iterdir() if "partial" in one.name or "restoring" in one.name
    ]


@pytest.fixture
def backup(sqlite_upkeep: Upkeep, tmp_path: Path) -> Path:
    """A backup of the two shops."""
    file = tmp_path / "backup.db"
    sqlite_upkeep.back_up(file)
    return file


def test_a_backup_is_one_sound_file_for_its_owner_alone(backup: Path, live: Path) -> None:
    assert rows_in(backup) == rows_in(live)
    assert faults_of(backup) == []
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert sorted(one.name for one in backup.parent.iterdir() if "backup" in one.name) == [
        "backup.db"
    ]


def test_a_file_that_is_there_is_not_replaced_unasked(sqlite_upkeep: Upkeep, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(ConflictError, match="already"):
        sqlite_upkeep.back_up(backup)
    assert backup.read_bytes() == before
    sqlite_upkeep.back_up(backup, replace=True)


def test_the_database_itself_is_never_the_backup(sqlite_upkeep: Upkeep, live: Path) -> None:
    with pytest.raises(ConflictError, match="the database itself"):
        sqlite_upkeep.back_up(live, replace=True)


def test_a_backup_of_a_file_that_is_written_holds_one_instant(
    sqlite_upkeep: Upkeep, live: Path, tmp_path: Path
) -> None:
    stop = threading.Event()

    def write() -> None:
        connection = sqlite3.connect(live, timeout=30, isolation_level=None)
        while not stop.is_set():
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE tenant_state SET version = version + 1")
            connection.execute("UPDATE tenant_state SET orders_numbered = version")
            connection.execute("COMMIT")
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(8):
            sqlite_upkeep.back_up(tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    for number in range(8):
        states = rows_in(tmp_path / f"{number}.db")["tenant_state"]
        assert len({version == numbered for _, version, numbered, *_ in states}) == 1


def test_a_damaged_database_makes_no_backup(
    sqlite_upkeep: Upkeep, live: Path, tmp_path: Path
) -> None:
    with live.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 10)
    with pytest.raises(DatabaseError, match="damaged"):
        sqlite_upkeep.back_up(tmp_path / "backup.db")
    assert not (tmp_path / "backup.db").exists()
    assert leftovers(tmp_path) == []


def test_a_full_disk_leaves_no_half_backup(
    sqlite_upkeep: Upkeep, backup: Path, tmp_path: Path
) -> None:
    before = backup.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(DatabaseError, match="full"):
            sqlite_upkeep.back_up(backup, replace=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert backup.read_bytes() == before
    assert leftovers(tmp_path) == []


def test_a_folder_that_is_not_there_is_named(sqlite_upkeep: Upkeep, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="nowhere"):
        sqlite_upkeep.back_up(tmp_path / "nowhere" / "backup.db")


def test_a_restore_brings_everything_back_and_keeps_what_was_there(
    sqlite_upkeep: Upkeep, sqlite_database: Database, backup: Path, live: Path
) -> None:
    good = rows_in(live)
    change(live, "UPDATE product SET name = 'spoiled'")
    spoiled = rows_in(live)
    done = sqlite_upkeep.restore(backup, replace=True)
    assert rows_in(live) == good
    assert done.kept is not None
    assert rows_in(done.kept) == spoiled
    assert done.kept.parent == live.parent
    assert done.waiting == 1
    with sqlite_database._engine.connect() as connection:
        assert triggers.installed(connection) == triggers.expected("sqlite")
    assert sqlite_upkeep.findings() == []
    assert [sqlite_upkeep.findings_of(shop) for shop in sqlite_database.directory().tenants()] == [
        [],
        [],
    ]


def test_shops_are_not_replaced_unasked(sqlite_upkeep: Upkeep, backup: Path, live: Path) -> None:
    before = rows_in(live)
    with pytest.raises(ConflictError, match="2 shops"):
        sqlite_upkeep.restore(backup)
    assert rows_in(live) == before


def test_a_database_that_is_not_there_or_empty_is_made(
    backup: Path, tmp_path: Path, clock: SteppingClock
) -> None:
    for name, exists in (("new.db", False), ("empty.db", True)):
        file = tmp_path / name
        if exists:
            file.touch()
        fresh = Database(f"sqlite:///{file}", clock=clock)
        assert fresh.upkeep().restore(backup).kept is None
        assert rows_in(file) == rows_in(backup)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        fresh.dispose()


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    sqlite_upkeep: Upkeep, backup: Path, live: Path
) -> None:
    from alembic import command

    from stockcli.persistence.migrations.running import configuration

    engine = create_engine(f"sqlite:///{backup}")
    with engine.begin() as connection:
        triggers.drop(connection)
        command.downgrade(configuration(connection), "0002")
    engine.dispose()
    old = backup.read_bytes()
    assert sqlite_upkeep.restore(backup, replace=True).revision == "0002"
    assert len(rows_in(live)["tenant"]) == 2
    assert backup.read_bytes() == old


def test_a_backup_of_a_newer_version_changes_nothing(
    sqlite_upkeep: Upkeep, backup: Path, live: Path
) -> None:
    change(backup, "UPDATE alembic_version SET version_num = '9999'")
    before = rows_in(live)
    with pytest.raises(DatabaseError, match="newer version"):
        sqlite_upkeep.restore(backup, replace=True)
    assert rows_in(live) == before
    assert leftovers(live.parent) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"no database at all, but a letter" * 200, "not a database of this program"),
        (b"SQLite format 3\x00" + b"\xff" * 9000, "backup.db"),
    ],
)
def test_what_is_no_backup_changes_nothing(
    sqlite_upkeep: Upkeep, live: Path, tmp_path: Path, content: bytes, said: str
) -> None:
    before, backup = rows_in(live), tmp_path / "backup.db"
    backup.write_bytes(content)
    with pytest.raises((DatabaseError, InvalidInputError), match=said):
        sqlite_upkeep.restore(backup, replace=True)
    assert rows_in(live) == before
    assert leftovers(live.parent) == []


def test_a_backup_cut_short_changes_nothing(
    sqlite_upkeep: Upkeep, backup: Path, live: Path
) -> None:
    before = rows_in(live)
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    with pytest.raises(DatabaseError, match=r"backup\.db"):
        sqlite_upkeep.restore(backup, replace=True)
    assert rows_in(live) == before


def test_another_programs_file_is_neither_restored_nor_replaced(
    sqlite_upkeep: Upkeep, backup: Path, live: Path, tmp_path: Path, clock: SteppingClock
) -> None:
    theirs = tmp_path / "theirs.db"
    change(theirs, "CREATE TABLE notes (text)")
    with pytest.raises(DatabaseError, match="not a database of this program"):
        sqlite_upkeep.restore(theirs, replace=True)
    before = theirs.read_bytes()
    with pytest.raises(DatabaseError, match="belongs to another program"):
        Database(f"sqlite:///{theirs}", clock=clock).upkeep().restore(backup, replace=True)
    assert theirs.read_bytes() == before


def test_a_damaged_database_is_put_aside_when_asked(
    backup: Path, tmp_path: Path, clock: SteppingClock
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database" * 1000)
    database = Database(f"sqlite:///{broken}", clock=clock)
    with pytest.raises(ConflictError, match="not replaced"):
        database.upkeep().restore(backup)
    kept = database.upkeep().restore(backup, replace=True).kept
    assert kept is not None
    assert kept.read_bytes() == b"no database" * 1000
    assert rows_in(broken) == rows_in(backup)
    database.dispose()


def test_whoever_writes_during_a_restore_is_before_or_after_it(
    sqlite_upkeep: Upkeep, backup: Path, live: Path
) -> None:
    booked: list[int] = []
    stop = threading.Event()

    def write() -> None:
        connection = sqlite3.connect(live, timeout=30, isolation_level=None)
        while not stop.is_set():
            number = 1_000 + len(booked)
            connection.execute("UPDATE tenant_state SET version = ?", (number,))
            booked.append(number)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        time.sleep(0.2)
        kept = sqlite_upkeep.restore(backup, replace=True).kept
        time.sleep(0.2)
    finally:
        stop.set()
        writer.join()
    assert kept is not None
    last_before = rows_in(kept)["tenant_state"][0][1]
    # What was booked before is in what was kept; what came after it is in the database.
    assert last_before in booked
    assert rows_in(live)["tenant_state"][0][1] == booked[-1]
    assert faults_of(live) == []


def killed_after(seconds: float, work: Callable[[], object]) -> bool:
    """Do something in a child that is killed meanwhile; return whether it came to its end."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return not os.WIFSIGNALED(status)


def test_a_kill_in_a_restore_leaves_the_old_state_or_the_new(
    backup: Path, live: Path, clock: SteppingClock, sqlite_database: Database
) -> None:
    sqlite_database.dispose()  # nothing open is handed to the children
    new = rows_in(backup)
    change(live, "UPDATE product SET name = 'old'")
    old_file = live.with_name("old.db")
    shutil.copy(live, old_file)
    old, seen = rows_in(live), set()
    for point in range(24):
        for end in ("", "-wal", "-shm"):
            Path(f"{live}{end}").unlink(missing_ok=True)
        shutil.copy(old_file, live)
        restore = Database(f"sqlite:///{live}", clock=clock).upkeep().restore
        killed_after(0.02 * point, partial(restore, backup, replace=True))
        rows = rows_in(live)
        assert rows in (old, new)
        assert faults_of(live) == []
        seen.add(rows == new)
        for kept in live.parent.glob("*before-restore*"):
            kept.unlink()
    assert False in seen


def test_a_kill_in_a_backup_leaves_none_or_a_whole_one(
    live: Path, tmp_path: Path, clock: SteppingClock, sqlite_database: Database
) -> None:
    sqlite_database.dispose()
    rows = rows_in(live)
    for point in range(16):
        target = tmp_path / f"backup-{point}.db"
        back_up = Database(f"sqlite:///{live}", clock=clock).upkeep().back_up
        killed_after(0.01 * point, partial(back_up, target))
        assert not target.exists() or rows_in(target) == rows
    assert rows_in(live) == rows


def test_a_restore_waits_for_whoever_writes(
    sqlite_upkeep: Upkeep, backup: Path, live: Path
) -> None:
    holder = sqlite3.connect(live, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    holder.execute("UPDATE tenant SET name = 'booked in time'")
    timer = threading.Timer(1, lambda: holder.execute("COMMIT"))
    timer.start()
    kept = sqlite_upkeep.restore(backup, replace=True).kept
    timer.join()
    holder.close()
    assert kept is not None
    assert {row[2] for row in rows_in(kept)["tenant"]} == {"booked in time"}
    assert rows_in(live) == rows_in(backup)
