"""The same work for one shop or for many; of many, one that fails stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from stockcli.usecases.ports import UnitOfWork

Done = TypeVar("Done")
log = logging.getLogger("stock.shops")


def for_each_shop(
    units: Sequence[UnitOfWork],
    work: Callable[[UnitOfWork], Done],
    *,
    command: str,
    all_tenants: bool,
) -> tuple[dict[str, Done], dict[str, str]]:
    """Return what came of each shop's work, and why nothing came of the others', by short name.

    Args:
        command: what is done, such as "dispatch": it is named where more can be found out.
        all_tenants: whether it is for all shops; a failure of the only one is raised instead.
    """
    from stockcli.usecases.guarding import Failure, guarded

    done: dict[str, Done] = {}
    failed: dict[str, str] = {}
    if not all_tenants:
        return {unit.tenant.slug: work(unit) for unit in units}, failed
    for unit in units:
        slug = unit.tenant.slug
        again = f"{command} --tenant {slug}"
        came = guarded(slug, partial(work, unit), command=again, log=log)
        if isinstance(came, Failure):
            failed[slug] = came.reason
        else:
            done[slug] = came
    return done, failed
