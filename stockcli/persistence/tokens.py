"""Tokens: 256 random bits behind a readable prefix, with a checksum that catches typing errors.

The form is `stk_<m, a or o>_<43 characters of secret><6 of CRC-32>`: no signs at which a double
click would stop. Only the SHA-256 of the whole is stored: a secret of 256 bits needs no slow
hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib

from stockcli.domain.shop import Role

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SECRET_LENGTH = 43
_CHECKSUM_LENGTH = 6
_SHOWN_LENGTH = len("stk_m_") + 6
_LETTERS = {Role.MANAGER: "m", Role.ANALYST: "a", Role.OPERATOR: "o"}
_FORM = re.compile(rf"stk_([mao])_[0-9A-Za-z]{{{_SECRET_LENGTH}}}[0-9A-Za-z]{{{_CHECKSUM_LENGTH}}}")


def new_secret(role: Role) -> str:
    """Return a fresh token for a role."""
    number = int.from_bytes(secrets.token_bytes(32))
    body = f"stk_{_LETTERS[role]}_{_base62(number, _SECRET_LENGTH)}"
    return body + _checksum(body)


def is_well_formed(secret: str) -> bool:
    """Return whether this could be a token: a typing error is found without a look-up."""
    if not _FORM.fullmatch(secret):
        return False
    body, checksum = secret[:-_CHECKSUM_LENGTH], secret[-_CHECKSUM_LENGTH:]
    return _checksum(body) == checksum


def shown_prefix(secret: str) -> str:
    """Return the piece of a token that may be stored and shown: 36 of its 256 bits."""
    return secret[:_SHOWN_LENGTH]


def fingerprint(secret: str) -> bytes:
    """Return what is stored of a token: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    """Return a number in base 62, padded to a length.

    >>> _base62(62, 3)
    '010'
    """
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
