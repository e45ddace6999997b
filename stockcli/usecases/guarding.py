"""Work for many shops: what goes wrong in one of them stays there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from stockcli.domain.errors import StockError
from stockcli.usecases.log_context import about

Done = TypeVar("Done")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What kept one shop from being worked for, as one sentence and what to do about it."""

    reason: str
    hint: str
    error: Exception


def guarded(
    slug: str, work: Callable[[], Done], *, command: str, log: logging.Logger
) -> Done | Failure:
    """Work for one shop, and return what came of it, or why nothing did.

    Args:
        slug: the shop's short name; every line logged meanwhile carries it.
        work: what is done for it.
        command: what shows more of an unexpected failure, such as "run-check --tenant acme".
        log: where an unexpected failure leaves its traceback.
    """
    with about(tenant=slug):
        try:
            return work()
        except StockError as error:
            return Failure(reason=error.message, hint=error.hint, error=error)
        except Exception as error:  # one poisoned shop must not stop the others
            log.exception("tenant=%s unexpected", slug)
            again = f"to see why: `stock --log-level debug {command}`"
            said = f"unexpected {type(error).__name__}; {again}"
            return Failure(reason=said, hint="", error=error)
