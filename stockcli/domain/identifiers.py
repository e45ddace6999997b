"""Names of things: surrogate ids, and the codes people type."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple, NewType

from stockcli.domain.errors import InvalidInputError

TenantId = NewType("TenantId", int)
ProductId = NewType("ProductId", int)
LocationId = NewType("LocationId", int)
SupplierId = NewType("SupplierId", int)
OrderId = NewType("OrderId", int)
RunId = NewType("RunId", str)

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_CODE = re.compile(r"[^\x00-\x1f\x7f]{1,64}")


class StockKey(NamedTuple):
    """One product at one location: what is stocked, forecast and ordered."""

    product_id: ProductId
    location_id: LocationId


def sku(text: str) -> str:
    """Return the canonical form of a stock-keeping unit: trimmed, upper case.

    >>> sku(" 85123a ")
    '85123A'
    """
    return _code(text, "SKU")


def location_code(text: str) -> str:
    """Return the canonical form of a location's code: trimmed, upper case."""
    return _code(text, "location")


def supplier_code(text: str) -> str:
    """Return the canonical form of a supplier's code: trimmed, upper case."""
    return _code(text, "supplier")


def tenant_slug(text: str) -> str:
    """Return a tenant's short name: lower case letters, digits and hyphens, 1 to 40."""
    slug = text.strip().lower()
    if not _SLUG.fullmatch(slug):
        message = f"{text!r} is no tenant name: use 1 to 40 letters, digits and hyphens"
        raise InvalidInputError(message)
    return slug


def folded(text: str) -> str:
    """Return a text as people search for it: without case and accents.

    >>> folded("Pão de QUEIJO")
    'pao de queijo'
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _code(text: str, what: str) -> str:
    code = unicodedata.normalize("NFC", text).strip().upper()
    if not _CODE.fullmatch(code):
        message = f"{text[:80]!r} is no {what}: use 1 to 64 printable characters"
        raise InvalidInputError(message)
    return code
