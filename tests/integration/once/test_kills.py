"""kill -9 at every step of every deed: nothing twice, nothing lost, nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import pytest

from stockcli.domain.errors import ConflictError
from stockcli.usecases.importing import (
    SalesOptions,
    TableOptions,
    bytes_source,
    import_counts,
    import_movements,
    import_sales,
)
from stockcli.usecases.order_changes import OrderEdit, edit_order
from stockcli.usecases.order_plans import Wish, place_planned
from stockcli.usecases.purchasing import cancel_order, order_row, receive_order
from tests.fixtures.scenes import Original, Play, Scene, check, open_scene, perhaps_again, send
from tests.fixtures.striking import killed_at_every_step, prepare

Tell = Callable[[str, object], None]

SALES = b"""date,invoice,sku,quantity,price
2024-04-29,A1,TEA,3,4.00
2024-04-29,A1,JAM,2,5.50
2024-04-29,A2,SOAP,1,4.00
2024-04-30,A3,TEA,2,4.00
2024-04-20,A4,HAM,1,9.00
"""
COUNTS = b"""sku,quantity,date
TEA,17,2024-04-30
SOAP,880,2024-04-30
HAM,9,
"""
MOVEMENTS = b"""sku,kind,quantity,date,reference
TEA,receipt,40,2024-04-30,DN-1
SOAP,adjustment,-5,2024-04-30,broken
HAM,return,1,2024-04-30,R-1
"""


def receive(scene: Scene) -> None:
    with scene.unit() as unit, perhaps_again():
        receive_order(unit, "PO-00001", receipt="DN 7", now=scene.clock.now())


def receive_part(scene: Scene) -> None:
    arrived = {"TEA": Decimal(5)}
    with scene.unit() as unit, perhaps_again():
        receive_order(unit, "PO-00001", receipt="8", now=scene.clock.now(), arrived=arrived)


def edit(scene: Scene) -> None:
    wanted = OrderEdit(quantities={"TEA": Decimal(60), "SOAP": Decimal(5)})
    with scene.unit() as unit:
        edit_order(unit, "PO-00001", wanted, now=scene.clock.now())


def cancel_line(scene: Scene) -> None:
    with scene.unit() as unit:
        (line, *_) = order_row(unit, "PO-00001").order.lines
        if line.outstanding:
            cancel_order(unit, "PO-00001", now=scene.clock.now(), skus=["TEA"])


def order_more(scene: Scene) -> None:
    wish = Wish(quantities={"SOAP": Decimal(5), "FIG": Decimal(7)}, leaves_out=True)
    with scene.unit() as unit, suppress(ConflictError):
        place_planned(unit, wish, author="ana", now=scene.clock.now())


def take_sales(scene: Scene) -> None:
    with scene.unit() as unit:
        import_sales(unit, bytes_source("s.csv", SALES), SalesOptions(), now=scene.clock.now())


def take_counts(scene: Scene) -> None:
    with scene.unit() as unit:
        import_counts(unit, bytes_source("c.csv", COUNTS), TableOptions(), now=scene.clock.now())


def take_movements(scene: Scene) -> None:
    with scene.unit() as unit:
        source = bytes_source("m.csv", MOVEMENTS)
        import_movements(unit, source, TableOptions(), now=scene.clock.now())


DEEDS: dict[str, tuple[Play, tuple[Play, ...]]] = {
    "run-check": (check, ()),
    "receiving": (receive, (check,)),
    "receiving a part": (receive_part, (check,)),
    "editing an order": (edit, (check,)),
    "cancelling a line of two": (cancel_line, (check, edit, send)),
    "ordering more": (order_more, (check,)),
    "importing sales": (take_sales, ()),
    "importing counts": (take_counts, ()),
    "importing movements": (take_movements, ()),
}


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_killed_at_any_step_leaves_no_trace_but_its_whole(
    name: str, original: Original, record_property: Tell
) -> None:
    deed, before = DEEDS[name]
    open_scene(original.url)
    prepare(original, before)
    points = killed_at_every_step(original, deed)
    record_property("kill points", points)
    assert points >= 8
