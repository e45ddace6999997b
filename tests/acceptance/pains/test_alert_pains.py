"""The pains of product.md from the side of who is told: 3, 7 and 8."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.cli.conftest import Command, Ran
from tests.fakes.letter_box import LetterBox
from tests.fakes.web_hook import WebHook
from tests.fixtures.shops import Shops

MINUTE = timedelta(minutes=1)


class Manager:
    """North's manager at the terminal; ROPE is oversold, so the rules ask a person about it."""

    def __init__(self, stock: Command, tokens: Shops, *channels: str, language: str = "en") -> None:
        self._stock, self._tokens = stock, tokens
        urls = [part for channel in channels for part in ("--notify-url", channel)]
        line = ("tenant", "set", "north", "--language", language, *urls)
        assert stock(*line, token=tokens.operator).code == 0
        assert self("move", "sale", "ROPE", "9").code == 0

    def __call__(self, *line: str) -> Ran:
        return self._stock(*line, token=self._tokens.north_manager)

    def check(self) -> Ran:
        ran = self("run-check", "--no-agent")
        assert ran.code in (0, 1), ran.said
        return ran

    def open_alerts(self) -> list[str]:
        return [one["subject"] for one in self("alerts", "--json").json]

    def waits(self, span: timedelta) -> None:
        """Let time pass for what waits to leave."""
        with closing(sqlite3.connect(self._stock.home / "stock.db")) as database, database:
            for key, due in database.execute("SELECT id, due_at FROM outbox").fetchall():
                earlier = datetime.fromisoformat(due) - span
                line = "UPDATE outbox SET due_at = ? WHERE id = ?"
                database.execute(line, [earlier.isoformat(sep=" "), key])

    def is_quiet(self, *, now: bool) -> None:
        """Set quiet hours that the present instant lies in, or does not; the shop is on UTC."""
        start = datetime.now(UTC) + (-MINUTE * 90 if now else MINUTE * 240)
        hours = f"{start:%H:%M}-{start + MINUTE * 180:%H:%M}"
        assert self("tenant", "set", "--quiet-hours", hours).code == 0


@pytest.fixture
def manager(stock: Command, tokens: Shops, letter_box: LetterBox) -> Manager:
    return Manager(stock, tokens, letter_box.url)


def test_pain_3_the_same_request_is_not_made_every_day(
    manager: Manager, letter_box: LetterBox
) -> None:
    for day in range(4):
        manager.check()
        assert manager("move", "sale", "ROPE", "1", "--reference", f"till-{day}").code == 0
    assert letter_box.subjects == ["[North Shop] ROPE is low"]
    assert manager.open_alerts() == ["ROPE is low"]


def test_pain_3_what_cleared_is_told_again_when_it_comes_back(
    manager: Manager, letter_box: LetterBox
) -> None:
    manager.check()
    assert manager("count", "ROPE", "900").code == 0
    manager.check()
    assert manager.open_alerts() == []
    assert manager("move", "sale", "ROPE", "905").code == 0
    manager.check()
    assert letter_box.subjects == ["[North Shop] ROPE is low"] * 2


def test_pain_7_a_run_is_one_mail_however_much_it_finds(
    stock: Command, tokens: Shops, letter_box: LetterBox
) -> None:
    manager = Manager(stock, tokens, letter_box.url, language="pt")
    assert manager("move", "sale", "MUG", "900").code == 0
    assert manager("tenant", "set", "--approval-limit", "1").code == 0
    manager.check()
    assert letter_box.subjects == ["[North Shop] 3 assuntos precisam da sua atenção"]
    (text,) = letter_box.texts
    assert "MUG (North mug) em SHOP: -100 em estoque" in text
    assert "Passa do limite de aprovação de 1,00 £." in text
    assert "em risco" not in text, "nothing is reckoned from a ledger that is wrong"


