from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

import pytest

from stockcli.domain.budget import ModelCall, ModelUsage
from stockcli.domain.calendar import CalendarDay
from stockcli.domain.catalogue import Location
from stockcli.domain.errors import NoTenantError
from stockcli.domain.identifiers import LocationId, RunId, TenantId
from stockcli.domain.shop import Tenant
from stockcli.persistence.database import Database
from stockcli.usecases.ports import Conversation, ImportRecord, Snapshot
from tests.fixtures.corner_shop import NOW, TODAY
from tests.integration.persistence.street import Shop, alert, message, run


@pytest.mark.parametrize("nobody", [None, 7, Tenant(id=TenantId(0), slug="new", name="New")])
def test_a_unit_is_not_made_without_a_stored_tenant(
    sqlite_database: Database, nobody: object
) -> None:
    with pytest.raises(NoTenantError):
        sqlite_database.unit_of_work(cast("Any", nobody))


def test_what_is_committed_stays(shop: Shop) -> None:
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1")])
        shop.unit.commit()
    with shop.unit.reading():
        assert shop.unit.ledger.levels()[shop.key()].on_hand == -1


def test_a_policy_set_meanwhile_holds_from_the_next_writing_on(
    database: Database, shop: Shop
) -> None:
    policy = replace(shop.tenant.policy, order_approval_limit=Decimal(7))
    database.directory().set_policy(shop.tenant.slug, policy)
    with shop.unit:
        assert shop.unit.tenant.policy == policy


def test_a_policy_set_meanwhile_can_be_asked_for(database: Database, shop: Shop) -> None:
    policy = replace(shop.tenant.policy, dry_run=True)
    database.directory().set_policy(shop.tenant.slug, policy)
    assert shop.unit.refreshed_tenant().policy == policy


def test_leaving_without_commit_keeps_nothing(shop: Shop) -> None:
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1")])
    with shop.unit.reading():
        assert shop.unit.ledger.levels() == {}


def test_an_error_keeps_nothing_and_the_unit_can_be_entered_again(shop: Shop) -> None:
    def sell_and_fail() -> None:
        with shop.unit:
            shop.unit.ledger.book([shop.sale("s1")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sell_and_fail()
    with shop.unit:
        assert shop.unit.ledger.book([shop.sale("s1")]) == {"s1"}


def test_what_is_written_after_a_commit_needs_another(shop: Shop) -> None:
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1")])
        shop.unit.commit()
        shop.unit.ledger.book([shop.sale("s2")])
    with shop.unit.reading():
        assert shop.unit.ledger.changes_booked(["s1", "s2"]) == {"s1": -1}


def test_a_repository_is_out_of_reach_before_and_after(shop: Shop) -> None:
    with pytest.raises(RuntimeError, match="not open"):
        _ = shop.unit.products
    with shop.unit.reading():
        kept = shop.unit.products
    with pytest.raises(RuntimeError, match="is over"):
        kept.all()
    with pytest.raises(RuntimeError, match="not open"):
        shop.unit.commit()


def test_entering_an_open_unit_is_refused_and_leaves_it_open(shop: Shop) -> None:
    with shop.unit:
        with pytest.raises(RuntimeError, match="open already"), shop.unit:
            pass
        with pytest.raises(RuntimeError, match="open already"), shop.unit.reading():
            pass


def test_a_reading_unit_does_not_write_or_commit(shop: Shop) -> None:
    with shop.unit.reading():
        with pytest.raises(RuntimeError, match="only reads"):
            shop.unit.ledger.book([shop.sale("s1")])
        with pytest.raises(RuntimeError, match="nothing to commit"):
            shop.unit.commit()


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_before(
    shop: Shop, database: Database
) -> None:
    reader = database.unit_of_work(shop.tenant)
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1")])
        with reader.reading():
            assert reader.ledger.levels() == {}
            shop.unit.commit()
            assert reader.ledger.levels() == {}
    with reader.reading():
        assert reader.ledger.levels().keys() == {shop.key()}


def version(shop: Shop) -> int:
    with shop.unit.reading():
        return shop.unit.version()


def test_a_commit_that_changed_stock_facts_moves_the_version_on_once(shop: Shop) -> None:
    before = version(shop)
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1")])
        shop.unit.thresholds.put([shop.threshold()])
        shop.unit.commit()
    assert version(shop) == before + 1


def test_what_was_not_committed_leaves_the_version(shop: Shop) -> None:
    before = version(shop)
    with shop.unit:
        shop.unit.ledger.book([shop.sale("s1")])
    assert version(shop) == before


def test_a_commit_after_reading_leaves_the_version(shop: Shop) -> None:
    before = version(shop)
    with shop.unit:
        shop.unit.ledger.levels()
        shop.unit.commit()
    assert version(shop) == before


def _write_catalogue(shop: Shop) -> None:
    shop.unit.products.put(shop.products.values())


def _write_supplier(shop: Shop) -> None:
    shop.unit.suppliers.put([shop.supplier])


def _write_location(shop: Shop) -> None:
    shop.unit.locations.put([Location(id=LocationId(0), code="DEPOT", name="Depot")])


def _reserve(shop: Shop) -> None:
    shop.unit.ledger.set_reserved(shop.key(), Decimal(1))


def _write_calendar(shop: Shop) -> None:
    shop.unit.calendar.put({TODAY: CalendarDay(is_open=True)})


def _set_minimum(shop: Shop) -> None:
    shop.unit.minimums.put(shop.minimum())


def _order(shop: Shop) -> None:
    shop.unit.orders.add(shop.order())


def _decide(shop: Shop) -> None:
    shop.unit.decisions.add(RunId("run-1"), [shop.decision()])


def _raise_alert(shop: Shop) -> None:
    shop.unit.alerts.raise_new([alert()])


FACTS = (
    _write_catalogue,
    _write_supplier,
    _write_location,
    _reserve,
    _write_calendar,
    _set_minimum,
    _order,
    _decide,
    _raise_alert,
)


@pytest.mark.parametrize("write", FACTS)
def test_stock_facts_move_the_version_on(shop: Shop, write: Any) -> None:
    before = version(shop)
    with shop.unit:
        write(shop)
        shop.unit.commit()
    assert version(shop) == before + 1


def test_what_is_no_stock_fact_leaves_the_version(shop: Shop) -> None:
    before = version(shop)
    unit = shop.unit
    with unit:
        epoch = unit.runs.claim(run(), NOW + timedelta(hours=1))
        assert epoch is not None
        unit.runs.finish(run())
        unit.outbox.put([message()])
        unit.outbox.claim_due(NOW, NOW, 5)
        unit.snapshots.put(Snapshot(topic="t", payload={}, as_of=NOW, version=0))
        unit.conversations.put(Conversation(id="c", title="", messages=[], updated_at=NOW))
        call = unit.model_calls.reserve("chat", "claude", Decimal(1), NOW)
        done = ModelCall(purpose="chat", model="claude", usage=ModelUsage(), price_usd=Decimal(0))
        unit.model_calls.settle(call, done)
        unit.imports.save_profile("till", {})
        unit.imports.add(
            ImportRecord(kind="k", file_name="f", checksum="c", imported_at=NOW, report={})
        )
        unit.orders.next_number()
        unit.commit()
    assert version(shop) == before
