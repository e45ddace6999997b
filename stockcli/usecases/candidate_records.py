"""Candidates back from the JSON they were stored as, exactly as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from stockcli.domain.decisions import Candidate, OpenOrder
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import LocationId, ProductId, StockKey
from stockcli.domain.offers import SourceOffer
from stockcli.domain.sourcing import Autonomy, PriceBreak
from stockcli.domain.transfers import TransferOffer


def candidate_from_json(stored: Mapping[str, Any]) -> Candidate:
    """Return the candidate that `to_json` made these values of.

    What an earlier version did not know yet takes its default.

    Raises:
        InvalidInputError: the values are no candidate.
    """
    candidate: Candidate = _fact(Candidate, stored)
    return candidate


def _fact(kind: type[Any], stored: Mapping[str, Any]) -> Any:
    readers = _readers(kind)
    missing = _required(kind) - set(stored)
    if missing:
        message = f"a stored {kind.__name__} lacks {', '.join(sorted(missing))}"
        raise InvalidInputError(message, "it was stored by an earlier version")
    known = {name: stored[name] for name in readers if name in stored}
    try:
        return kind(**{name: readers[name](value) for name, value in known.items()})
    except (TypeError, ValueError, ArithmeticError) as error:
        message = f"a stored {kind.__name__} cannot be read: {error}"
        raise InvalidInputError(message) from error


def _required(kind: type[Any]) -> set[str]:
    return {one.name for one in fields(kind) if one.default is one.default_factory is MISSING}


def _readers(kind: type[Any]) -> dict[str, Callable[[Any], Any]]:
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


def _reader(hint: Any) -> Callable[[Any], Any]:
    """Return how a value of this type is read back from JSON."""
    if hint in _READERS:
        return _READERS[hint]
    if get_origin(hint) in (Union, UnionType):
        (inner,) = (one for one in get_args(hint) if one is not type(None))
        return lambda value: None if value is None else _reader(inner)(value)
    if get_origin(hint) is tuple:
        each = _reader(get_args(hint)[0])
        return lambda values: tuple(each(value) for value in values)
    return lambda value: value


def _key(value: Any) -> StockKey:
    product_id, location_id = value
    return StockKey(ProductId(product_id), LocationId(location_id))


_READERS: dict[Any, Callable[[Any], Any]] = {
    Decimal: lambda value: Decimal(str(value)),
    date: date.fromisoformat,
    float: float,
    StockKey: _key,
    Autonomy: Autonomy,
    OpenOrder: lambda value: _fact(OpenOrder, value),
    TransferOffer: lambda value: _fact(TransferOffer, value),
    SourceOffer: lambda value: _fact(SourceOffer, value),
    PriceBreak: lambda value: _fact(PriceBreak, value),
}
