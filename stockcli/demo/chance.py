"""Chance with fixed seeds, and rounding, for what the demo's shops make up."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from math import exp
from random import Random


def dice(shop: str, sku: str) -> Random:
    """Return chance seeded by shop and product: adding a product leaves the others alone."""
    return Random(f"stock demo/{shop}/{sku}")


def whole_packs(units: float, pack_size: int) -> int:
    """Return the units rounded up to whole packs: 13 units in packs of 6 are 18."""
    packs = (Decimal(units) / pack_size).to_integral_value(rounding=ROUND_CEILING)
    return int(packs) * pack_size


def money(amount: float) -> Decimal:
    """Return the amount in whole cents, one cent at least."""
    return max(Decimal("0.01"), Decimal(amount).quantize(Decimal("0.01")))


def poisson(mean: float, chance: Random) -> int:
    """Draw a Poisson count (Knuth, The Art of Computer Programming 2, 3.4.1, in steps of 20).

    A sum of Poisson counts is one of the summed mean; steps keep exp(-mean) away from zero.
    """
    from_steps = sum(_poisson_step(20.0, chance) for _ in range(int(mean // 20)))
    return from_steps + _poisson_step(mean % 20, chance)


def _poisson_step(mean: float, chance: Random) -> int:
    limit, product, count = exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
