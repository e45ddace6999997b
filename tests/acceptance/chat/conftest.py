"""The demo's home, the command on it, and fakes of Claude's service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.chat.paced_api import PacedApi
from tests.fakes.messages_api import messages_api
from tests.fixtures.demo_home import demo, loaded_demo, stock

__all__ = ["demo", "loaded_demo", "messages_api", "stock"]


@pytest.fixture
def paced_api() -> Iterator[PacedApi]:
    """The fake service that sends a piece when it is told to."""
    with PacedApi().running() as api:
        yield api
