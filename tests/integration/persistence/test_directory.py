from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from stockcli.domain.errors import ConflictError, DatabaseError, NotFoundError
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import ShopPolicy, Tenant
from stockcli.persistence.database import Database

POLICY = ShopPolicy(
    service_level=0.975,
    order_approval_limit=None,
    daily_spending_limit=Decimal("2500.50"),
    agent_enabled=False,
    model_budget_usd=Decimal("0.1"),
    notify_urls=("mailto://a@example.org", "json://localhost"),
)
NEW = Tenant(
    id=TenantId(0),
    slug="padaria",
    name="Padaria São João",
    currency="EUR",
    timezone="Europe/Lisbon",
    policy=POLICY,
)


def test_a_shop_comes_back_as_it_was_added(database: Database) -> None:
    added = database.directory().add_tenant(NEW)
    assert added == replace(NEW, id=added.id)
    assert database.directory().tenant(" Padaria ") == added


def test_a_new_shop_has_a_location_and_is_ready_for_work(database: Database) -> None:
    unit = database.unit_of_work(database.directory().add_tenant(NEW))
    with unit:
        assert unit.locations.get(None).code == "SHOP"
        assert unit.version() == 0
        assert unit.orders.next_number() == "PO-00001"


def test_a_name_is_given_once(database: Database) -> None:
    database.directory().add_tenant(NEW)
    with pytest.raises(ConflictError, match="padaria"):
        database.directory().add_tenant(NEW)


def test_shops_are_listed_by_name(database: Database) -> None:
    database.directory().add_tenant(NEW)
    slugs = [tenant.slug for tenant in database.directory().tenants()]
    assert slugs == ["here", "neighbour", "padaria"]


def test_a_policy_replaces_the_one_before_and_only_of_that_shop(database: Database) -> None:
    changed = database.directory().set_policy("here", POLICY)
    assert changed.policy == POLICY
    assert database.directory().tenant("here") == changed
    assert database.directory().tenant("neighbour").policy == ShopPolicy()


def test_an_unknown_shop_is_not_found(database: Database) -> None:
    directory = database.directory()
    with pytest.raises(NotFoundError, match="nowhere"):
        directory.tenant("nowhere")
    with pytest.raises(NotFoundError, match="nowhere"):
        directory.set_policy("nowhere", POLICY)
    with pytest.raises(NotFoundError, match="nowhere"):
        directory.tokens("nowhere")


@pytest.mark.parametrize("policy", ["{not json", "[]", "", '{"service_level": 7}'])
def test_a_shop_that_cannot_be_read_leaves_the_others_readable(
    policy: str, sqlite_database: Database
) -> None:
    directory = sqlite_database.directory()
    with sqlite_database._engine.begin() as connection:
        spoil = "UPDATE tenant SET policy = ?, created_at = 'garbage' WHERE slug = 'here'"
        connection.exec_driver_sql(spoil, (policy,))
    assert [shop.slug for shop in directory.tenants()] == ["neighbour"]
    (unreadable,) = sqlite_database.unreadable_tenants()
    assert unreadable.mended.slug == "here"
    with pytest.raises(DatabaseError, match="the policy of the shop 'here' cannot be read"):
        directory.tenant("here")
    directory.set_policy("here", POLICY)
    assert directory.tenant("here").policy == POLICY


def test_the_hour_a_shop_was_added_is_not_needed_to_read_it(sqlite_database: Database) -> None:
    sqlite_database.directory().add_tenant(NEW)
    with sqlite_database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE tenant SET created_at = 'garbage'")
    assert "padaria" in [shop.slug for shop in sqlite_database.directory().tenants()]
