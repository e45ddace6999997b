"""A conversation that is open ends with its token, and obeys a policy set meanwhile."""

from __future__ import annotations

from tests.acceptance.chat.terminal import terminal
from tests.fixtures.demo_home import Stock

PROMPT = r"^giftware> *$"


def test_a_token_revoked_meanwhile_answers_nothing_more(demo: Stock) -> None:
    token = demo.analyst()
    with terminal(demo, "chat", STOCK_TOKEN=token) as seen:
        seen.shows(PROMPT)
        [prefix] = [one.prefix for one in demo.app().directory.tokens() if one.label == "test"]
        demo.app().directory.revoke_token(prefix)
        seen.types("what is low?\r")
        seen.shows("revoked")
        seen.types("\x04")
        seen.ends()
    assert "reorder point" not in seen.text


def test_a_dry_run_set_meanwhile_lets_nothing_be_changed(demo: Stock) -> None:
    with terminal(demo, "chat", "--yes") as seen:
        seen.shows(PROMPT)
        assert demo("tenant", "set", "--dry-run", "on").code == 0
        seen.types("set the minimum of 22423 to 31\r")
        seen.shows("dry run")
        seen.types("\x04")
        seen.ends()
    assert demo("minimum", "list", "--json").json == []
