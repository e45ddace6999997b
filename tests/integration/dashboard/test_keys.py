from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from stockcli.domain.alerts import AlertKind
from stockcli.domain.purchasing import OrderStatus
from stockcli.domain.quantity import plain
from stockcli.domain.shop import Role
from stockcli.usecases.alerting import latest_alerts
from stockcli.usecases.purchasing import approve_order, cancel_order, order_row, order_rows
from tests.fixtures.corner_shop import NOW
from tests.integration.dashboard.conftest import Home, Person, play


def status(home: Home, number: str) -> OrderStatus:
    return order_row(home.unit(), number).order.status


async def choose(person: Person, sku: str) -> None:
    """Put the cursor on a product."""
    overview = person.screen.overview
    assert overview is not None
    skus = [one.candidate.sku for one in overview.short]
    await person.types("home", *["down"] * skus.index(sku))


def test_order_takes_the_suggested_quantity_on_enter_and_yes(home: Home) -> None:
    async def order(person: Person) -> None:
        await choose(person, "TEA")
        one = person.screen.short_line()
        assert one is not None
        suggested = plain(one.candidate.suggested_quantity)
        await person.types("o")
        await person.awaits("Units:")
        await person.types("enter")
        await person.awaits(f"{suggested} of TEA  Green tea")
        await person.awaits("It is approved at once.")
        assert order_rows(home.unit()) == []
        await person.types("y")
        await person.awaits("PO-00001 is approved, due 2024-05-05")
        await person.awaits("2 Orders 1")
        (row,) = order_rows(home.unit())
        assert row.lines[0][:3] == ("TEA", "Green tea", one.candidate.suggested_quantity)
        assert row.order.created_by == "manager:ana"

    play(home.app(), order)


def test_order_takes_another_quantity_and_says_that_it_will_wait_for_approval(home: Home) -> None:
    async def order(person: Person) -> None:
        await choose(person, "HAM")
        await person.types("o")
        await person.awaits("Units:")
        await person.types(*"50", "enter")
        await person.awaits("50 of HAM")
        await person.awaits("It will wait for approval: its total 1500.00 is above")
        await person.types("y")
        await person.awaits("PO-00001 is draft")
        assert status(home, "PO-00001") is OrderStatus.DRAFT

    play(home.app(), order)


@pytest.mark.parametrize(("typed", "said"), [("many", "is no quantity"), ("0", "not above zero")])
def test_a_quantity_that_is_none_is_asked_for_again(home: Home, typed: str, said: str) -> None:
    async def order(person: Person) -> None:
        await choose(person, "TEA")
        await person.types("o")
        await person.awaits("Units:")
        await person.types(*typed, "enter")
        await person.awaits(said)
        await person.types("escape")
        await person.awaits("nothing was done")
        assert order_rows(home.unit()) == []

    play(home.app(), order)


@pytest.mark.parametrize("key", ["n", "escape", "enter", "q"])
def test_only_y_is_a_yes(home: Home, key: str) -> None:
    number = home.order("HAM", 60)

    async def decline(person: Person) -> None:
        await person.types("2", "a")
        await person.awaits("Approve it?")
        await person.types(key)
        await person.awaits("nothing was done")
        assert status(home, number) is OrderStatus.DRAFT

    assert play(home.app(), decline) is None


def test_a_product_without_a_supplier_is_refused_before_a_number_is_asked(home: Home) -> None:
    async def order(person: Person) -> None:
        await choose(person, "FIG")
        await person.types("o")
        await person.awaits("FIG has no supplier, so it cannot be ordered: give it one with")

    play(home.app(), order)


@pytest.mark.parametrize("where", ["1", "2", "3"])
def test_approve_works_from_the_order_its_product_and_its_alert(home: Home, where: str) -> None:
    number = home.order("HAM", 60)

    async def approve(person: Person) -> None:
        await choose(person, "HAM")
        await person.types(where, "a")
        await person.awaits("Approve it?")
        await person.awaits(f"{number} to Leaf Ltd for SHOP: 1,800.00 GBP")
        await person.awaits("60 of HAM  Ham")
        await person.types("y")
        await person.awaits(f"{number} is approved")
        await person.awaits("3 Alerts 0")
        assert order_row(home.unit(), number).order.approved_by == "manager:ana"

    play(home.app(), approve)
    kinds = [alert.kind for alert in latest_alerts(home.unit(), 9, open_only=True)]
    assert AlertKind.ORDER_TO_APPROVE not in kinds


def test_an_order_approved_elsewhere_before_the_key_is_told_and_read_again(home: Home) -> None:
    number = home.order("HAM", 60)

    async def approve(person: Person) -> None:
        await person.types("2")
        approve_order(home.unit(), number, by="bo", now=NOW)
        await person.types("a")
        await person.awaits(f"{number} is approved: it does not wait for approval")
        await person.until(lambda: "draft" not in person.sees, "another look")

    play(home.app(), approve)


