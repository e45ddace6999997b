from __future__ import annotations

import logging

import pytest

from stockcli.domain.errors import DatabaseError
from stockcli.domain.identifiers import RunId, TenantId
from stockcli.domain.shop import Tenant
from stockcli.usecases.run_check import CheckReport
from stockcli.usecases.run_check_all import RunReport, check_shops
from tests.fixtures.corner_shop import NOW

SHOPS = [Tenant(id=TenantId(i), slug=slug, name=slug) for i, slug in enumerate("abc", start=1)]
RUN = RunId("run-1")


def run(error: Exception | None = None) -> RunReport:
    def check_one(shop: Tenant) -> CheckReport:
        if error and shop.slug == "b":
            raise error
        return CheckReport(run_id=RUN, tenant=shop.slug, status="ok")

    return check_shops(SHOPS, check_one, run_id=RUN, started_at=NOW, now=lambda: NOW)


@pytest.mark.parametrize("error", [DatabaseError("its disk is full"), ZeroDivisionError("bug")])
def test_a_shop_that_fails_does_not_stop_the_rest(error: Exception) -> None:
    report = run(error)
    assert [shop.status for shop in report.shops] == ["ok", "failed", "ok"]
    assert report.failed


def test_an_expected_failure_is_told_in_its_own_words() -> None:
    assert run(DatabaseError("its disk is full")).shops[1].error == "its disk is full"


def test_a_bug_is_told_without_its_insides() -> None:
    error = run(ZeroDivisionError("secret")).shops[1].error
    assert "ZeroDivisionError" in error
    assert "secret" not in error


def test_every_shop_leaves_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="stock.run_check"):
        run()
    assert [record.message.split()[1] for record in caplog.records] == [
        "tenant=a",
        "tenant=b",
        "tenant=c",
    ]


def test_a_run_in_which_all_went_well_has_not_failed() -> None:
    assert not run().failed
