"""Who answers: the model that STOCK_MODEL or --model names, or plain rules."""

from __future__ import annotations

import pytest

from tests.fakes.openai_api import OpenAiApi, openai_api
from tests.fakes.replies import calls, fails, says
from tests.fixtures.demo_home import Stock

__all__ = ["openai_api"]

LLAMA = "openai:llama"


@pytest.fixture
def environment(openai_api: OpenAiApi) -> dict[str, str]:
    """A model server of one's own, which wants no key."""
    return {"OPENAI_BASE_URL": openai_api.url, "STOCK_MODEL": LLAMA}


def test_a_server_of_ones_own_answers_with_the_tools(
    demo: Stock, openai_api: OpenAiApi, environment: dict[str, str]
) -> None:
    openai_api.script(calls(("stock_of", {"sku": "22423"})), says("I looked."))
    ran = demo("chat", "--json", "-m", "how much of 22423?", **environment)
    assert ran.code == 0, ran.err
    assert (ran.json["model"], ran.json["tools"]) == (LLAMA, ["stock_of"])
    assert ran.json["text"] == "I looked."
    assert ran.json["usage"]["output_tokens"] > 0


def test_an_option_chooses_another_model(demo: Stock, openai_api: OpenAiApi) -> None:
    openai_api.script(says("Hello."))
    server = {"OPENAI_BASE_URL": openai_api.url}
    ran = demo("chat", "--model", LLAMA, "--json", "-m", "hello", **server)
    assert (ran.json["model"], ran.json["text"]) == (LLAMA, "Hello.")


def test_rules_answer_where_they_are_chosen(
    demo: Stock, openai_api: OpenAiApi, environment: dict[str, str]
) -> None:
    ran = demo("chat", "--model", "rules", "--json", "-m", "what is low?", **environment)
    assert (ran.json["model"], ran.json["tools"]) == ("rules", ["low_stock"])
    assert "the model is `rules`" in ran.err
    assert openai_api.asked == []


def test_a_model_without_its_service_leaves_the_answer_to_the_rules_and_says_why(
    demo: Stock,
) -> None:
    ran = demo("chat", "-m", "what is low?", STOCK_MODEL=LLAMA, ANTHROPIC_API_KEY="k")
    assert ran.code == 0
    assert "there is no OPENAI_API_KEY, and no OPENAI_BASE_URL" in ran.err


def test_a_server_that_knows_no_such_model_ends_with_four_and_says_what_to_check(
    demo: Stock, openai_api: OpenAiApi, environment: dict[str, str]
) -> None:
    openai_api.script(fails(404, "model_not_found"))
    ran = demo("chat", "-m", "what is low?", **environment)
    assert ran.code == 4
    assert "The model server knows no model 'llama'" in ran.err
    assert "OPENAI_BASE_URL" in ran.err


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"STOCK_MODEL": LLAMA}, "no OPENAI_API_KEY, and no OPENAI_BASE_URL: plain rules"),
        (
            {"STOCK_MODEL": LLAMA, "OPENAI_BASE_URL": "http://u:secret@localhost:11434/v1?k=s"},
            "there is no OPENAI_API_KEY; openai:llama is asked",
        ),
        ({"STOCK_MODEL": LLAMA, "OPENAI_API_KEY": "k"}, "there is an OPENAI_API_KEY"),
        ({"STOCK_MODEL": "rules", "ANTHROPIC_API_KEY": "k"}, "STOCK_MODEL is `rules`"),
        ({"STOCK_MODEL": "openai:", "OPENAI_API_KEY": "k"}, "`openai:` names no model"),
    ],
)
def test_the_doctor_says_who_is_asked(
    stock: Stock, environment: dict[str, str], expected: str
) -> None:
    said = stock("doctor", "--json", **environment).out
    assert expected in said
    assert "secret" not in said
    assert "?k=s" not in said
