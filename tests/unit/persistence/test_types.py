from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import Dialect
from sqlalchemy.engine import make_url

from stockcli.persistence.types import Amount, FixedPoint, Instant, ModelPrice, Quantity


def dialect_of(url: str) -> Dialect:
    return make_url(url).get_dialect()()


SQLITE = dialect_of("sqlite://")
POSTGRESQL = dialect_of("postgresql+psycopg://")
LISBON_SUMMER = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        (Quantity(), Decimal("2.5"), 2500),
        (Quantity(), Decimal("-0.001"), -1),
        (Quantity(), Decimal("1E+3"), 1_000_000),
        (Amount(), Decimal("12.3456"), 123_456),
        (ModelPrice(), Decimal("0.000000125"), 125),
    ],
)
def test_an_exact_number_is_stored_as_a_scaled_integer(
    kind: FixedPoint, value: Decimal, stored: int
) -> None:
    assert kind.process_bind_param(value, SQLITE) == stored
    assert kind.process_result_value(stored, SQLITE) == value


def test_further_places_round_half_to_even() -> None:
    stored = [Quantity().process_bind_param(Decimal(text), SQLITE) for text in ("0.0005", "0.0015")]
    assert stored == [0, 2]


def test_the_sum_of_a_server_is_a_quantity_too() -> None:
    assert Quantity().process_result_value(Decimal(2500), POSTGRESQL) == Decimal("2.5")


def test_a_float_is_no_exact_number() -> None:
    with pytest.raises(TypeError, match="float"):
        Quantity().process_bind_param(2.5, SQLITE)  # type: ignore[arg-type]


def test_nothing_stays_nothing() -> None:
    for kind in (Quantity(), Instant()):
        assert kind.process_bind_param(None, SQLITE) is None
        assert kind.process_result_value(None, SQLITE) is None


def test_an_instant_is_stored_in_utc_and_comes_back_in_utc() -> None:
    instant = datetime(2026, 7, 1, 0, 30, tzinfo=LISBON_SUMMER)
    stored = Instant().process_bind_param(instant, SQLITE)
    assert stored == datetime(2026, 6, 30, 23, 30)  # noqa: DTZ001 - SQLite keeps no zone
    found = Instant().process_result_value(stored, SQLITE)
    assert found == instant
    assert found is not None
    assert found.tzinfo is UTC


def test_a_server_keeps_the_zone() -> None:
    instant = datetime(2026, 7, 1, 0, 30, tzinfo=LISBON_SUMMER)
    assert Instant().process_bind_param(instant, POSTGRESQL) == instant
    found = Instant().process_result_value(instant, POSTGRESQL)
    assert found is not None
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 7, 1), SQLITE)  # noqa: DTZ001 - the case
