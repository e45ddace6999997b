from __future__ import annotations

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops


def test_doctor_looks_at_the_installation_and_the_shop(stock: Command, tokens: Shops) -> None:
    ran = stock("doctor", "--json", token=tokens.north_manager)
    assert ran.code == 0
    texts = {one["text"]: one["level"] for one in ran.json}
    assert texts["the token opens north for its manager"] == "ok"
    assert texts["no ANTHROPIC_API_KEY: plain rules decide and answer"] == "note"
    assert texts["the stock was never checked"] == "note"
    assert texts["3 active products"] == "ok"


def test_doctor_of_a_broken_installation_ends_with_1(empty: Command) -> None:
    ran = empty("doctor", token="nonsense")
    assert ran.code == 1
    assert "problem" in ran.out


def test_doctor_names_a_token_that_others_may_read(stock: Command, tokens: Shops) -> None:
    assert stock("login", stdin=f"{tokens.north_manager}\n").code == 0
    assert stock("doctor").code == 0
    (stock.home / "credentials").chmod(0o644)
    ran = stock("doctor", "--json")
    assert ran.code == 1
    assert [one["hint"] for one in ran.json if "others may read" in one["text"]] == [
        f"chmod 600 {stock.home / 'credentials'}"
    ]


def test_doctor_never_shows_the_key(stock: Command, tokens: Shops) -> None:
    ran = stock("doctor", token=tokens.operator, ANTHROPIC_API_KEY="sk-secret")
    assert ran.code == 0
    assert "there is an ANTHROPIC_API_KEY" in ran.out
    assert "sk-secret" not in ran.said


def test_the_database_is_made_and_checked(empty: Command) -> None:
    assert empty("db", "upgrade").code == 0
    assert "is up to date" in empty("db", "check").out


def test_tab_offers_the_shops_own_names(stock_after_check: Command, tokens: Shops) -> None:
    def offered(words: str, token: str) -> str:
        ran = stock_after_check.process(
            token=token,
            _STOCK_COMPLETE="complete_bash",
            COMP_WORDS=words,
            COMP_CWORD=str(len(words.split(" ")) - 1),
        )
        assert ran.err == ""
        return ran.out

    assert offered("stock why ", tokens.south_manager).split() == ["LAMP", "MUG", "SALT"]
    assert offered("stock orders show ", tokens.south_manager).split() == ["PO-00001"]
    assert offered("stock levels --location ", tokens.south_manager).split() == ["SHOP"]
    assert offered("stock run-check --tenant n", tokens.operator).split() == ["north"]
    assert offered("stock run-check --tenant n", tokens.south_manager).split() == []
    assert offered("stock why ", "nonsense").split() == []
