"""What a log line is about: the run and the shop, whoever writes the line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_FACTS: ContextVar[Mapping[str, str]] = ContextVar("stock_log_facts")
_NOTHING: Mapping[str, str] = MappingProxyType({})


@contextmanager
def about(**facts: str) -> Iterator[None]:
    """Let every line that is logged within carry these facts, a library's lines too."""
    before = _FACTS.set({**about_now(), **facts})
    try:
        yield
    finally:
        _FACTS.reset(before)


def about_now() -> Mapping[str, str]:
    """Return what is being worked on: "run", "tenant"; nothing outside of any."""
    return _FACTS.get(_NOTHING)
