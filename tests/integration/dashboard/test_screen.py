from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from stockcli.bootstrap import App, make_app
from stockcli.domain.errors import BadTokenError
from stockcli.domain.shop import Role
from stockcli.persistence.database import Database
from stockcli.settings import load_settings
from tests.fixtures.corner_shop import add_shop
from tests.integration.dashboard.conftest import Home, Person, fill, play


def test_enter_opens_the_row_and_escape_goes_back_on_a_small_terminal(home: Home) -> None:
    async def look(person: Person) -> None:
        assert "Inventory position" not in person.sees
        await person.types("enter")
        await person.awaits("units a day")
        await person.awaits("Inventory position")
        await person.types("p")
        await person.awaits("reorder point")
        await person.types("tab", "pagedown")
        await person.until(lambda: person.screen.detail.scroll_offset.y > 0, "the end of the text")
        await person.types("escape")
        await person.awaits("product")
        assert "Inventory position" not in person.sees

    play(home.app(), look)


def test_a_large_terminal_tells_about_each_row_without_a_key(home: Home) -> None:
    async def look(person: Person) -> None:
        for _ in range(4):
            one = person.screen.short_line()
            assert one is not None
            await person.awaits(f"{one.candidate.sku}  ")
            await person.awaits("units a day")
            await person.awaits("stock:")
            await person.awaits("Inventory position")
            await person.types("down")

    play(home.app(), look, (160, 48))


def test_a_forecast_made_anew_shows_its_interval(home: Home) -> None:
    async def look(person: Person) -> None:
        await person.types("enter")
        await person.awaits("expected")
        assert "80 % interval" not in person.sees
        await person.types("f")
        await person.awaits("80 % interval")

    play(home.app(), look)


def test_the_lists_are_reached_by_number_and_arrow(home: Home) -> None:
    async def look(person: Person) -> None:
        for key, name in (("2", "orders"), ("3", "alerts"), ("right", "low"), ("left", "alerts")):
            await person.types(key)
            await person.until(lambda name=name: person.screen.shown == name, name)  # type: ignore[misc]

    play(home.app(), look)


def test_help_names_the_keys_and_q_ends_it(home: Home) -> None:
    async def look(person: Person) -> None:
        await person.types("question_mark")
        await person.awaits("order the product: it asks how many")
        await person.awaits("nor those that wait.")
        await person.types("q")
        await person.until(lambda: len(person.screen.screen_stack) == 1, "the list")
        await person.types("q")
        await person.until(lambda: not person.screen.is_running, "the end")

    assert play(home.app(), look) is None


@pytest.mark.parametrize("size", [(30, 6), (80, 24), (100, 30), (250, 80)])
def test_every_size_of_terminal_is_drawn(home: Home, size: tuple[int, int]) -> None:
    async def look(person: Person) -> None:
        for key in ("enter", "p", "escape", "2", "3", "1"):
            await person.types(key)
        await person.pilot.resize_terminal(*reversed(size))
        await person.types("enter", "escape")

    assert play(home.app(), look, size) is None


def test_a_token_revoked_meanwhile_ends_it_with_its_sentence(home: Home) -> None:
    async def look(person: Person) -> None:
        operator = home.app(None).directory
        (prefix,) = [one.prefix for one in operator.tokens() if one.role is Role.ANALYST]
        operator.revoke_token(prefix)
        await person.types("r")
        await person.until(lambda: not person.screen.is_running, "the end")

    assert isinstance(play(home.app(Role.ANALYST), look), BadTokenError)


@pytest.fixture
def served(postgres_database_url: str) -> Iterator[tuple[App, Database]]:
    """The application as a manager runs it against a server, and the server's operator."""
    from stockcli.bootstrap import SystemClock

    database = Database(postgres_database_url, clock=SystemClock())
    fill(database, add_shop(database.directory()))
    secret = database.directory().create_token(
        role=Role.MANAGER, tenant_slug="acme", label="ana", expires_at=None
    )
    url = make_url(postgres_database_url).set(username="stock_app")
    address = url.render_as_string(hide_password=False)
    stock = make_app(load_settings({"STOCK_DATABASE_URL": address, "STOCK_TOKEN": secret}))
    yield stock, database
    stock.database.dispose()
    database.dispose()


def test_on_a_server_a_revoked_token_ends_it_before_anything_is_ordered(
    served: tuple[App, Database],
) -> None:
    stock, database = served

    async def order(person: Person) -> None:
        await person.types("o")
        await person.awaits("Units:")
        await person.types("enter")
        await person.awaits("Order it?")
        operator = database.directory()
        operator.revoke_token(operator.tokens()[0].prefix)
        await person.types("y")
        await person.until(lambda: not person.screen.is_running, "the end")

    assert isinstance(play(stock, order), BadTokenError)
    unit = database.unit_of_work(database.directory().tenant("acme"))
    with unit.reading():
        assert unit.orders.all() == []


def test_a_shop_that_cannot_be_read_for_a_while_is_said_and_seen_again(home: Home) -> None:
    file = home.folder / "stock.db"

    async def look(person: Person) -> None:
        kept = file.read_bytes()
        person.screen.stock.database.dispose()
        file.write_bytes(b"no database" * 1000)
        await person.types("r")
        await person.awaits("NOT READ since")
        assert "TEA" in person.sees
        person.screen.stock.database.dispose()
        file.write_bytes(kept)
        await person.types("r")
        await person.awaits("Acme | 4 low")

    assert play(home.app(), look) is None
