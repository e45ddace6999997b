"""Files taken in, and how their columns are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stockcli.persistence.tables import ImportProfileRow, ImportRecordRow, table_of
from stockcli.persistence.work import Work
from stockcli.usecases.ports import LOAD, ImportRecord

_RECORD = table_of(ImportRecordRow)
_PROFILE = table_of(ImportProfileRow)
_FACTS = ("kind", "file_name", "checksum", "imported_at", "report")


class SqlImports:
    """Records of imports and saved column mappings, in tables."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, record: ImportRecord) -> None:
        """Record a file."""
        self._work.add(_RECORD, [{name: getattr(record, name) for name in _FACTS}])

    def latest(self, limit: int) -> list[ImportRecord]:
        """Return the latest, newest first."""
        newest = self._work.select(_RECORD).order_by(_RECORD.c.id.desc()).limit(limit)
        return [
            ImportRecord(**{name: getattr(row, name) for name in _FACTS})
            for row in self._work.rows(newest)
        ]

    def chunks_loaded(self, checksum: str) -> frozenset[str]:
        """Return the marks of a file's chunks that were loaded."""
        same_file = (_RECORD.c.kind == LOAD, _RECORD.c.checksum == checksum)
        rows = self._work.rows(self._work.select(_RECORD, _RECORD.c.report).where(*same_file))
        return frozenset(str(row.report.get("chunk", "")) for row in rows)

    def profile(self, name: str) -> Mapping[str, Any] | None:
        """Return a saved column mapping."""
        wanted = self._work.select(_PROFILE).where(_PROFILE.c.name == name)
        row = self._work.row(wanted)
        return None if row is None else dict(row.mapping)

    def save_profile(self, name: str, mapping: Mapping[str, Any]) -> None:
        """Save or replace a column mapping."""
        self._work.put(_PROFILE, [{"name": name, "mapping": dict(mapping)}], by=["name"])

    def profiles(self) -> list[str]:
        """Return the names of the saved mappings."""
        names = self._work.select(_PROFILE, _PROFILE.c.name).order_by(_PROFILE.c.name)
        return [row.name for row in self._work.rows(names)]
