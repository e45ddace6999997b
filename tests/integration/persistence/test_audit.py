from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.audit import HOUSE, AuditEntry
from stockcli.domain.budget import ModelCall, ModelUsage
from stockcli.domain.calendar import CalendarDay
from stockcli.domain.catalogue import Location
from stockcli.domain.errors import ConflictError, NotFoundError
from stockcli.domain.identifiers import LocationId, RunId, TenantId
from stockcli.domain.replenishment import ForecastRecord
from stockcli.domain.shop import Role, Tenant
from stockcli.domain.sourcing import CategoryPolicy
from stockcli.persistence.database import Database
from stockcli.persistence.tables import metadata
from stockcli.persistence.written import NOT_AUDITED
from stockcli.usecases.ports import Conversation, ImportRecord, Snapshot, UnitOfWork
from tests.fixtures.corner_shop import NOW, TODAY
from tests.integration.persistence.audit_trail import (
    OPERATOR,
    entries,
    house_entries,
    maria,
    new_since,
)
from tests.integration.persistence.street import Shop, alert, message, review_batch, run

Write = Callable[[UnitOfWork, Shop], object]


def _model_call(unit: UnitOfWork, _shop: Shop) -> None:
    usage = ModelUsage(input_tokens=10)
    number = unit.model_calls.reserve("chat", "claude", Decimal("0.5"), NOW)
    done = ModelCall(purpose="chat", model="claude", usage=usage, price_usd=Decimal("0.4"))
    unit.model_calls.settle(number, done)


def _import(unit: UnitOfWork, _shop: Shop) -> None:
    unit.imports.save_profile("till", {"sku": "Code"})
    unit.imports.add(
        ImportRecord(kind="sales", file_name="f", checksum="c", imported_at=NOW, report={})
    )


def _clear_minimum(unit: UnitOfWork, shop: Shop) -> None:
    unit.minimums.put(shop.minimum())
    unit.minimums.clear(shop.key())


def _transfer(unit: UnitOfWork, shop: Shop) -> None:
    unit.locations.put([Location(id=LocationId(0), code="D", name="Depot")])
    unit.transfers.add([shop.transfer(unit.locations.get("D").id)])


def _receive(unit: UnitOfWork, shop: Shop) -> None:
    unit.orders.add(shop.order())
    unit.orders.save(replace(unit.orders.get("PO-00001"), note="half came"))


def _check(unit: UnitOfWork, _shop: Shop) -> None:
    unit.runs.claim(run(), NOW + timedelta(hours=1))
    unit.runs.finish(run())


def _alerts(unit: UnitOfWork, _shop: Shop) -> None:
    unit.alerts.raise_new([alert()])
    unit.alerts.clear(["low:1:1"], NOW)


def _outbox(unit: UnitOfWork, _shop: Shop) -> None:
    unit.outbox.put([message()])
    (claimed,) = unit.outbox.claim_due(NOW, NOW + timedelta(minutes=5), 10)
    unit.outbox.sent(claimed, NOW)


def _converse(unit: UnitOfWork, _shop: Shop) -> None:
    unit.conversations.put(
        Conversation(id="c", title="private", messages=[{"text": "private"}], updated_at=NOW)
    )


