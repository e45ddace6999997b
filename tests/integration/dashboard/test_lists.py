from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.cli.dashboard.reading import glance
from stockcli.domain.quantity import plain
from stockcli.domain.shop import Role
from stockcli.usecases.alerting import notify_manager
from stockcli.usecases.lifecycle import snooze
from tests.fixtures.corner_shop import NOW, TODAY, sell
from tests.integration.dashboard.conftest import Home, Person, play


def test_what_is_low_stands_on_top_with_what_to_order_and_what_is_at_stake(home: Home) -> None:
    async def look(person: Person) -> None:
        lines = person.sees.splitlines()
        assert lines[0].startswith("Acme | 4 low | 0 to approve | seen ")
        assert "1 Short 4" in lines[1]
        tea = next(line for line in lines if line.startswith("TEA")).split()
        overview = person.screen.overview
        assert overview is not None
        (one,) = [one for one in overview.short if one.candidate.sku == "TEA"]
        assert tea == [
            *("TEA", "Green", "tea"),
            *("20", plain(one.candidate.reorder_point), "2"),
            plain(one.candidate.suggested_quantity),
            *(f"{one.candidate.money_at_risk:,.0f}", "low"),
        ]
        assert not any(line.startswith("SOAP") for line in lines)

    play(home.app(), look)


def test_the_most_money_at_risk_stands_first_and_the_snoozed_last_and_dim(home: Home) -> None:
    snooze(home.unit(), "TEA", until=TODAY + timedelta(days=9))

    async def look(person: Person) -> None:
        overview, shown = person.screen.overview, person.screen.current_list
        assert overview is not None
        skus = [one.candidate.sku for one in overview.short]
        risks = [one.candidate.money_at_risk for one in overview.short[:-1]]
        assert skus[-1] == "TEA"
        assert risks == sorted(risks, reverse=True)
        assert "snoozed to 05-09" in person.sees
        assert [row.style for row in shown.rows] == ["bold"] * 3 + ["dim"]
        (last,) = shown.render_line(4)
        assert last.text.startswith("TEA")
        assert last.style is not None
        assert last.style.dim

    play(home.app(), look)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_a_name_with_markup_and_escape_codes_is_shown_as_it_is(
    home: Home, size: tuple[int, int]
) -> None:
    async def look(person: Person) -> None:
        assert "[red]x[/]" in person.sees
        await person.types("slash", *"odd", "enter")
        await person.until(lambda: len(person.screen.current_list.rows) == 1, "one row")
        await person.types("enter")
        await person.awaits("Inventory position")
        await person.types("o")
        await person.awaits("Order ODD  [red]x[/] [2Jbell evil")
        await person.types("enter")
        await person.awaits("It is approved at once")
        await person.types("y")
        await person.awaits("is approved")
        for sign in "\x1b\x07\u202e":
            assert sign not in person.sees + person.hears

    play(home.app(), look, size)


def test_open_orders_tell_status_supplier_and_how_late_they_are(home: Home) -> None:
    left, waits = home.order("TEA"), home.order("HAM", 60)
    _move_expected(home, left, days=-9)

    async def look(person: Person) -> None:
        await person.types("2")
        await person.awaits(waits)
        rows = {line.split()[0]: line for line in person.sees.splitlines() if "PO-" in line}
        assert "Leaf Ltd" in rows[waits]
        assert "draft" in rows[waits]
        assert "approve?" in rows[waits]
        assert "late 4 days" in rows[left]
        await person.types("1")
        await person.awaits(f"{left} late")
        assert f"{waits} waits" in person.sees

    play(home.app(), look)


def _move_expected(home: Home, number: str, days: int) -> None:
    """Have an order expected earlier, as its supplier's promise may lie in the past."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(home.folder / "stock.db")) as opened:
        opened.execute(
            "UPDATE purchase_order SET expected_on = date(expected_on, ?) WHERE number = ?",
            [f"{days} days", number],
        )
        opened.commit()


def test_alerts_are_listed_and_one_is_read_whole(home: Home) -> None:
    notify_manager(home.unit(), "Fridge", "The fridge is warm.\nCall Ana.", now=NOW)

    async def look(person: Person) -> None:
        await person.types("3")
        await person.awaits("message")
        await person.types("enter")
        await person.awaits("Call Ana.")
        await person.types("escape")
        await person.awaits("raised")

    play(home.app(), look)


def test_an_empty_shop_says_what_fills_it(home: Home) -> None:
    async def look(person: Person) -> None:
        for key in "123":
            await person.types(key)
            await person.awaits("There is no stock yet.")
        for key in ("o", "a", "s", "c", "f", "p", "enter", "escape", "slash", "escape", "r"):
            await person.types(key)
        await person.awaits("under the cursor")

    assert play(home.app(Role.OPERATOR), look) is None


def test_a_shop_with_nothing_low_says_so(home: Home) -> None:
    for sku in ("TEA", "HAM", "FIG", "ODD"):
        from stockcli.usecases.stock_keeping import count_stock

        count_stock(
            home.unit(), sku, counted=Decimal(900), location=None, reference=f"again:{sku}", now=NOW
        )

    async def look(person: Person) -> None:
        assert "Nothing is low. Judged on 2024-04-30." in person.sees
        await person.types("2")
        await person.awaits("No order is open.")
        await person.types("3")
        await person.awaits("Nothing needs your attention.")

    play(home.app(), look)


def test_the_filter_keeps_rows_with_every_word_until_it_is_ended(home: Home) -> None:
    async def look(person: Person) -> None:
        await person.types("slash", *"TEA gre")
        await person.until(lambda: len(person.screen.current_list.rows) == 1, "one row")
        await person.types("enter", "escape")
        await person.until(lambda: len(person.screen.current_list.rows) == 4, "all rows")

    play(home.app(), look)


def test_the_cursor_stays_on_its_product_when_the_shop_is_read_again(home: Home) -> None:
    async def look(person: Person) -> None:
        overview = person.screen.overview
        assert overview is not None
        at = [one.candidate.sku for one in overview.short].index("TEA")
        await person.types(*["down"] * at)
        sell(home.unit(), "ODD", 500, reference="many")
        await person.types("r")
        await person.until(lambda: person.screen.overview is not overview, "another look")
        one = person.screen.short_line()
        assert one is not None
        assert one.candidate.sku == "TEA"

    play(home.app(), look)


def test_what_another_process_wrote_appears_by_itself(home: Home) -> None:
    async def look(person: Person) -> None:
        number = home.order("TEA")
        await person.awaits(f"{number} 05-05")

    play(home.app(), look, refresh_seconds=1)


def test_a_shop_is_read_again_only_if_it_changed(home: Home) -> None:
    stock = home.app()
    first = glance(stock, None)
    assert first is not None
    assert glance(stock, first.mark) is None
    home.order("TEA")
    second = glance(stock, first.mark)
    assert second is not None
    assert len(second.orders) == 1


def test_a_limit_that_the_operator_moves_counts_as_a_change(home: Home) -> None:
    from dataclasses import replace

    stock = home.app()
    first = glance(stock, None)
    assert first is not None
    policy = replace(first.mark.shop.policy, default_lead_time_days=30.0)
    home.app(None).directory.set_policy("acme", policy)
    assert glance(stock, first.mark) is not None
