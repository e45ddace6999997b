"""kill -9 at every step of every deed: nothing twice, nothing lost, nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from stockcli.usecases.importing import (
    SalesOptions,
    TableOptions,
    bytes_source,
    import_counts,
    import_movements,
    import_sales,
)
from stockcli.usecases.purchasing import receive_order
from tests.fixtures.scenes import Original, Play, Scene, check, open_scene, perhaps_again
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