WRITES: dict[str, tuple[Write, set[str]]] = {
    "a sale": (lambda unit, shop: unit.ledger.book([shop.sale("s")]), {"stock_movement"}),
    "a reservation": (
        lambda unit, shop: unit.ledger.set_reserved(shop.key(), Decimal(1)),
        {"stock_level"},
    ),
    "products": (lambda unit, shop: unit.products.put(shop.products.values()), {"product"}),
    "a supplier": (lambda unit, shop: unit.suppliers.put([shop.supplier]), {"supplier"}),
    "a place": (
        lambda unit, _: unit.locations.put([Location(id=LocationId(0), code="D", name="Depot")]),
        {"location"},
    ),
    "a day": (
        lambda unit, _: unit.calendar.put({TODAY: CalendarDay(is_open=False)}),
        {"shop_day"},
    ),
    "a threshold": (lambda unit, shop: unit.thresholds.put([shop.threshold()]), {"threshold"}),
    "sources": (lambda unit, shop: unit.sources.put([shop.source()]), {"product_source"}),
    "successors": (
        lambda unit, shop: unit.sources.put_successors({shop.products["POST"].id: None}),
        {"product_successor"},
    ),
    "a transfer": (_transfer, {"location", "stock_transfer"}),
    "a category": (
        lambda unit, _: unit.categories.put(CategoryPolicy(category="gifts")),
        {"category_policy"},
    ),
    "a record": (
        lambda unit, shop: unit.forecast_records.put(
            [ForecastRecord(key=shop.key(), computed_for=TODAY, mean_per_day=1.0)]
        ),
        {"forecast_record"},
    ),
    "a minimum": (_clear_minimum, {"manual_minimum"}),
    "a number": (lambda unit, _: unit.orders.next_number(), {"tenant_state"}),
    "an order": (_receive, {"purchase_order", "purchase_order_line"}),
    "a check": (_check, {"check_lease", "check_run"}),
    "decisions": (
        lambda unit, shop: unit.decisions.add(RunId("r"), [shop.decision()]),
        {"decision"},
    ),
    "alerts": (_alerts, {"alert"}),
    "messages": (_outbox, {"outbox"}),
    "talk": (_converse, {"conversation"}),
    "a model's call": (_model_call, {"model_call"}),
    "a review": (
        lambda unit, _: unit.review_batches.add(
            review_batch(reservation_id=unit.model_calls.reserve("r", "m", Decimal(1), NOW))
        ),
        {"model_call", "review_batch"},
    ),
    "a file": (_import, {"import_profile", "import_record"}),
}


@pytest.mark.parametrize("what", WRITES)
def test_each_commit_that_wrote_leaves_one_entry_with_who_and_what(
    what: str, database: Database, shop: Shop
) -> None:
    write, tables = WRITES[what]
    unit = maria(database, shop)
    before = entries(unit)
    with unit:
        write(unit, shop)
        unit.commit()
    (entry,) = new_since(before, entries(unit))
    assert (entry.told["who"], entry.told["via"]) == ("manager:maria", "stock count")
    assert {one["table"] for one in entry.told["did"]["writes"]} == tables
    assert all(one["rows"] > 0 for one in entry.told["did"]["writes"])
    assert "private" not in entry.record


def test_every_table_is_audited_unless_it_is_named() -> None:
    covered = {table for _, tables in WRITES.values() for table in tables}
    by_triggers, by_operators = {"daily_movement", "sales_day"}, {"api_token", "tenant"}
    assert metadata.tables.keys() - covered == NOT_AUDITED | by_triggers | by_operators


def test_reading_and_caching_leave_no_entry(database: Database, shop: Shop) -> None:
    unit = maria(database, shop)
    before = entries(unit)
    with unit:
        unit.snapshots.put(Snapshot(topic="t", payload={}, as_of=NOW, version=0))
        unit.products.all()
        unit.commit()
    with unit:
        unit.minimums.clear(shop.key())
        unit.commit()
    assert entries(unit) == before


def test_what_is_rolled_back_leaves_no_entry(database: Database, shop: Shop) -> None:
    unit = maria(database, shop)
    before = entries(unit)
    with unit:
        unit.ledger.book([shop.sale("s1")])
    with unit:
        unit.ledger.book([shop.sale("s2")])
        with pytest.raises(ConflictError):
            unit.orders.add(shop.order(location_id=12345))
    assert entries(unit) == before


def test_each_commit_of_a_unit_tells_its_own_part(database: Database, shop: Shop) -> None:
    unit = maria(database, shop)
    before = entries(unit)
    with unit:
        unit.ledger.book([shop.sale("s1")])
        unit.commit()
        unit.alerts.raise_new([alert()])
        unit.commit()
        unit.commit()
    written = [entry.told["did"]["writes"] for entry in new_since(before, entries(unit))]
    assert [[one["table"] for one in writes] for writes in written] == [
        ["stock_movement"],
        ["alert"],
    ]


def test_small_writes_are_told_with_their_values(database: Database, shop: Shop) -> None:
    unit = maria(database, shop)
    with unit:
        unit.minimums.put(shop.minimum())
        unit.minimums.clear(shop.key())
        unit.commit()
    put, cleared = entries(unit)[-1].told["did"]["writes"]
    assert (put["verb"], put["values"][0]["quantity"], put["values"][0]["reason"]) == (
        "upsert",
        30,
        "Christmas",
    )
    assert cleared["verb"] == "update"
    assert cleared["values"] == [
        {"where": shop.key()._asdict(), "cleared_at": "2024-04-30T06:00:00+00:00"}
    ]


