"""`stock demo load`, the first command many people run."""

from __future__ import annotations

import stat

from stockcli.domain.shop import Role
from tests.fixtures.demo_home import Stock


def test_first_load_creates_both_shops_and_logs_in_to_the_first(demo: Stock) -> None:
    app = demo.app()

    assert [shop.slug for shop in app.directory.tenants()] == ["giftware", "mercearia"]
    assert app.identity.tenant is not None
    assert app.identity.tenant.slug == "giftware"
    assert stat.S_IMODE(app.settings.credentials_file.stat().st_mode) == 0o600


def test_loading_again_changes_nothing(demo: Stock) -> None:
    kept = demo.app().settings.credentials_file.read_text()

    again = demo.process("demo", "load", "--json").json

    assert [one["created"] for one in again["shops"]] == [False, False]
    assert [one["movements_booked"] for one in again["shops"]] == [0, 0]
    assert [one["token"] for one in again["shops"]] == [None, None]
    assert again["logged_in_to"] == "giftware"
    assert demo.app().settings.credentials_file.read_text() == kept


def test_another_login_is_kept(demo: Stock) -> None:
    directory = demo.app().directory
    operator = directory.create_token(
        role=Role.OPERATOR, tenant_slug=None, label="ops", expires_at=None
    )
    demo.app().settings.credentials_file.write_text(f"{operator}\n")

    ran = demo("demo", "load")

    assert ran.code == 0, ran.err
    assert "you stay logged in" in ran.err
    assert demo.app().settings.credentials_file.read_text().strip() == operator
    assert "generated from a fixed seed" in ran.out
    assert "CC BY 4.0" in ran.out


def test_lost_login_is_replaced(demo: Stock) -> None:
    demo("logout")

    ran = demo("demo", "load")

    assert "logged in to giftware" in ran.err
    assert demo("whoami").code == 0


def test_shops_share_codes_that_mean_different_things(demo: Stock) -> None:
    app = demo.app()
    names = []
    for slug in ("giftware", "mercearia"):
        unit = app.database.unit_of_work(app.directory.tenant(slug))
        with unit.reading():
            names.append({one.sku: one.name for one in unit.products.all()})

    shared = names[0].keys() & names[1].keys()

    assert len(shared) >= 10
    assert all(names[0][sku] != names[1][sku] for sku in shared)
