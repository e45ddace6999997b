"""The demo's home, the command on it, and a fake of Claude's service."""

from __future__ import annotations

from tests.fakes.messages_api import messages_api
from tests.fixtures.demo_home import demo, loaded_demo, stock

__all__ = ["demo", "loaded_demo", "messages_api", "stock"]
