from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockcli.domain.catalogue import ProductStatus
from stockcli.domain.errors import InvalidInputError
from stockcli.domain.identifiers import RunId
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from stockcli.usecases.deciding import RuleReviewer
from stockcli.usecases.examining import examine_shop
from stockcli.usecases.forecasting import forecast_product
from stockcli.usecases.inventory import find_products
from stockcli.usecases.knowledge import recall
from stockcli.usecases.lifecycle import set_status
from stockcli.usecases.minimums import clear_minimum, minimum_rows, set_minimum
from stockcli.usecases.ports import UnitOfWork
from stockcli.usecases.reporting import why
from stockcli.usecases.run_check import Crew, check_shop
from tests.fixtures.corner_shop import NOW, TODAY, Shelf, SteppingClock, add_shop, sell, stock_up

ENGINE = Forecaster()


def check(unit: UnitOfWork, clock: SteppingClock) -> None:
    crew = Crew(forecaster=ENGINE, reviewer=RuleReviewer(), clock=clock)
    check_shop(unit, crew, RunId("run-1"))


def set_tea(unit: UnitOfWork, units: int, **how: timedelta) -> None:
    expires = TODAY + how["expires_in"] if how else None
    set_minimum(
        unit,
        "TEA",
        Decimal(units),
        location=None,
        reason="fair",
        author="ana",
        now=NOW,
        expires_on=expires,
    )


