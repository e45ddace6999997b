from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from stockcli.domain.errors import InvalidInputError
from stockcli.domain.quiet_hours import parse_quiet_hours, quiet_until

NIGHT = parse_quiet_hours("21:00-07:00")


def at(hour: int, minute: int = 0, *, month: int = 1, day: int = 10) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "is_quiet"), [(20, False), (21, True), (0, True), (6, True), (7, False), (12, False)]
)
def test_the_night_passes_midnight(hour: int, is_quiet: bool) -> None:
    assert NIGHT.are_at(time(hour)) is is_quiet
    assert (quiet_until(NIGHT, "UTC", at(hour)) is not None) is is_quiet


def test_hours_of_one_day_end_on_it() -> None:
    siesta = parse_quiet_hours("13:00-15:30")
    assert quiet_until(siesta, "UTC", at(14)) == at(15, 30)
    assert quiet_until(siesta, "UTC", at(15, 30)) is None


def test_before_midnight_they_end_tomorrow_and_after_it_today() -> None:
    assert quiet_until(NIGHT, "UTC", at(22)) == at(7, day=11)
    assert quiet_until(NIGHT, "UTC", at(3)) == at(7)


def test_they_are_the_shops_own_and_not_those_of_the_machine() -> None:
    # 05:30 in London and 02:30 in Sao Paulo; 07:00 there is 10:00 UTC.
    assert quiet_until(NIGHT, "America/Sao_Paulo", at(5, 30)) == at(10)
    assert quiet_until(NIGHT, "Asia/Tokyo", at(5, 30)) is None


def test_a_clock_that_is_put_forward_moves_the_end() -> None:
    # In Lisbon 2024-03-31 01:00 becomes 02:00: seven o'clock is 06:00 UTC from then on.
    assert quiet_until(NIGHT, "Europe/Lisbon", at(22, month=3, day=30)) == at(6, month=3, day=31)


def test_without_any_it_is_never_quiet() -> None:
    assert quiet_until(None, "UTC", at(3)) is None


@pytest.mark.parametrize(
    "text", ["", "21", "21:00", "25:00-07:00", "21:60-07:00", "night", "07:00-07:00", "21.00-07.00"]
)
def test_what_is_no_span_of_hours_is_one_sentence(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_quiet_hours(text)
    assert "21:00-07:00" in caught.value.hint
