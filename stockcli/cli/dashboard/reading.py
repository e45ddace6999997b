"""What the screen reads: each a unit of work of its own, since each runs in another thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

from stockcli.bootstrap import App
from stockcli.domain.demand import DemandForecast
from stockcli.usecases.forecasting import forecast_product
from stockcli.usecases.watching import (
    Overview,
    ProductView,
    ShopMark,
    ShortLine,
    overview,
    product_view,
    shop_mark,
)

Answer = TypeVar("Answer")


async def beside(slow: Callable[[], Answer]) -> Answer:
    """Wait for something that only reads, in another thread, so that the screen goes on.

    Whoever quits does not wait for it: the thread ends with the program.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Answer] = loop.create_future()

    def settle(take: Callable[[Any], None], value: object) -> None:
        # The screen may be gone meanwhile, or look at something else.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(lambda: None if answer.done() else take(value))

    def read() -> None:
        try:
            found = slow()
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            settle(answer.set_exception, error)
        else:
            settle(answer.set_result, found)

    Thread(target=read, name="stock-reads", daemon=True).start()
    return await answer


def glance(stock: App, known: ShopMark | None) -> Overview | None:
    """Return the shop at a glance; None if it is still what is known."""
    unit, now = stock.unit(), stock.clock.now()
    mark = shop_mark(unit, now)
    return None if mark == known else overview(unit, mark, now)


def story(stock: App, one: ShortLine) -> ProductView:
    """Return what is stored about one product at one location."""
    place = one.line.location.code
    return product_view(stock.unit(), one.line.product.sku, place, stock.clock.now())


def forecast_anew(stock: App, one: ShortLine) -> DemandForecast:
    """Return the forecast of one product at one location, made anew; nothing is written."""
    (made,) = forecast_product(
        stock.unit(),
        stock.forecaster(workers=1),
        one.line.product.sku,
        now=stock.clock.now(),
        location=one.line.location.code,
    )
    return made.forecast
