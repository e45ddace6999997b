"""Which products matter most, and which sell steadily: the ABC and XYZ classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import fmean, pstdev
from typing import TypeVar

from stockcli.domain.quantity import ZERO

A_SHARE, B_SHARE = Decimal("0.80"), Decimal("0.95")
"""A are the products that make the first 80 % of the whole, B those up to 95 %, C the rest."""
X_VARIATION, Y_VARIATION = 0.5, 1.0
"""X vary by at most half their mean, Y by at most all of it, Z by more."""
ABC, XYZ = ("A", "B", "C"), ("X", "Y", "Z")
Name = TypeVar("Name")


def abc_classes(amounts: Mapping[Name, Decimal]) -> dict[Name, str]:
    """Return each product's class by its share of a sum of money, the dearest first.

    A product belongs where the share of all dearer ones ends: the one that crosses 80 % is an A
    still. What makes no money is a C. Source: Silver, Pyke and Thomas, Inventory and Production
    Management in Supply Chains, 4th ed., on the A-B-C classification by annual dollar usage.

    >>> abc_classes({"tea": Decimal(85), "mug": Decimal(12), "rope": Decimal(3)})
    {'tea': 'A', 'mug': 'B', 'rope': 'C'}
    """
    total, before = sum(amounts.values(), ZERO), ZERO
    classes = {}
    for name, amount in sorted(amounts.items(), key=lambda one: -one[1]):
        share = before / total if total > 0 else Decimal(1)
        is_some = amount > 0
        classes[name] = (
            "A" if is_some and share < A_SHARE else "B" if is_some and share < B_SHARE else "C"
        )
        before += amount
    return classes


def variation(units: Sequence[float]) -> float | None:
    """Return the coefficient of variation: standard deviation over mean; None without sales.

    >>> variation([2.0, 4.0])  # 1 / 3
    0.3333333333333333
    """
    mean = fmean(units) if units else 0.0
    return pstdev(units) / mean if mean > 0 else None


def xyz_class(coefficient: float | None) -> str:
    """Return how steadily a product sells, by its coefficient of variation.

    Source: Scholz-Reiter, Heger, Meinecke and Bergmann (2012), Integration of demand forecasts in
    ABC-XYZ analysis, Int. J. of Productivity and Performance Management 61(4). The limits are
    conventions; those of other houses differ.

    >>> [xyz_class(one) for one in (0.5, 0.51, 1.01, None)]
    ['X', 'Y', 'Z', 'Z']
    """
    if coefficient is None or coefficient > Y_VARIATION:
        return "Z"
    return "X" if coefficient <= X_VARIATION else "Y"
