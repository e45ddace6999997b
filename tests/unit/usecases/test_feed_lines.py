"""A till's lines: what is read of them, and why some are refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from stockcli.usecases.feeding import LONGEST_LINE_BYTES, Refusal, TillLine, read_line

SALE = {"id": "till-1/7", "kind": "sale", "sku": "tea", "quantity": "2"}


def read(**changes: Any) -> TillLine | Refusal:
    fields = {name: value for name, value in (SALE | changes).items() if value is not ...}
    return read_line(json.dumps(fields).encode())


def reason(said: TillLine | Refusal) -> str:
    assert isinstance(said, Refusal), said
    return said.reason


def test_a_line_says_what_moved_where_and_when() -> None:
    said = read(
        kind="transfer", location="shop", to=" back ", at="2026-11-30T10:00:00-03:00", price=2.5
    )
    assert isinstance(said, TillLine)
    assert (said.id, said.sku, said.location, said.to) == ("till-1/7", "TEA", "SHOP", "BACK")
    assert said.at == datetime(2026, 11, 30, 13, tzinfo=UTC)
    assert (said.quantity, said.price) == (Decimal(2), Decimal("2.5"))


@pytest.mark.parametrize("said", ["2.5", 2.5, "+2.5", "25e-1"])
def test_a_quantity_is_exact_as_text_or_number(said: Any) -> None:
    line = read(quantity=said)
    assert isinstance(line, TillLine)
    assert line.quantity == Decimal("2.5")


def test_a_number_is_never_a_float_on_its_way() -> None:
    line = read_line(b'{"id": "1", "kind": "count", "sku": "A", "quantity": 12345678.901}')
    assert isinstance(line, TillLine)
    assert line.quantity == Decimal("12345678.901")


def test_null_is_as_left_out() -> None:
    assert read(location=None, to=None, at=None, price=None, note=None) == read()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"quantity": 0}, "nothing moved"),
        ({"quantity": "0.0001"}, "nothing moved"),
        ({"quantity": -1}, "wrong sign"),
        ({"kind": "count", "quantity": -1}, "below zero"),
        ({"quantity": float("nan")}, "'NaN' is no quantity"),
        ({"quantity": float("inf")}, "'Infinity' is no quantity"),
        ({"quantity": "NaN"}, "no quantity"),
        ({"quantity": "1_000"}, "no quantity"),
        ({"quantity": 1e99}, "no quantity"),
        ({"quantity": "9" * 5000}, "no quantity"),
        ({"quantity": True}, "must be a number"),
        ({"quantity": [2]}, "must be a number"),
        ({"quantity": ...}, "must be a number"),
        ({"price": -1}, "no amount"),
        ({"kind": "gift"}, "'gift' is no kind"),
        ({"kind": ["sale"]}, "no kind"),
        ({"kind": ...}, "no kind"),
        ({"sku": " "}, "sku must be"),
        ({"sku": "A\nB"}, "sku must be"),
        ({"sku": "A" * 65}, "is no SKU"),
        ({"location": 7}, "location must be"),
        ({"qty": 2}, "no field 'qty'"),
        ({"to": "BACK"}, "has no location to go to"),
        ({"kind": "transfer"}, "needs a location to go to"),
        ({"kind": "void"}, "a void has no field"),
        ({"at": "2026-11-30T10:00:00"}, "with its zone"),
        ({"at": "yesterday"}, "with its zone"),
        ({"at": 1764500000}, "with its zone"),
        ({"at": "0001-01-01T00:00:00Z"}, "no time to work with"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "no time to work with"),
        ({"note": "x" * 201}, "note must be"),
        ({"note": "\ud800"}, "note must be"),
    ],
)
def test_a_line_that_says_nonsense_is_refused_by_its_id(changes: Any, why: str) -> None:
    said = read(**changes)
    assert why in reason(said)
    assert isinstance(said, Refusal)
    assert said.id == "till-1/7"


@pytest.mark.parametrize(
    "said", [..., None, "", " a", "a" * 65, 7, float("nan"), "a\x00", "\ud800"]
)
def test_a_line_without_a_proper_id_is_refused(said: Any) -> None:
    assert "the id must be" in reason(read(id=said))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no JSON object"),
        (b"not json", "no JSON object"),
        (b"[1]", "no JSON object"),
        (b'{"id": "1"', "no JSON object"),
        (b'{"id": "1"} {"id": "2"}', "no JSON object"),
        (b"[" * 8000, "no JSON object"),
        (b'{"a":' * 1600, "no JSON object"),
        (b'{"id": "1", "quantity": 1e99999999999999999999}', "no JSON object"),
        (b'{"id": "1", "id": "2"}', "stands twice"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (b'{"id": "' + b"x" * LONGEST_LINE_BYTES + b'"}', "longer than 8,192 bytes"),
    ],
)
def test_a_line_that_is_no_object_is_refused(raw: bytes, why: str) -> None:
    said = read_line(raw)
    assert why in reason(said)
    assert isinstance(said, Refusal)
    assert said.id is None


def test_a_void_needs_only_the_id_of_what_it_takes_back() -> None:
    line = read_line(b'{"id": "till-1/7", "kind": "void"}')
    assert isinstance(line, TillLine)
    assert line.id == "till-1/7"