def test_the_computed_reorder_point_is_kept_beside_the_minimum(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    check(corner_shop, clock)
    set_tea(corner_shop, 500)
    (row,) = minimum_rows(corner_shop)
    assert [row.minimum.quantity, row.minimum.author] == [500, "ana"]
    assert row.computed is not None
    assert row.computed < 500


def test_why_tells_of_units_on_order_that_still_wait_for_approval(
    corner_shop: UnitOfWork, sqlite_database: Database, clock: SteppingClock
) -> None:
    shop = corner_shop.tenant
    careful = replace(shop.policy, order_approval_limit=Decimal(1))
    sqlite_database.directory().set_policy(shop.slug, careful)
    check(corner_shop, clock)
    (report,) = why(corner_shop, "TEA", now=NOW)
    (order,) = report.line.open_orders
    assert f"{order.number} waits for approval and is not sent yet" in report.sentences[0]


def test_a_cleared_minimum_lets_the_computed_one_hold_again(corner_shop: UnitOfWork) -> None:
    set_tea(corner_shop, 500)
    assert clear_minimum(corner_shop, "TEA", location=None)
    assert not clear_minimum(corner_shop, "TEA", location=None)


def test_a_minimum_that_expires_in_the_past_is_refused(corner_shop: UnitOfWork) -> None:
    with pytest.raises(InvalidInputError, match="never hold"):
        set_tea(corner_shop, 500, expires_in=timedelta(days=-1))


def test_why_tells_position_forecast_minimum_and_decisions(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    check(corner_shop, clock)
    set_tea(corner_shop, 500)
    (report,) = why(corner_shop, "TEA", now=NOW)
    story = " ".join(report.sentences)
    for part in ("20 on hand", "lead time of Leaf Ltd", "standard deviation", "minimum of 500"):
        assert part in story
    assert "restock" in story
    assert report.to_json()["manual_minimum"] == 500


def test_every_part_of_a_reorder_point_is_in_its_breakdown(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    check(corner_shop, clock)
    (report,) = why(corner_shop, "TEA", now=NOW)
    part = report.breakdown
    assert part["interval_days"] == pytest.approx(
        part["lead_time_days"] + part["review_period_days"]
    )
    assert part["demand_mean"] < part["demand_quantile"] <= report.to_json()["reorder_point"]


def test_why_tells_how_much_the_lead_time_varies_and_what_the_model_learnt_from(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    check(corner_shop, clock)
    (report,) = why(corner_shop, "TEA", now=NOW)
    part, story = report.breakdown, " ".join(report.sentences)
    assert f"± {part['lead_time_sd_days']:g} days lead time of Leaf Ltd" in story
    assert f"learnt from {part['history_days']} days, {part['closed_days']} closed" in story


def test_why_reads_a_breakdown_that_does_not_say_how_the_lead_time_varies(
    corner_shop: UnitOfWork, clock: SteppingClock
) -> None:
    check(corner_shop, clock)
    with corner_shop:
        corner_shop.thresholds.put(
            [
                replace(one, breakdown={k: v for k, v in one.breakdown.items() if "_sd_" not in k})
                for one in corner_shop.thresholds.all().values()
            ]
        )
        corner_shop.commit()
    sentences = why(corner_shop, "TEA", now=NOW)[0].sentences
    (computed,) = [one for one in sentences if "days lead time of Leaf Ltd" in one]
    assert "±" not in computed


def test_why_before_the_first_check_says_what_to_do(corner_shop: UnitOfWork) -> None:
    (report,) = why(corner_shop, "TEA", now=NOW)
    assert any("stock run-check" in sentence for sentence in report.sentences)


def test_a_forecast_on_demand_writes_nothing(corner_shop: UnitOfWork) -> None:
    (forecast,) = forecast_product(corner_shop, ENGINE, "TEA", now=NOW, horizon_days=10)
    assert len(forecast.forecast.path) == 10
    with corner_shop.reading():
        assert corner_shop.thresholds.all() == {}


def test_a_fresh_snapshot_answers_without_asking_the_database(corner_shop: UnitOfWork) -> None:
    asked: list[str] = []

    def fetch(unit: UnitOfWork) -> dict[str, str]:
        asked.append("the database")
        return {"tea": "20"}

    first = recall(corner_shop, "stock", fetch, now=NOW)
    second = recall(corner_shop, "stock", fetch, now=NOW + timedelta(minutes=5))
    assert (first.from_snapshot, second.from_snapshot) == (False, True)
    assert (second.as_of, second.payload, len(asked)) == (NOW, {"tea": "20"}, 1)


def test_a_sale_makes_the_snapshot_stale(corner_shop: UnitOfWork) -> None:
    recall(corner_shop, "stock", lambda _: {"tea": "20"}, now=NOW)
    sell(corner_shop, "TEA", 1, reference="till-1")
    assert recall(corner_shop, "stock", lambda _: {"tea": "19"}, now=NOW).payload == {"tea": "19"}


def test_an_old_snapshot_is_asked_again_though_nothing_moved(corner_shop: UnitOfWork) -> None:
    recall(corner_shop, "stock", lambda _: {}, now=NOW)
    later = recall(corner_shop, "stock", lambda _: {}, now=NOW + timedelta(days=1))
    assert not later.from_snapshot


def test_the_examination_names_what_keeps_a_product_from_being_ordered(
    corner_shop: UnitOfWork,
) -> None:
    findings = " ".join(one.text for one in examine_shop(corner_shop, NOW + timedelta(days=9)))
    assert "without a reorder point" in findings
    assert "the last is old" in findings


def test_why_says_nothing_of_orders_while_the_shelf_was_never_counted(
    sqlite_database: Database, clock: SteppingClock
) -> None:
    unit = sqlite_database.unit_of_work(add_shop(sqlite_database.directory()))
    stock_up(unit, {"TEA": Shelf(per_day=5, on_hand=0)}, counts=False)
    check(unit, clock)
    story = " ".join(why(unit, "TEA", now=NOW)[0].sentences)
    assert "never counted" in story
    assert "order:" not in story


def test_why_of_a_discontinued_product_does_not_promise_a_forecast(
    corner_shop: UnitOfWork,
) -> None:
    set_status(corner_shop, "TEA", ProductStatus.DISCONTINUED)
    story = " ".join(why(corner_shop, "TEA", now=NOW)[0].sentences)
    assert "It is discontinued" in story
    assert "run-check" not in story


def test_products_are_found_without_accents_and_in_any_case(corner_shop: UnitOfWork) -> None:
    with corner_shop:
        tea = corner_shop.products.get("TEA")
        corner_shop.products.put([replace(tea, sku="PAO", name="Pão de Queijo")])
        corner_shop.commit()
    assert [product.sku for product in find_products(corner_shop, "pao queijo")] == ["PAO"]
