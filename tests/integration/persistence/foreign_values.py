"""Values of every type a repository takes, each naming something of the neighbour's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from stockcli.domain.allowance import Kind
from stockcli.domain.batches import BatchStatus
from stockcli.domain.budget import ModelCall, ModelUsage
from stockcli.domain.calendar import CalendarDay
from stockcli.domain.identifiers import LocationId, RunId, StockKey
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.replenishment import ForecastRecord
from stockcli.domain.sourcing import CategoryPolicy, TransferStatus
from stockcli.usecases.ports import Conversation, DaySales, ImportRecord, Snapshot
from tests.fixtures.corner_shop import NOW, TODAY
from tests.integration.persistence.street import Shop, alert, message, review_batch, run

NAMES = (
    *("POST", "85123A", "ACME", "DEPOT", "SHOP", "PO-00001", "TR-00001"),
    *("run-1", "chat-1", "levels", "till"),
    *("r1", "s1", "c1", "low:1:1", "po:PO-00001", "Neighbour", "neighbour", "", "%", "_"),
)
"""What the neighbour's things are called: some as the shop's own, some not."""

Values = Callable[[Shop, Shop], Sequence[Any]]


def _keys(shop: Shop, other: Shop) -> list[StockKey]:
    return [
        other.key(),
        StockKey(shop.products["POST"].id, other.location.id),
        StockKey(other.products["POST"].id, shop.location.id),
        StockKey(other.products["POST"].id, LocationId(10**9)),
    ]


def _each(make: Callable[[Shop, StockKey], Any]) -> Values:
    """Return lists of one value for each of the neighbour's keys, and one for the shop's own."""
    return lambda shop, other: [[make(shop, key)] for key in (*_keys(shop, other), shop.key())]


def _plain(*values: Any) -> Values:
    return lambda *_: values


def _day_sales(key: StockKey) -> DaySales:
    return DaySales(
        references=["r1"],
        product_ids=[key.product_id],
        location_ids=[key.location_id],
        units=[1000],
        days=[TODAY.isoformat()],
        unit_prices=[None],
        rows=[1],
    )


def _orders(shop: Shop, other: Shop) -> list[Any]:
    order = shop.order()
    line = replace(order.lines[0], product_id=other.products["85123A"].id)
    return [
        replace(other.order("PO-00007"), id=order.id),
        replace(order, supplier_id=other.supplier.id),
        replace(order, location_id=other.location.id),
        replace(order, lines=(line,)),
        replace(order, lines=(replace(order.lines[0], decision_id=1),)),
        order,
    ]


_CALL = ModelCall(
    purpose="review",
    model="x",
    usage=ModelUsage(input_tokens=1, output_tokens=1),
    price_usd=Decimal(9),
)
_RECORD = ImportRecord(
    kind="sales", file_name="own.csv", checksum="o" * 64, imported_at=NOW, report={}
)
_TALK = Conversation(id="chat-1", title="own", messages=[], updated_at=NOW)
_KNOWN = Snapshot(topic="levels", payload={}, as_of=NOW, version=1)

BY_TYPE: dict[str, Values] = {
    "str": _plain(*NAMES),
    "str | None": _plain(None, *NAMES),
    "RunId": _plain(RunId("run-1"), RunId("other")),
    "Collection[str]": _plain(NAMES),
    "bool": _plain(False, True),
    "int": _plain(1, 2, 3, 10**9),
    "int | None": _plain(None, 1),
    "Decimal": _plain(Decimal(9)),
    "date": _plain(TODAY),
    "datetime": _plain(NOW, NOW + timedelta(days=9999)),
    "datetime | None": _plain(None, NOW - timedelta(days=9999)),
    "Kind": _plain(*Kind),
    "OutboxMessage": _plain(message(), *(message(id=n, attempts=n % 2) for n in range(1, 6))),
    "tuple[datetime, datetime] | None": _plain(None, (NOW - timedelta(1), NOW + timedelta(1))),
    "StockKey": _keys,
    "Collection[StockKey]": lambda shop, other: [_keys(shop, other)],
    "Collection[StockKey] | None": lambda shop, other: [None, _keys(shop, other)],
    "ProductId": lambda _, other: [p.id for p in other.products.values()],
    "ProductId | None": lambda _, other: [None, *(p.id for p in other.products.values())],
    "Collection[OrderStatus] | None": _plain(None, tuple(OrderStatus)),
    "Collection[BatchStatus]": _plain(tuple(BatchStatus)),
    "BatchStatus": _plain(BatchStatus.PREPARED),
    "Mapping[date, CalendarDay]": _plain({TODAY: CalendarDay(is_open=True)}),
    "Mapping[str, Any]": _plain({"sku": "own"}),
    "Iterable[Product]": lambda shop, other: [
        [replace(shop.products["POST"], supplier_id=other.supplier.id)],
        [replace(other.products["POST"], name="own", supplier_id=None)],
    ],
    "Iterable[Supplier]": lambda _, other: [[replace(other.supplier, name="own")]],
    "Iterable[Location]": lambda _, other: [[replace(other.location, name="own")]],
    "Sequence[StockMovement]": _each(lambda shop, key: replace(shop.sale("r1"), key=key)),
    "DaySales": lambda shop, other: [_day_sales(key) for key in (*_keys(shop, other), shop.key())],
    "Mapping[str, datetime]": _plain({TODAY.isoformat(): NOW}),
    "Sequence[Threshold]": _each(lambda shop, key: shop.threshold(key=key)),
    "Sequence[Decision]": _each(lambda shop, key: shop.decision(key=key)),
    "Sequence[Alert]": _each(lambda _, key: alert(key=key)),
    "Sequence[OutboxMessage]": _plain([message()], [message(id=1)]),
    "Sequence[ProductSource]": lambda shop, other: [
        [shop.source(supplier_id=other.supplier.id)],
        [shop.source(product_id=other.products["POST"].id)],
        [other.source()],
        [shop.source()],
    ],
    "Mapping[ProductId, ProductId | None]": lambda shop, other: [
        {shop.products["POST"].id: other.products["POST"].id},
        {other.products["POST"].id: shop.products["POST"].id},
        {other.products["POST"].id: None},
    ],
    "Sequence[StockTransfer]": lambda shop, other: [
        [shop.transfer(other.location.id, number="TR-00008")],
        [other.transfer(shop.location.id)],
        [shop.transfer(shop.location.id, origin_id=other.location.id)],
    ],
    "TransferStatus": _plain(*TransferStatus),
    "Collection[TransferStatus] | None": _plain(None, tuple(TransferStatus)),
    "CategoryPolicy": _plain(CategoryPolicy(category="Neighbour goods", review_period_days=1)),
    "Sequence[ForecastRecord]": _each(
        lambda _, key: ForecastRecord(key=key, computed_for=TODAY, mean_per_day=1.0)
    ),
    "ManualMinimum": lambda shop, other: [
        shop.minimum(key=key) for key in (*_keys(shop, other), shop.key())
    ],
    "PurchaseOrder": _orders,
    "CheckRun": _plain(run(), run("other")),
    "ReviewBatch": _plain(review_batch()),
    "Snapshot": _plain(_KNOWN),
    "Conversation": _plain(_TALK),
    "ImportRecord": _plain(_RECORD),
    "ModelCall": _plain(_CALL),
}
