"""What a purchase order says to its supplier: one document, whichever way it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stockcli.domain.catalogue import Location, Product, Supplier
from stockcli.domain.identifiers import ProductId
from stockcli.domain.purchasing import OrderLine, PurchaseOrder
from stockcli.domain.shop import Tenant
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.records import to_json

ENGLISH = "en"
TO_SUPPLIER = "to the supplier:"
"""How the part of an order's note begins that the supplier is to read; the rest is the shop's."""

INTERNAL = ("order_channel", "webhook_url", "status")
"""In a document: how it leaves and where it stands, which no supplier's program need know."""

Document = dict[str, Any]


def order_document(unit: UnitOfWork, number: str) -> Document:
    """Return all that an order says to its supplier, as JSON values, and how it leaves.

    Raises:
        NotFoundError: no such order.
    """
    with unit.reading():
        order = unit.orders.get(number)
        products = {product.id: product for product in unit.products.all()}
        supplier = next(one for one in unit.suppliers.all() if one.id == order.supplier_id)
        place = next(one for one in unit.locations.all() if one.id == order.location_id)
    return _document(order, products, supplier, place, unit.tenant)


def _document(
    order: PurchaseOrder,
    products: Mapping[ProductId, Product],
    supplier: Supplier,
    place: Location,
    shop: Tenant,
) -> Document:
    return {
        "number": order.number,
        "revision": order.revision,
        "placed_at": order.created_at.isoformat(),
        "ordered_on": order.ordered_on.isoformat(),
        "expected_on": order.expected_on.isoformat(),
        "shop": shop.name,
        "supplier": supplier.name,
        "supplier_code": supplier.code,
        "supplier_email": supplier.email,
        "location": place.code,
        "location_name": place.name,
        "note": note_to_supplier(order.note),
        "lines": [
            _line(line, products[line.product_id])
            for line in order.lines
            if line.quantity > line.cancelled
        ],
        "total": to_json(order.total),
        "currency": shop.currency,
        "language": language_of(shop),
        "order_channel": supplier.order_channel.value,
        "webhook_url": supplier.webhook_url,
        "status": order.status.value,
    }


def _line(line: OrderLine, product: Product) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "name": product.name,
        "quantity": to_json(line.quantity - line.cancelled),
        "unit_cost": to_json(line.unit_cost),
        "total": to_json(line.total),
    }


def language_of(shop: Tenant) -> str:
    """Return the language the shop's documents are in, such as "en"."""
    return shop.policy.language.value


def note_to_supplier(note: str) -> str:
    """Return what of an order's note is for the supplier: limits and reasons are the shop's own.

    >>> note_to_supplier("running low; To the supplier: ring the bell; its total 16.00 is above")
    'ring the bell'
    """
    for part in note.split("; "):
        if part.lower().startswith(TO_SUPPLIER):
            return part[len(TO_SUPPLIER) :].strip()
    return ""


def public_document(document: Mapping[str, Any]) -> Document:
    """Return a document as a supplier's program may read it, without how it left."""
    return {name: value for name, value in document.items() if name not in INTERNAL}
