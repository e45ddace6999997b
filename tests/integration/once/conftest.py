from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.scenes import Original


@pytest.fixture
def original(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Original:
    """An empty database on one backend after the other, to be prepared and then copied."""
    is_server = database_url.startswith("postgresql")
    server = str(request.getfixturevalue("postgres_url")) if is_server else ""
    folder = tmp_path / "copies"
    folder.mkdir()
    return Original(database_url, folder, server)