def test_pain_7_alerts_are_not_silent_because_a_channel_was_down(
    stock: Command, tokens: Shops, letter_box: LetterBox, web_hook: WebHook
) -> None:
    manager = Manager(stock, tokens, letter_box.url, web_hook.url)
    letter_box.takes_letters = False
    assert "1 to be tried again" in manager.check().err
    assert (letter_box.subjects, web_hook.taken) == ([], 1)
    letter_box.takes_letters = True
    manager.waits(2 * MINUTE)
    assert manager("dispatch").out == "north: 1 sent\n"
    assert (letter_box.subjects, web_hook.taken) == (["[North Shop] ROPE is low"], 1)
    assert manager("dispatch").out == "north: nothing waits\n"


def test_pain_7_the_night_is_quiet_and_the_morning_has_one_mail(
    manager: Manager, letter_box: LetterBox
) -> None:
    manager.is_quiet(now=True)
    assert "1 alert message waits for the quiet hours to end at" in manager.check().err
    assert manager("move", "sale", "MUG", "900").code == 0
    manager.check()
    ran = manager("dispatch", "--json").json[0]
    assert (ran["sent"], ran["held"], ran["next_try_at"]) == (0, 2, None)
    assert letter_box.letters == []
    manager.is_quiet(now=False)
    assert manager("dispatch").out == "north: 1 sent\n"
    assert letter_box.subjects == ["[North Shop] 2 things need your attention"]


def test_pain_7_a_phone_hears_of_what_it_was_set_for_and_no_more(
    stock: Command, tokens: Shops, letter_box: LetterBox, web_hook: WebHook
) -> None:
    manager = Manager(stock, tokens, letter_box.url, f"{web_hook.url} kinds=late_order")
    manager.check()
    assert (len(letter_box.letters), web_hook.taken) == (1, 0)
    shown = manager("tenant", "set", "--json").json["policy"]
    assert shown["notify_urls"] == ["mailto://...", "json://... kinds=late_order"]
    assert shown["language"] == "en"


def test_pain_7_whether_alerts_arrive_can_be_tried(
    stock: Command, tokens: Shops, letter_box: LetterBox
) -> None:
    manager = Manager(stock, tokens, letter_box.url, language="pt")
    ran = manager("alerts", "--test")
    assert (ran.code, ran.out) == (0, "mailto://...  sent\n")
    assert letter_box.subjects == ["[North Shop] Mensagem de teste"]
    letter_box.takes_letters = False
    failed = manager("alerts", "--test", "--json")
    assert (failed.code, failed.json[0]["outcome"]) == (1, "failed")
    assert stock("alerts", "--test", token=tokens.north_analyst).code == 1
    by_operator = stock("alerts", "--test", "--tenant", "north", token=tokens.operator)
    assert by_operator.code == 1
    nothing = stock("alerts", "--test", token=tokens.south_manager)
    assert nothing.code == 2
    assert "south has no notify URL" in nothing.err


def test_pain_8_a_snoozed_product_is_not_told_of_and_nothing_that_waits_tells_of_it(
    manager: Manager, letter_box: LetterBox
) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    manager.is_quiet(now=True)
    manager.check()
    assert manager.open_alerts() == ["ROPE is low"]
    assert manager("snooze", "ROPE", "--until", tomorrow).code == 0
    assert manager.open_alerts() == []
    manager.is_quiet(now=False)
    manager.check()
    assert manager("dispatch").code == 0
    assert (manager.open_alerts(), letter_box.letters) == ([], [])
    assert manager("snooze", "ROPE", "--off").code == 0
    manager.check()
    assert letter_box.subjects == ["[North Shop] ROPE is low"]


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--language", "latin", "give en (English) or pt (Portuguese)"),
        ("--quiet-hours", "at night", "write them as 21:00-07:00"),
        ("--quiet-hours", "07:00-07:00", "never begin or end"),
        ("--notify-url", "json://1.1.1.1/ kinds=late", "names no kind of alert"),
    ],
)
def test_what_cannot_be_set_is_one_sentence(
    option: str, value: str, sentence: str, stock: Command, tokens: Shops
) -> None:
    ran = stock("tenant", "set", option, value, token=tokens.north_manager)
    assert ran.code == 2
    assert sentence in ran.err
