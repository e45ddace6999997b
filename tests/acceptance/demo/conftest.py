"""The demo's home, and the command on it."""

from __future__ import annotations

from tests.fixtures.demo_home import demo, loaded_demo, stock

__all__ = ["demo", "loaded_demo", "stock"]
