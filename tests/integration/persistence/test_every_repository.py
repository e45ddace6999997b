"""Every method of every repository, called with whatever the neighbour's things are called."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from stockcli.domain.errors import StockError
from stockcli.persistence.database import Database
from stockcli.usecases.ports import UnitOfWork, work
from tests.integration.persistence.foreign_values import BY_TYPE
from tests.integration.persistence.street import Shop, rows_of, shop_called

Call = tuple[tuple[Any, ...], dict[str, Any]]

GIVES_AWAY = re.compile(
    r"eighbour's|Neighbour \w|'neighbour': True|Decimal\('(60|77|78|79|15\.0|0\.4)|n\.csv"
)
"""Words and numbers that only the neighbour has."""


def methods() -> dict[str, Callable[..., Any]]:
    """Return every public method of every repository of a unit of work, by its path."""
    found: dict[str, Callable[..., Any]] = {}
    for name, port in vars(UnitOfWork).items():
        if not isinstance(port, property):
            continue
        repository = typing.get_type_hints(port.fget, vars(work))["return"]
        if getattr(repository, "_is_protocol", False):
            for method, function in vars(repository).items():
                if inspect.isfunction(function) and not method.startswith("_"):
                    found[f"{name}.{method}"] = function
    return found


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return what a method must be given or may be given by name."""
    return [
        parameter
        for parameter in list(inspect.signature(function).parameters.values())[1:]
        if parameter.kind is not parameter.VAR_KEYWORD
    ]


def calls(function: Callable[..., Any], shop: Shop, neighbour: Shop) -> Iterator[Call]:
    """Yield calls until each value of each parameter was tried."""
    taken = parameters(function)
    tried = [BY_TYPE[str(parameter.annotation)](shop, neighbour) for parameter in taken]
    for mix in zip_longest(*tried) if tried else [()]:
        # The shorter lists begin anew.
        values = [
            choices[row % len(choices)] if value is None and len(choices) > 0 else value
            for row, (value, choices) in enumerate(zip(mix, tried, strict=True))
        ]
        by_name = {
            parameter.name: value
            for parameter, value in zip(taken, values, strict=True)
            if parameter.kind is parameter.KEYWORD_ONLY
        }
        yield tuple(values[: len(values) - len(by_name)]), by_name


def attempt(shop: Shop, path: str, call: Call, *, writes: bool) -> str:
    """Call a method in a transaction of its own; return all it says. Writes are committed."""
    repository, method = path.split(".")
    given, by_name = call
    unit = shop.unit
    try:
        with unit if writes else unit.reading():
            said = getattr(getattr(unit, repository), method)(*given, **by_name)
            if writes:
                unit.commit()
    except StockError as error:
        said = f"{error} {error.hint}"
    return repr(said)


def is_writing(shop: Shop, path: str, call: Call) -> bool:
    """Return whether a method refuses to run where only reading is allowed."""
    try:
        attempt(shop, path, call, writes=False)
    except RuntimeError:
        return True
    return False


def test_every_type_that_a_repository_takes_is_tried_with_the_neighbours_values() -> None:
    types = {
        str(parameter.annotation) for one in methods().values() for parameter in parameters(one)
    }
    assert types - BY_TYPE.keys() == set()
    assert len(methods()) > 60


def test_no_method_of_a_repository_shows_or_touches_the_neighbour(
    database: Database, shop: Shop, neighbour: Shop
) -> None:
    before = rows_of(database, neighbour.tenant)
    todo = {path: list(calls(function, shop, neighbour)) for path, function in methods().items()}
    writing = [path for path, (first, *_) in todo.items() if is_writing(shop, path, first)]
    # What is read is looked at before anything of the shop's own could be taken for a leak.
    breaches = [
        f"{path} shows {said[:200]}"
        for path in todo.keys() - writing
        for said in (attempt(shop, path, call, writes=False) for call in todo[path])
        if GIVES_AWAY.search(said)
    ]
    for path in writing:
        for call in todo[path]:
            attempt(shop, path, call, writes=True)
        if rows_of(database, neighbour.tenant) != before:
            breaches.append(f"{path} touches the neighbour")
    assert breaches == []
    assert len(writing) > 20


def test_the_same_calls_by_the_neighbour_itself_show_what_is_its_own(
    database: Database, shop: Shop, neighbour: Shop
) -> None:
    own = shop_called(database, neighbour.tenant.slug)
    shown = {
        path
        for path, function in methods().items()
        for call in calls(function, shop, own)
        if not is_writing(own, path, call)
        and GIVES_AWAY.search(attempt(own, path, call, writes=False))
    }
    assert len(shown) > 15
