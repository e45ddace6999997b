"""What another location can spare is fetched before anything is bought."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.decisions import Action, Candidate, Proposal
from stockcli.domain.errors import ConflictError, InvalidInputError, NotFoundError
from stockcli.domain.identifiers import RunId
from stockcli.domain.ledger import MovementKind
from stockcli.domain.sourcing import TransferStatus
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.inventory import StockLine, stock_of
from stockcli.usecases.lifecycle import snooze
from stockcli.usecases.minimums import set_minimum
from stockcli.usecases.ports import Review, Reviewer, ReviewRequest, UnitOfWork
from stockcli.usecases.run_check import CheckReport, Crew, check_shop
from stockcli.usecases.stock_keeping import count_stock, record_movement
from stockcli.usecases.transferring import (
    cancel_transfer,
    complete_transfer,
    open_transfer,
    transfer_rows,
)
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, SteppingClock, add_shop, sell, stock_up
from tests.fixtures.places import DEPOT, add_place, on_hand

SHELVES = {
    "TEA": Shelf(per_day=10, on_hand=20, name="Green tea"),
    "HAM": Shelf(per_day=8, on_hand=900, name="Ham"),
}
ENGINE = Forecaster()


@dataclass(frozen=True)
class Wants:
    """A reviewer that wants the same of every product, and keeps what it was shown."""

    action: Action
    seen: list[Candidate]

    def review(self, request: ReviewRequest) -> Review:
        self.seen.extend(request.candidates)
        return Review(
            proposals=tuple(
                Proposal(key=one.key, action=self.action, reason="so", decided_by="model")
                for one in request.candidates
            )
        )


@pytest.fixture
def unit(database: Database) -> UnitOfWork:
    made = database.unit_of_work(add_shop(database.directory()))
    stock_up(made, SHELVES)
    return made


def check(
    unit: UnitOfWork, clock: SteppingClock, name: str = "run-1", reviewer: Reviewer | None = None
) -> CheckReport:
    crew = Crew(forecaster=ENGINE, reviewer=reviewer or RuleReviewer(), clock=clock)
    return check_shop(unit, crew, RunId(name))


def line(unit: UnitOfWork, sku: str, place: str) -> StockLine:
    (found,) = (one for one in stock_of(unit, sku, day=TODAY) if one.location.code == place)
    return found


def test_a_depot_with_plenty_spares_the_purchase(unit: UnitOfWork, clock: SteppingClock) -> None:
    add_place(unit, {"TEA": 5000})
    report = check(unit, clock)
    (decision,) = report.outcome.decisions
    shop = line(unit, "TEA", "SHOP")
    missing = (shop.order_up_to_level or 0) - 20
    assert (decision.action, decision.quantity) == (Action.TRANSFER, missing)
    assert decision.reason.endswith(f"{missing:.0f} from DEPOT, nothing to buy")
    assert report.outcome.orders == ()
    (row,) = transfer_rows(unit)
    assert (row.transfer.status, row.origin, row.destination) == ("open", DEPOT, "SHOP")
    assert (row.transfer.number, row.transfer.created_by) == ("TR-00001", "run-check")
    assert shop.level.position == shop.order_up_to_level
    assert line(unit, "TEA", DEPOT).level.reserved == missing


def test_what_was_counted_at_the_depot_today_is_fetched_today(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    snooze(unit, "TEA", until=TODAY + timedelta(days=9))
    check(unit, clock)
    add_place(unit, {"TEA": 5000})
    snooze(unit, "TEA", until=None)
    clock.advance(hours=1)
    (decision,) = check(unit, clock, "run-2").outcome.decisions
    assert decision.action is Action.TRANSFER
    assert line(unit, "TEA", DEPOT).reorder_point == 0


def test_a_depot_needs_nothing_itself_whatever_the_category_sells(
    database: Database, clock: SteppingClock
) -> None:
    unit = database.unit_of_work(add_shop(database.directory()))
    tea = {"category": "tea"}
    shelves = {sku: Shelf(per_day=10, on_hand=20, product=tea) for sku in ("TEA", "MATE")}
    stock_up(unit, shelves)
    add_place(unit, {"TEA": 5000})
    report = check(unit, clock)
    actions = {one.sku: one.action for one in report.outcome.decisions}
    assert actions == {"TEA": Action.TRANSFER, "MATE": Action.RESTOCK}
    assert line(unit, "TEA", DEPOT).reorder_point == 0


def test_too_little_to_lift_it_above_the_reorder_point_is_completed_by_a_purchase(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    add_place(unit, {"TEA": 80})
    seen: list[Candidate] = []
    report = check(unit, clock, reviewer=Wants(Action.TRANSFER, seen))
    (tea,) = seen
    assert tea.transferable == 80
    assert tea.position + 80 <= tea.reorder_point
    assert tea.quantity_to_buy == tea.order_up_to_level - tea.position - 80
    (order,), (row,) = report.outcome.orders, report.outcome.transfers
    assert order.lines[0].quantity == tea.quantity_to_buy
    assert row.transfer.quantity == 80
    after = line(unit, "TEA", "SHOP").level
    assert after.position == tea.order_up_to_level


def test_the_donor_is_never_taken_below_what_it_needs_itself(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    add_place(unit, {"TEA": 400})
    for day in range(1, 60):
        sell_at_depot(unit, day)
    check(unit, clock)
    donor = line(unit, "TEA", DEPOT)
    free = donor.level.on_hand - donor.level.reserved
    assert donor.reorder_point is not None
    assert donor.reorder_point > 0
    assert transfer_rows(unit) != []
    assert free >= (donor.order_up_to_level or 0) >= donor.reorder_point


def sell_at_depot(unit: UnitOfWork, day: int) -> None:
    record_movement(
        unit,
        "TEA",
        kind=MovementKind.SALE,
        units=Decimal(2),
        location=DEPOT,
        reference=f"depot:{day}",
        now=NOW,
        on=TODAY - timedelta(days=day),
    )


def test_two_low_places_share_one_depot_and_nothing_is_promised_twice(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    add_place(unit, {"TEA": 1}, "KIOSK")
    add_place(unit, {"TEA": 300})
    set_minimum(unit, "TEA", Decimal(100), location="KIOSK", reason="", author="ana", now=NOW)
    check(unit, clock)
    rows = transfer_rows(unit)
    assert {row.destination for row in rows} == {"SHOP", "KIOSK"}
    taken = sum(row.transfer.quantity for row in rows if row.origin == DEPOT)
    assert taken <= 300
    assert line(unit, "TEA", DEPOT).level.position >= 0


def test_the_same_check_again_moves_and_buys_nothing_more(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    add_place(unit, {"TEA": 5000})
    check(unit, clock)
    clock.advance(hours=1)
    again = check(unit, clock, "run-2")
    assert (again.low, again.outcome.decisions, len(transfer_rows(unit))) == (0, (), 1)


def test_the_goods_arrive_once_however_often_it_is_said(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    add_place(unit, {"TEA": 5000})
    check(unit, clock)
    units = transfer_rows(unit)[0].transfer.quantity
    first = complete_transfer(unit, " tr-00001 ", now=NOW)
    again = complete_transfer(unit, "TR-00001", now=NOW)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.row.transfer.status is TransferStatus.DONE
    assert on_hand(unit, "TEA") == {"SHOP": 20 + units, DEPOT: 5000 - units}
    assert line(unit, "TEA", DEPOT).level.reserved == 0
    with unit.reading():
        assert [alert for alert in unit.alerts.open() if "TR-00001" in alert.text] == []


def test_whoever_is_to_move_the_goods_is_told(unit: UnitOfWork, clock: SteppingClock) -> None:
    add_place(unit, {"TEA": 5000})
    report = check(unit, clock)
    (alert,) = report.outcome.alerts
    units = transfer_rows(unit)[0].transfer.quantity
    assert alert.text == (
        f"Move {units.normalize():f} TEA from DEPOT to SHOP (TR-00001), then say so with "
        "`stock transfers done TR-00001`."
    )


def test_a_cancelled_transfer_moves_nothing_and_frees_what_it_held(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    add_place(unit, {"TEA": 5000})
    check(unit, clock)
    cancel_transfer(unit, "TR-00001", now=NOW)
    cancel_transfer(unit, "TR-00001", now=NOW)
    assert on_hand(unit, "TEA") == {"SHOP": 20, DEPOT: 5000}
    assert line(unit, "TEA", DEPOT).level.reserved == 0
    with pytest.raises(ConflictError, match="was cancelled"):
        complete_transfer(unit, "TR-00001", now=NOW)


def test_what_is_done_cannot_be_cancelled(unit: UnitOfWork) -> None:
    add_place(unit, {"TEA": 50})
    opened(unit, 10)
    complete_transfer(unit, "TR-00001", now=NOW)
    with pytest.raises(ConflictError, match="is done"):
        cancel_transfer(unit, "TR-00001", now=NOW)


def opened(unit: UnitOfWork, units: int, **changes: str) -> str:
    places = {"origin": DEPOT, "destination": "SHOP", **changes}
    row = open_transfer(unit, "TEA", Decimal(units), author="ana", now=NOW, **places)
    return row.transfer.number


@pytest.mark.parametrize(
    ("units", "changes", "error", "said"),
    [
        (51, {}, ConflictError, "DEPOT has 50 TEA to give"),
        (5, {"destination": DEPOT}, InvalidInputError, "both ends are DEPOT"),
        (0, {}, InvalidInputError, "above zero"),
        (5, {"origin": "MOON"}, NotFoundError, "no location 'MOON'"),
    ],
)
def test_what_cannot_be_moved_is_refused(
    unit: UnitOfWork, units: int, changes: dict[str, str], error: type[Exception], said: str
) -> None:
    add_place(unit, {"TEA": 50})
    with pytest.raises(error, match=said):
        opened(unit, units, **changes)
    assert transfer_rows(unit) == []


def test_a_second_transfer_on_the_same_way_is_refused(unit: UnitOfWork) -> None:
    add_place(unit, {"TEA": 50})
    opened(unit, 10)
    with pytest.raises(ConflictError, match="open for one of the products already"):
        opened(unit, 10)


def test_a_reviewer_may_buy_all_the_same(unit: UnitOfWork, clock: SteppingClock) -> None:
    add_place(unit, {"TEA": 5000})
    report = check(unit, clock, reviewer=Wants(Action.RESTOCK, []))
    assert (len(report.outcome.orders), report.outcome.transfers) == (1, ())


def test_a_transfer_of_what_nobody_can_spare_becomes_what_the_rules_do(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    report = check(unit, clock, reviewer=Wants(Action.TRANSFER, []))
    (decision,) = report.outcome.decisions
    assert decision.action is Action.RESTOCK
    assert "asked to transfer: so" in decision.reason


def test_a_product_without_a_supplier_is_fetched_where_it_is(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    add_place(unit, {"TEA": 5000})
    with unit:
        unit.products.put([replace(unit.products.get("TEA"), supplier_id=None)])
        unit.commit()
    report = check(unit, clock)
    assert [one.action for one in report.outcome.decisions] == [Action.TRANSFER]


def test_a_snoozed_product_is_not_moved_either(unit: UnitOfWork, clock: SteppingClock) -> None:
    add_place(unit, {"TEA": 5000})
    snooze(unit, "TEA", until=TODAY + timedelta(days=9))
    report = check(unit, clock)
    assert (report.outcome.decisions, transfer_rows(unit)) == ((), [])
    assert [one.reason for one in report.skipped] == [f"snoozed until {TODAY + timedelta(days=9)}"]


def test_what_the_depot_sold_meanwhile_is_bought_instead(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    add_place(unit, {"TEA": 5000})

    @dataclass(frozen=True)
    class Slow:
        def review(self, request: ReviewRequest) -> Review:
            count_stock(unit, "TEA", counted=Decimal(0), location=DEPOT, reference="theft", now=NOW)
            return Wants(Action.TRANSFER, []).review(request)

    report = check(unit, clock, reviewer=Slow())
    assert report.outcome.transfers == ()
    (decision,) = report.outcome.decisions
    assert decision.action is Action.RESTOCK


def test_a_dry_run_moves_nothing(unit: UnitOfWork, clock: SteppingClock) -> None:
    add_place(unit, {"TEA": 5000})
    crew = Crew(forecaster=ENGINE, reviewer=RuleReviewer(), clock=clock)
    report = check_shop(unit, crew, RunId("dry"), dry_run=True)
    assert len(report.outcome.transfers) == 1
    assert transfer_rows(unit) == []


def test_sales_at_the_shop_go_on_while_goods_are_on_their_way(
    unit: UnitOfWork, clock: SteppingClock
) -> None:
    add_place(unit, {"TEA": 5000})
    check(unit, clock)
    before = line(unit, "TEA", "SHOP").level.position
    sell(unit, "TEA", 3, reference="till")
    assert line(unit, "TEA", "SHOP").level.position == before - 3
