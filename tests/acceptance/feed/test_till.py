"""A till that talks to `stock feed` line by line, loses patience, hangs up, or is sent away."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from decimal import Decimal

import pytest
from sqlalchemy import text

from tests.acceptance.cli.conftest import Command
from tests.acceptance.feed.conftest import OpenTill
from tests.fixtures.shops import Shops
from tests.fixtures.tills import sale, till
from tests.fixtures.truths import breaches, looking_at

ANSWERED_WITHIN_SECONDS = 1.0


def booked(stock: Command) -> dict[str, Decimal]:
    """Return what tills' lines changed, by their ids, in units."""
    with looking_at(f"sqlite:///{stock.home / 'stock.db'}") as connection:
        rows = connection.execute(
            text("SELECT reference, change FROM stock_movement WHERE reference LIKE 'feed:%'")
        )
        return {row.reference[5:]: Decimal(row.change) / 1000 for row in rows}


def test_a_slow_till_has_each_answer_within_a_second(open_till: OpenTill) -> None:
    with open_till() as running:
        running.send(sale("first"))
        running.hear()  # the command has started
        waited = []
        for number in range(5):
            began = time.monotonic()
            running.send(sale(f"{number}"))
            assert running.hear()["id"] == f"{number}"
            waited.append(time.monotonic() - began)
        assert sorted(waited)[2] < ANSWERED_WITHIN_SECONDS
        code, rest = running.hang_up()
    assert (code, rest) == (0, [])


def test_an_answered_line_is_in_the_ledger(open_till: OpenTill, stock: Command) -> None:
    with open_till() as running:
        running.send(sale("1", 2))
        assert running.hear()["status"] == "booked"
        assert booked(stock) == {"1": -2}
        running.send(sale("2"), sale("1", 2), b"nonsense\n")
        assert [running.hear()["status"] for _ in range(3)] == ["booked", "known", "refused"]
        assert running.hang_up()[0] == 1


def test_a_line_that_comes_in_pieces_is_one_line(open_till: OpenTill) -> None:
    with open_till() as running:
        for piece in (b'{"id": "1", "kind": "sale", ', b'"sku": "MUG", ', b'"quantity": 1}\n'):
            running.send(piece)
            time.sleep(0.2)
        assert running.hear()["status"] == "booked"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_batch_at_hand_be_answered(
    number: signal.Signals, open_till: OpenTill, stock: Command
) -> None:
    with open_till("--batch-seconds", "30") as running:
        running.send(sale("1"))
        running.hear()
        running.send(sale("2"), b'{"id": "3", "kind": "sale", "sk')
        time.sleep(0.05)  # it gathers
        code, answers = running.end(number)
        said = running.said()
    assert code == 0
    assert [answer["id"] for answer in answers] in ([], ["2"])
    assert booked(stock).keys() == {"1"} | {answer["id"] for answer in answers}
    assert "ended as asked" in said
    assert "Traceback" not in said


def test_a_signal_ends_a_till_that_says_nothing(open_till: OpenTill) -> None:
    with open_till() as running:
        running.send(sale("1"))
        running.hear()
        began = time.monotonic()
        assert running.end(signal.SIGTERM) == (0, [])
        assert time.monotonic() - began < 10


def test_who_stops_listening_loses_nothing_that_was_answered_and_may_send_again(
    open_till: OpenTill, stock: Command
) -> None:
    lines = [sale(f"{number}") for number in range(3_000)]
    with open_till("--batch-lines", "100") as running:
        running.send(*lines[:100])
        first = running.hear()
        running.stop_listening()
        with suppress(BrokenPipeError):
            running.send(*lines[100:])
        code = running.process.wait()
        said = running.said()
    assert first["status"] == "booked"
    assert code == 141
    assert "Traceback" not in said
    before = booked(stock)
    assert "0" in before
    with open_till() as running:
        running.send(*lines)
        _, answers = running.hang_up()
    assert {answer["status"] for answer in answers} <= {"known", "booked"}
    assert [answer["status"] for answer in answers].count("known") == len(before)
    assert booked(stock) == {f"{number}": Decimal(-1) for number in range(3_000)}


def test_a_token_that_may_write_seldom_is_waited_for_and_nothing_is_refused(
    stock: Command, tokens: Shops
) -> None:
    made = stock(
        *("token", "create", "--role", "manager", "--tenant", "north", "--label", "till"),
        *("--writes-per-minute", "30", "--json"),
        token=tokens.operator,
    )
    token = made.json["token"]
    with till([*stock.line, "feed", "--batch-lines", "1"], stock.environ(token)) as running:
        running.send(*(sale(f"{number}") for number in range(31)))
        code, answers = running.hang_up()
        said = running.said()
    assert code == 0
    assert [answer["status"] for answer in answers] == ["booked"] * 31
    assert "wait" in said
    assert "kept and tried again" in said


def test_a_revoked_token_ends_the_feed_with_a_sentence(stock: Command, tokens: Shops) -> None:
    with till([*stock.line, "feed"], stock.environ(tokens.north_manager)) as running:
        running.send(sale("1"))
        running.hear()
        prefix = tokens.north_manager[:12]
        assert stock("token", "revoke", prefix, token=tokens.operator).code == 0
        running.send(sale("2"))
        code, answers = running.hang_up()
        said = running.said()
    assert (code, answers) == (1, [])
    assert "error: " in said
    assert booked(stock).keys() == {"1"}


def test_two_tills_and_a_person_at_once_add_up(
    open_till: OpenTill, stock: Command, tokens: Shops
) -> None:
    with open_till("--batch-lines", "20") as one, open_till("--batch-lines", "20") as other:
        for number in range(200):
            one.send(sale(f"one/{number}"))
            other.send(sale(f"other/{number}"), sale(f"one/{number}"))
        moved = stock("move", "sale", "MUG", "5", token=tokens.north_manager)
        assert moved.code == 0
        answers = [*one.hang_up()[1], *other.hang_up()[1]]
    assert [answer["status"] for answer in answers].count("booked") == 400
    (level,) = (
        row
        for row in stock("levels", "--json", token=tokens.north_manager).json
        if row["sku"] == "MUG"
    )
    assert level["on_hand"] == 800 - 400 - 5
    assert breaches(f"sqlite:///{stock.home / 'stock.db'}") == {}
