"""What a shop wants of its categories: service level, review period, and how far a check may go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from stockcli.domain.catalogue import Product
from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.domain.identifiers import folded
from stockcli.domain.shop import ShopPolicy
from stockcli.domain.sourcing import Autonomy, CategoryPolicy, Policies
from stockcli.usecases.ports import UnitOfWork

NEAREST = 5


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    """A category, how many products it has, and what holds for it.

    Attributes:
        own: what was set for it; None where the shop's own policy holds in everything.
        policy: what holds, all in all.
    """

    name: str
    products: int
    own: CategoryPolicy | None
    policy: ShopPolicy
    autonomy: Autonomy


def category_rows(unit: UnitOfWork) -> list[CategoryRow]:
    """Return every category of the catalogue, and those with a policy of their own, by name."""
    with unit.reading():
        counts = Counter(product.category for product in unit.products.all() if product.category)
        policies = Policies(shop=unit.tenant.policy, categories=unit.categories.all())
    own = {name: one for name, one in policies.categories.items() if _says_something(one)}
    return [
        CategoryRow(
            name=name,
            products=counts[name],
            own=own.get(name),
            policy=policies.of(name),
            autonomy=policies.autonomy_of(name),
        )
        for name in sorted({*counts, *own})
    ]


def set_category(
    unit: UnitOfWork,
    name: str,
    *,
    service_level: float | None = None,
    review_period_days: int | None = None,
    autonomy: Autonomy | None = None,
) -> CategoryPolicy:
    """Set what is wanted of a category; what is not named stays as it was.

    Raises:
        NotFoundError: no product is of that category.
        InvalidInputError: nothing was named, or a value is out of range.
    """
    given = {
        "service_level": service_level,
        "review_period_days": review_period_days,
        "autonomy": autonomy,
    }
    changes = {what: value for what, value in given.items() if value is not None}
    if not changes:
        message = f"nothing was said of category {name[:40]!r}"
        raise InvalidInputError(message, "give a service level, a review period or an autonomy")
    _ensure_sensible(service_level, review_period_days)
    with unit:
        stored = unit.categories.all()
        known = _known(name, unit.products.all(), stored)
        before = stored.get(known, CategoryPolicy(category=known))
        policy = replace(before, **changes)  # type: ignore[arg-type]
        unit.categories.put(policy)
        unit.commit()
    return policy


def clear_category(unit: UnitOfWork, name: str) -> bool:
    """Let the shop's own policy hold for a category again; False if it did already.

    Raises:
        NotFoundError: no such category.
    """
    with unit:
        stored = unit.categories.all()
        known = _known(name, unit.products.all(), stored)
        before = stored.get(known)
        unit.categories.put(CategoryPolicy(category=known))
        unit.commit()
    return before is not None and _says_something(before)


def _ensure_sensible(service_level: float | None, review_period_days: int | None) -> None:
    if service_level is not None and not 0 < service_level < 1:
        message = f"a service level of {service_level:g} is none: give a probability such as 0.95"
        raise InvalidInputError(message)
    longest = 365
    if review_period_days is not None and not 1 <= review_period_days <= longest:
        message = f"a review period of {review_period_days} days is none: give 1 to {longest}"
        raise InvalidInputError(message)


def _known(name: str, products: Iterable[Product], stored: Iterable[str]) -> str:
    """Return a category as the catalogue writes it, whatever the case and accents typed.

    Raises:
        NotFoundError: there is none; with those there are.
    """
    categories = {one.category for one in products if one.category} | set(stored)
    wanted = name.strip()
    alike = [one for one in sorted(categories) if folded(one) == folded(wanted)]
    if wanted in categories:
        return wanted
    if alike:
        return alike[0]
    nearest = tuple(sorted(categories, key=lambda one: (folded(wanted) not in folded(one), one)))
    message = f"no product is of category {wanted[:40]!r}"
    raise NotFoundError(message, nearest=nearest[:NEAREST])


def _says_something(policy: CategoryPolicy) -> bool:
    return policy != CategoryPolicy(category=policy.category)
