from __future__ import annotations

from decimal import Decimal

import pytest

from stockcli.domain.catalogue import OrderChannel
from stockcli.domain.errors import InvalidInputError, NotFoundError
from stockcli.persistence.database import Database
from stockcli.usecases.examining_suppliers import examine_suppliers
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.supplying import SupplierChanges, set_supplier
from tests.fixtures.corner_shop import add_shop

EVERYTHING = SupplierChanges(
    name="Leaf & Co",
    email="orders@leaf.example",
    order_channel=OrderChannel.EMAIL,
    webhook_url="https://hooks.leaf.example/x?key=hunter2",
    minimum_order_value=Decimal("150.00"),
    order_days=frozenset({0, 3}),
    lead_time_days=4.5,
    lead_time_sd_days=0.5,
)


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    """A shop without anything, on one backend after the other."""
    return database.unit_of_work(add_shop(database.directory()))


def test_all_of_a_supplier_is_kept_and_what_is_left_out_stays(unit: UnitOfWork) -> None:
    set_supplier(unit, " leaf ", EVERYTHING, is_new=True)
    set_supplier(unit, "LEAF", SupplierChanges(name="Leaf"))
    with unit.reading():
        (leaf,) = unit.suppliers.all()
    assert (leaf.code, leaf.name, leaf.email) == ("LEAF", "Leaf", "orders@leaf.example")
    assert leaf.minimum_order_value == Decimal(150)
    assert leaf.order_days == {0, 3}
    assert (leaf.lead_time.mean_days, leaf.lead_time.standard_deviation_days) == (4.5, 0.5)
    assert (leaf.order_channel, leaf.webhook_url) == (
        OrderChannel.EMAIL,
        "https://hooks.leaf.example/x?key=hunter2",
    )


def test_the_secret_of_a_webhook_is_not_in_the_audit_log(unit: UnitOfWork) -> None:
    set_supplier(unit, "LEAF", EVERYTHING, is_new=True)
    with unit.reading():
        entries = unit.audit_log.before(None, 10)
    assert "supplier" in str(entries)
    assert "hunter2" not in str(entries)
    assert "hunter2" not in repr(EVERYTHING)


def test_a_new_supplier_takes_the_shops_usual_lead_time(unit: UnitOfWork) -> None:
    policy = unit.tenant.policy
    added = set_supplier(unit, "ROOT", SupplierChanges(), is_new=True)
    assert (added.name, added.lead_time.mean_days) == ("ROOT", policy.default_lead_time_days)


def test_a_supplier_is_neither_added_by_a_slip_nor_twice(unit: UnitOfWork) -> None:
    with pytest.raises(NotFoundError, match="--new adds one"):
        set_supplier(unit, "LEAF", SupplierChanges(name="x"))
    set_supplier(unit, "LEAF", SupplierChanges(), is_new=True)
    with pytest.raises(InvalidInputError, match="already"):
        set_supplier(unit, "leaf", SupplierChanges(), is_new=True)


@pytest.mark.parametrize(
    "changes",
    [
        SupplierChanges(order_channel=OrderChannel.EMAIL),
        SupplierChanges(order_channel=OrderChannel.WEBHOOK),
    ],
)
def test_orders_do_not_take_a_way_without_an_address(
    changes: SupplierChanges, unit: UnitOfWork
) -> None:
    set_supplier(unit, "LEAF", SupplierChanges(), is_new=True)
    with pytest.raises(InvalidInputError, match="orders to LEAF go"):
        set_supplier(unit, "LEAF", changes)
    with unit.reading():
        assert unit.suppliers.all()[0].order_channel is OrderChannel.FILE


def test_the_doctor_says_what_keeps_orders_from_leaving(unit: UnitOfWork) -> None:
    set_supplier(unit, "LEAF", EVERYTHING, is_new=True)
    assert examine_suppliers(unit, mail_is_set_up=True) == []
    (finding,) = examine_suppliers(unit, mail_is_set_up=False)
    assert finding.text == "orders to LEAF go by e-mail and wait: no mail server is set up"
    assert finding.level == "problem"


def test_two_shops_have_suppliers_of_their_own(database: Database) -> None:
    units = [database.unit_of_work(add_shop(database.directory(), slug)) for slug in ("a", "b")]
    for unit, name in zip(units, ("North", "South"), strict=True):
        set_supplier(unit, "LEAF", SupplierChanges(name=name), is_new=True)
    set_supplier(units[0], "LEAF", SupplierChanges(email="a@leaf.example"))
    with units[1].reading():
        (theirs,) = units[1].suppliers.all()
    assert (theirs.name, theirs.email) == ("South", "")
