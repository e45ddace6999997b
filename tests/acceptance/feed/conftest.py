"""The real command on two stocked shops, and a till that talks to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.acceptance.cli.conftest import Command, empty, stock, stocked, tokens
from tests.fixtures.shops import Shops
from tests.fixtures.tills import Till, till

__all__ = ["empty", "stock", "stocked", "tokens"]

OpenTill = Callable[..., AbstractContextManager[Till]]


@pytest.fixture
def open_till(stock: Command, tokens: Shops) -> OpenTill:
    """Start `stock feed` with these options, as north's manager."""

    def start(*options: str) -> AbstractContextManager[Till]:
        return till([*stock.line, "feed", *options], stock.environ(tokens.north_manager))

    return start
