"""The commands of the conversation, typed in a real terminal."""

from __future__ import annotations

from tests.acceptance.chat.terminal import key_of, terminal
from tests.fakes.messages_api import MessagesApi
from tests.fakes.replies import calls, fails, says, thinks
from tests.fixtures.demo_home import Stock

PROMPT = r"^giftware> *$"
SET_MINIMUM = ("set_minimum", {"sku": "22423", "quantity": 31})
RESTOCK = ("restock", {"sku": "21754", "quantity": 6000})
USAGE = {"input_tokens": 2000, "output_tokens": 200}


def test_undo_takes_a_question_back_and_says_what_stays_and_how_to_reverse_it(
    demo: Stock, messages_api: MessagesApi
) -> None:
    messages_api.script(
        says("Hello."), calls(SET_MINIMUM, RESTOCK), says("Both done."), says("Gone.")
    )
    with terminal(demo, "chat", "--yes", **key_of(messages_api)) as seen:
        seen.shows(PROMPT)
        seen.types("/undo\r")
        seen.shows("there is nothing to take back")
        seen.types("hello\r")
        seen.shows(r"Hello\.(.|\n)*USD")
        seen.types("set it and order it\r")
        seen.shows(r"Both done\.(.|\n)*USD")
        seen.types("/undo\r")
        told = seen.shows("(?s)stock orders cancel PO-.*taken back")
        seen.types("what did I say?\r")
        seen.shows("Gone")
        seen.types("\x04")
        assert seen.ends() == 0

    assert "taken back, with its answer: set it and order it" in told
    assert "`stock minimum clear 22423` removes it" in told
    number = told.split("`stock orders cancel ")[1].split("`")[0]
    assert demo("orders", "cancel", number).code == 0
    assert demo("minimum", "clear", "22423").code == 0
    sent = str(messages_api.asked[-1]["messages"])
    assert "hello" in sent
    assert "set it and order it" not in sent


def test_model_changes_for_the_rest_and_gets_no_thoughts_of_another(
    demo: Stock, messages_api: MessagesApi
) -> None:
    messages_api.script(
        thinks(says("Hello.", usage=USAGE)), says("Hello again.", usage=USAGE), fails(404)
    )
    with terminal(demo, "chat", **key_of(messages_api)) as seen:
        assert "giftware | claude-haiku-5-5 | last 0 | month 0 of 5.00 USD" in seen.shows(
            "/help *$"
        )
        seen.types("hello\r")
        seen.shows(r"last 0\.0003 \| month 0\.0003 of 5\.00 USD")
        seen.types("/model\r")
        seen.shows("claude-haiku-5-5 answers")
        seen.types("/model claude-son\t\r")
        seen.shows("claude-sonnet-5-5 answers from now on")
        seen.types("and you?\r")
        seen.shows(r"Hello again(.|\n)*last 0\.0060")
        seen.types("/cost\r")
        told = seen.shows(r"(?s)This conversation.*20\d\d: 0\.0063 of 5\.00 USD.*USD(.|\n)*5-5")
        seen.types("/model claude-hiku-5\r")
        seen.shows(
            r"(?s)did you mean\s+claude-haiku-5-5.*Take claude-hiku-5 all the same\? \[y/N\]"
        )
        seen.types("n\r")
        seen.types("/model nobody-1\r")
        seen.shows(r"(?s)charged like the dearest.*Take nobody-1 all the same\? \[y/N\]")
        seen.types("y\r")
        seen.types("hello?\r")
        seen.shows("(?s)knows no model.*meanwhile /model rules")
        seen.types("/model rules\r")
        seen.shows("rules answers from now on")
        seen.types("what is on order?\r")
        seen.shows("not Claude")
        seen.types("/exit\r")
        assert seen.ends() == 0

    assert [body["model"] for body in messages_api.asked[:2]] == [
        "claude-haiku-5-5",
        "claude-sonnet-5-5",
    ]
    kinds = {b["type"] for m in messages_api.asked[1]["messages"] for b in m["content"]}
    assert kinds == {"text"}
    assert told.count("claude-sonnet-5-5") >= 2


def test_save_writes_markdown_and_replaces_nothing_unasked(
    demo: Stock, messages_api: MessagesApi
) -> None:
    messages_api.script(calls(("stock_of", {"sku": "22423"})), says("Enough **cakestands**."))
    with terminal(demo, "chat", **key_of(messages_api)) as seen:
        seen.shows(PROMPT)
        seen.types("/save\r")
        seen.shows("there is nothing to save yet")
        seen.types("how many cakestands?\r")
        seen.shows("Enough")
        seen.types("/save talk.md\r")
        seen.shows("written to talk.md")
        seen.types("/save ta\t\r")
        seen.shows("talk.md is there already")
        seen.types("n\r")
        seen.shows("nothing was written")
        seen.types("/save nowhere/talk.md\r")
        seen.shows("cannot be written: No such file")
        seen.types("/save\r")
        seen.shows(r"written to chat-giftware-\w{8}\.md")
        seen.types("/exit\r")
        assert seen.ends() == 0

    written = (demo.home / "talk.md").read_text()
    assert "## how many cakestands?" in written
    assert '- `stock_of sku="22423"`' in written
    assert "Enough **cakestands**." in written


def test_tab_completes_skus_by_their_beginning_and_by_a_word_of_the_name(demo: Stock) -> None:
    with terminal(demo, "chat") as seen:
        seen.shows(PROMPT)
        seen.types("restock 2242\t")
        seen.shows(r"22423 +REGENCY CAKESTAND(.|\n)*ENAMEL")
        seen.types("\x03")
        seen.shows(PROMPT)
        seen.types("how many regenc\t")
        seen.shows(r"22423 +REGENCY CAKESTAND(.|\n)*TEA PLATE")
        seen.types("\t")
        seen.shows(r"giftware> how many 22423")
        seen.types("\x03/und\t\r")
        seen.shows("there is nothing to take back")
        seen.types("\x04")
        assert seen.ends() == 0


def test_lines_may_be_several_typed_or_pasted(demo: Stock, messages_api: MessagesApi) -> None:
    messages_api.script(says("Both seen."), says("Both pasted."))
    with terminal(demo, "chat", **key_of(messages_api)) as seen:
        seen.shows(PROMPT)
        seen.types("line one\x1b\rline two\r")
        seen.shows("Both seen")
        seen.types("\x1b[200~pasted one\npasted two\x1b[201~")
        seen.shows("pasted two")
        seen.types("\r")
        seen.shows("Both pasted")
        seen.types("\x04")
        assert seen.ends() == 0

    asked = [body["messages"][-1]["content"][0]["text"] for body in messages_api.asked]
    assert asked[0].endswith("line one\nline two")
    assert asked[1].endswith("pasted one\npasted two")
