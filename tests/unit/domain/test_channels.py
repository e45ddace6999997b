from __future__ import annotations

import pytest

from stockcli.domain.alerts import AlertKind
from stockcli.domain.channels import EVERY_KIND, Channel, channels_of, parse_channel
from stockcli.domain.errors import InvalidInputError

SMS = "sinch://id:secret@351910000000/351910000001"


def test_a_plain_url_takes_every_kind_and_stays_as_it_was_typed() -> None:
    channel = parse_channel(f"  {SMS} ")
    assert channel == Channel(url=SMS)
    assert channel.kinds == EVERY_KIND
    assert channel.as_typed() == SMS


def test_kinds_stand_behind_the_url() -> None:
    channel = parse_channel(f"{SMS}  Kinds=late_order, LOW_STOCK")
    assert channel.url == SMS
    assert channel.kinds == {AlertKind.LATE_ORDER, AlertKind.LOW_STOCK}
    assert parse_channel(channel.as_typed()) == channel


def test_a_url_that_has_kinds_of_its_own_is_left_alone() -> None:
    url = "json://example.com/?kinds=late_order"
    assert parse_channel(url) == Channel(url=url)


@pytest.mark.parametrize("kinds", ["", "late", "late_order,tea", ","])
def test_a_kind_that_is_none_is_refused_without_the_secret(kinds: str) -> None:
    with pytest.raises(InvalidInputError, match="names no kind of alert") as caught:
        parse_channel(f"{SMS} kinds={kinds}")
    assert "secret" not in str(caught.value)
    assert "order_to_approve" in caught.value.hint


def test_every_kind_by_name_is_the_plain_url() -> None:
    assert parse_channel(f"{SMS} kinds={','.join(AlertKind)}").as_typed() == SMS


def test_a_url_named_twice_gets_what_either_would() -> None:
    (one,) = channels_of([f"{SMS} kinds=late_order", f"{SMS} kinds=message"])
    assert one.kinds == {AlertKind.LATE_ORDER, AlertKind.MESSAGE}


def test_a_channel_is_printed_without_its_secret() -> None:
    assert "secret" not in repr(parse_channel(SMS))