def test_of_rows_known_already_only_the_new_ones_are_told(database: Database, shop: Shop) -> None:
    unit = maria(database, shop)
    for references in (["s1"], ["s1", "s2", "s3"]):
        with unit:
            unit.ledger.book([shop.sale(reference) for reference in references])
            unit.commit()
    (write,) = entries(unit)[-1].told["did"]["writes"]
    assert write["rows"] == 2
    assert {row["reference"] for row in write["values"]} == {"s2", "s3"}


def test_decisions_are_told_with_who_decided(database: Database, shop: Shop) -> None:
    unit = maria(database, shop)
    decisions = [shop.decision(), shop.decision("22423", decided_by="claude-haiku-5-5")]
    with unit:
        unit.decisions.add(RunId("r"), decisions)
        unit.commit()
    assert entries(unit)[-1].told["did"]["decided_by"] == {"rule": 1, "claude-haiku-5-5": 1}


def test_a_unit_is_signed_by_another_way_from_there_on(database: Database, shop: Shop) -> None:
    unit = maria(database, shop)
    unit.sign_via("stock chat, rules")
    with unit:
        unit.alerts.raise_new([alert()])
        unit.commit()
    told = entries(unit)[-1].told
    assert (told["who"], told["via"]) == ("manager:maria", "stock chat, rules")


def test_text_no_database_holds_is_told_all_the_same(database: Database, shop: Shop) -> None:
    unit = maria(database, shop)
    with unit:
        unit.imports.save_profile("till", {"sku": "\ud800", "name": "a\x01", "price": "é\u2028"})
        unit.commit()
    (write,) = entries(unit)[-1].told["did"]["writes"]
    assert write["values"][0]["mapping"] == {"sku": "?", "name": "a\x01", "price": "é\u2028"}


def test_a_new_shop_begins_its_own_chain(database: Database) -> None:
    directory = database.directory(OPERATOR)
    tenant = directory.add_tenant(Tenant(id=TenantId(0), slug="new", name="New"))
    (entry,) = entries(database.unit_of_work(tenant))
    assert (entry.position, entry.told["who"]) == (1, "operator:house")
    tables = [one["table"] for one in entry.told["did"]["writes"]]
    assert tables == ["tenant", "tenant_state", "check_lease", "location"]


def test_a_policy_is_told_by_the_names_of_what_changed(database: Database, shop: Shop) -> None:
    policy = replace(
        shop.tenant.policy, dry_run=True, notify_urls=("mailto://ana:hunter2@example.com",)
    )
    database.directory(OPERATOR).set_policy(shop.tenant.slug, policy)
    entry = entries(shop.unit)[-1]
    (write,) = entry.told["did"]["writes"]
    assert write["values"] == [{"slug": "here", "policy_changed": ["dry_run", "notify_urls"]}]
    assert "hunter2" not in entry.record


def test_a_policy_of_no_shop_leaves_no_entry(database: Database, shop: Shop) -> None:
    before = house_entries(database)
    with pytest.raises(NotFoundError):
        database.directory(OPERATOR).set_policy("nowhere", shop.tenant.policy)
    assert house_entries(database) == before


@pytest.mark.parametrize("role", [Role.MANAGER, Role.OPERATOR])
def test_tokens_are_told_by_their_prefix_in_the_chain_they_belong_to(
    role: Role, database: Database, shop: Shop
) -> None:
    directory = database.directory(OPERATOR)
    slug = None if role is Role.OPERATOR else shop.tenant.slug

    def chain() -> list[AuditEntry]:
        return house_entries(database) if slug is None else entries(shop.unit)

    before = chain()
    secret = directory.create_token(role=role, tenant_slug=slug, label="ana", expires_at=None)
    directory.revoke_token(secret[:12])
    directory.revoke_token(secret[:12])
    created, revoked = new_since(before, chain())
    assert created.tenant == (HOUSE if slug is None else shop.tenant.id)
    assert created.told["did"]["writes"][0]["values"][0]["prefix"] == secret[:12]
    assert revoked.told["did"]["writes"][0]["values"][0]["prefix"] == secret[:12]
    assert all(secret[12:] not in entry.record for entry in (created, revoked))


def test_the_use_of_a_token_is_no_entry(database: Database, shop: Shop) -> None:
    directory = database.directory(OPERATOR)
    secret = directory.create_token(
        role=Role.MANAGER, tenant_slug=shop.tenant.slug, label="ana", expires_at=None
    )
    before = entries(shop.unit)
    assert directory.authenticate(secret).label == "ana"
    assert entries(shop.unit) == before