def test_an_order_cancelled_elsewhere_before_the_yes_is_told_and_read_again(home: Home) -> None:
    number = home.order("HAM", 60)

    async def approve(person: Person) -> None:
        await person.types("2", "a")
        await person.awaits("Approve it?")
        cancel_order(home.unit(), number, now=NOW)
        await person.types("y")
        await person.awaits(f"{number} is cancelled meanwhile: nothing was done")
        await person.awaits("No order is open.")

    play(home.app(), approve)
    assert status(home, number) is OrderStatus.CANCELLED


def test_a_product_ordered_elsewhere_before_the_yes_is_not_ordered_twice(home: Home) -> None:
    async def order(person: Person) -> None:
        await choose(person, "TEA")
        await person.types("o")
        await person.awaits("Units:")
        await person.types("enter")
        await person.awaits("Order it?")
        home.order("TEA")
        await person.types("y")
        await person.awaits("TEA is on order for SHOP already")
        await person.awaits("2 Orders 1")

    play(home.app(), order)
    assert len(order_rows(home.unit())) == 1


def test_cancel_ends_an_order(home: Home) -> None:
    number = home.order("TEA")

    async def cancel(person: Person) -> None:
        await person.types("2", "c")
        await person.awaits("Cancel what is still to come of it?")
        await person.types("y")
        await person.awaits(f"{number} is cancelled")
        await person.awaits("2 Orders 0")

    play(home.app(), cancel)
    assert status(home, number) is OrderStatus.CANCELLED


def test_snooze_asks_for_days_and_0_ends_it(home: Home) -> None:
    async def snooze(person: Person) -> None:
        await choose(person, "TEA")
        await person.types("s")
        await person.awaits("Days:")
        await person.types(*"9999", "enter")
        await person.awaits("is no number of days")
        await person.types("1", "0", "enter")
        await person.awaits("no order and no alert before 2024-05-10")
        await person.types("y")
        await person.awaits("snoozed to 05-10")
        await choose(person, "TEA")
        await person.types("s")
        await person.awaits("It is until 2024-05-10 now.")
        await person.types("enter")
        await person.awaits("Watch it again?")
        await person.types("y")
        await person.awaits("TEA is watched again")

    play(home.app(), snooze)
    with (unit := home.unit()).reading():
        assert unit.products.get("TEA").snoozed_until is None


def test_a_snooze_is_kept(home: Home) -> None:
    async def snooze(person: Person) -> None:
        await choose(person, "TEA")
        await person.types("s")
        await person.awaits("Days:")
        await person.types("enter")
        await person.awaits("Leave it alone?")
        await person.types("y")
        await person.awaits("left alone until 2024-05-07")

    play(home.app(), snooze)
    with (unit := home.unit()).reading():
        assert unit.products.get("TEA").snoozed_until == date(2024, 5, 7)


def test_an_analyst_reads_and_is_told_so_at_every_key_that_would_write(home: Home) -> None:
    number = home.order("HAM", 60)

    async def try_all(person: Person) -> None:
        assert "analyst: read-only" in person.sees.splitlines()[0]
        for key in "osac":
            person.screen.clear_notifications()
            await choose(person, "HAM")
            await person.types(key)
            await person.awaits("an analyst's token reads only")
            assert len(person.screen.screen_stack) == 1

    play(home.app(Role.ANALYST), try_all)
    assert status(home, number) is OrderStatus.DRAFT


def test_the_audit_log_names_the_dashboard(home: Home) -> None:
    number = home.order("HAM", 60)

    async def approve(person: Person) -> None:
        await person.types("2", "a")
        await person.awaits("Approve it?")
        await person.types("y")
        await person.awaits(f"{number} is approved")

    play(home.app(), approve)
    with (unit := home.unit()).reading():
        (last,) = unit.audit_log.before(None, 1)
    assert last.told["via"] == "stock dashboard"
    assert last.told["who"] == "manager:ana"


def test_the_spending_limit_holds_here_too(home: Home) -> None:
    from dataclasses import replace

    stock = home.app(None)
    shop = stock.directory.tenant("acme")
    limits = replace(shop.policy, daily_spending_limit=Decimal(1))
    stock.directory.set_policy("acme", limits)

    async def order(person: Person) -> None:
        await choose(person, "TEA")
        await person.types("o")
        await person.awaits("Units:")
        await person.types("enter")
        await person.awaits("passes the daily limit 1")
        await person.types("y")
        await person.awaits("PO-00001 is draft")

    play(home.app(), order)


def test_after_a_deed_the_cursor_is_on_the_next_product(home: Home) -> None:
    async def order(person: Person) -> None:
        await choose(person, "TEA")
        shown = person.screen.current_list
        keys = [row.key for row in shown.rows]
        line = keys.index(shown.current or "")
        await person.types("o")
        await person.awaits("Units:")
        await person.types("enter")
        await person.awaits("Order it?")
        await person.types("y")
        await person.awaits("2 Orders 1")
        assert [row.key for row in shown.rows].index(keys[line]) > line
        assert shown.current == keys[line + 1]

    play(home.app(), order)
