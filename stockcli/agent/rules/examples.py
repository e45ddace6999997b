"""Examples that a shop can try as they stand."""

from __future__ import annotations

from stockcli.agent.quoting import code
from stockcli.usecases.ports import UnitOfWork

SAMPLE = "85123A"


def example_sku(unit: UnitOfWork) -> str:
    """Return a SKU of the shop: the well-known one if it has it; without products that one too."""
    with unit.reading():
        if unit.products.by_sku([SAMPLE]):
            return SAMPLE
        products = unit.products.all()
    return code(products[0].sku) if products else SAMPLE
