"""Secrets that got into a sentence, a log line or a question are made unreadable there."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"(stk_[mao]_[0-9A-Za-z]{6})[0-9A-Za-z]{10,}")
_PASSWORD = re.compile(r"(\w://[^\s:/@]*:)[^\s@/]+(@)")


def without_secrets(text: str) -> str:
    """Return a text in which tokens end after what `stock token list` shows, and no password is.

    >>> without_secrets("stk_m_4f9a1cZ0123456789abc at postgresql://app:pw@db/stock")
    'stk_m_4f9a1c... at postgresql://app:***@db/stock'
    """
    return _PASSWORD.sub(r"\1***\2", _TOKEN.sub(r"\1...", text))
