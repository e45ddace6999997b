"""The real command on two stocked shops: each pain of other systems, tried on this one."""

from __future__ import annotations

from tests.acceptance.cli.conftest import checked, empty, stock, stock_after_check, stocked, tokens

__all__ = ["checked", "empty", "stock", "stock_after_check", "stocked", "tokens"]
