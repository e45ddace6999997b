"""Conversations that are gone on with: the latest, one by its id, and their list."""

from __future__ import annotations

from stockcli.domain.shop import Role
from tests.acceptance.chat.terminal import key_of, terminal
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import says
from tests.fixtures.demo_home import Stock


def test_the_latest_conversation_goes_on_and_shows_where_it_stopped(
    demo: Stock, messages_api: MessagesApi
) -> None:
    messages_api.script(says("Hello Ana."), says("Other."), says("You said other."))
    demo("chat", "-m", "I am Ana", **key_of(messages_api))
    demo("chat", "-m", "something other", **key_of(messages_api))

    with terminal(demo, "chat", "-c", **key_of(messages_api)) as seen:
        seen.shows(r"(?s)> something other\s+Other\..*giftware> *$")
        seen.types("what did I say?\r")
        seen.shows("You said other")
        seen.types("\x04")
        assert seen.ends() == 0

    assert len(messages_api.asked[-1]["messages"]) == 3


def test_the_beginning_of_an_id_is_enough_and_no_other_will_do(
    demo: Stock, messages_api: MessagesApi
) -> None:
    messages_api.script(says("Hello."), says("Still here."))
    first = demo("chat", "--json", "-m", "hello", **key_of(messages_api)).json
    begins = first["conversation_id"][:6]

    again = demo("chat", "--json", "--resume", begins, "-m", "and?", **key_of(messages_api))
    unknown = demo("chat", "--resume", "%", "-m", "hello")
    both = demo("chat", "--resume", begins, "-c", "-m", "hello")

    assert again.json["conversation_id"] == first["conversation_id"]
    assert (unknown.code, "no such conversation" in unknown.err) == (1, True)
    assert (both.code, "exclude each other" in both.err) == (2, True)


def test_list_shows_ones_own_conversations_newest_first(
    demo: Stock, messages_api: MessagesApi
) -> None:
    messages_api.script(says("One."), says("Two."), says("Three."))
    demo("chat", "-m", "first question", **key_of(messages_api))
    demo("chat", "-m", "second question", **key_of(messages_api))
    demo("chat", "-m", "an analyst's", STOCK_TOKEN=demo.analyst(), **key_of(messages_api))

    shown = demo("chat", "--list", "--all").out
    listed = demo("chat", "--list", "--all", "--json").json

    assert [one["title"] for one in listed] == ["second question", "first question"]
    assert listed[0]["questions"] == 1
    assert listed[0]["id"][:8] in shown
    assert "analyst" not in shown


def test_single_questions_do_not_flood_the_list(demo: Stock, messages_api: MessagesApi) -> None:
    messages_api.script(says("One."), says("Two."), says("Three."))
    demo("chat", "-m", "first question", **key_of(messages_api))
    demo("chat", "-c", "-m", "more of it", **key_of(messages_api))
    demo("chat", "-m", "a single question", **key_of(messages_api))

    ran = demo("chat", "--list")

    assert "first question" in ran.out
    assert "a single question" not in ran.out
    assert "1 conversation of a single question left out" in ran.err


def test_the_last_answer_is_shown_as_it_was_drawn(demo: Stock, messages_api: MessagesApi) -> None:
    rows = "".join(f"| SKU{n} | {n} |\n" for n in range(12))
    messages_api.script(says(f"These are **low**:\n\n| sku | left |\n|---|---|\n{rows}"))
    demo("chat", "-m", "what is low?", **key_of(messages_api))

    with terminal(demo, "chat", "-c", **key_of(messages_api)) as seen:
        shown = seen.shows(r"(?s)> what is low\?\s+These are low:.*SKU11 +11\n.*giftware> *$")
        seen.types("\x04")
        assert seen.ends() == 0

    assert "|" not in shown.split("giftware>")[0]


def test_there_is_nothing_to_go_on_with_at_first(demo: Stock) -> None:
    ran = demo("chat", "--continue", "-m", "hello")

    assert (ran.code, "no conversation to go on with" in ran.err) == (1, True)
    assert "no conversation yet" in demo("chat", "--list").out


def test_another_shop_sees_none_of_it(demo: Stock, messages_api: MessagesApi) -> None:
    messages_api.script(says("A secret."))
    asked = demo("chat", "--json", "-m", "our secret", **key_of(messages_api)).json
    token = demo.app().directory.create_token(
        role=Role.MANAGER, tenant_slug="mercearia", label="test", expires_at=None
    )

    ran = demo("chat", "--resume", asked["conversation_id"], "-m", "hi", STOCK_TOKEN=token)

    assert (ran.code, "no such conversation" in ran.err) == (1, True)
    assert "secret" not in demo("chat", "--list", STOCK_TOKEN=token).out
