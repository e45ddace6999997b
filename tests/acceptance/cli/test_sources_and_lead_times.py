"""`stock source`, `stock import sources`, `stock what-if`, and lead times that are learnt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops

SUPPLIERS = "code,name,lead_time_days,lead_time_sd_days\nBARK,Bark [bold]Ltd[/bold],1,0\n"


@pytest.fixture
def two_suppliers(stock: Command, tokens: Shops, tmp_path: Path) -> Command:
    """The command on the north shop, which knows a second supplier."""
    file = tmp_path / "suppliers.csv"
    file.write_text(SUPPLIERS)
    assert stock("import", "suppliers", str(file), token=tokens.north_manager).code == 0
    return stock


def sources(stock: Command, tokens: Shops, sku: str = "LAMP") -> list[tuple[Any, ...]]:
    rows = stock("source", "list", sku, "--json", token=tokens.north_manager).json
    return [(one["rank"], one["supplier"], one["unit_cost"]) for one in rows]


def test_sources_are_set_ranked_and_removed(two_suppliers: Command, tokens: Shops) -> None:
    stock, token = two_suppliers, tokens.north_manager
    line = ("source", "set", "LAMP", "bark", "--cost", "2.50", "--break", "50=2.25")
    ran = stock(*line, token=token)
    assert ran.code == 0
    assert "from 50: 2.25" in ran.out
    assert "Bark [bold]Ltd[/bold]" in ran.out
    assert sources(stock, tokens) == [(0, "LEAF", 2), (1, "BARK", 2.5)]
    assert stock("source", "set", "LAMP", "BARK", "--rank", "0", token=token).code == 0
    assert sources(stock, tokens) == [(0, "BARK", 2.5), (1, "LEAF", 2)]
    assert stock("product", "show", "LAMP", "--json", token=token).json["supplier"].startswith("Ba")
    assert stock("source", "remove", "LAMP", "BARK", token=token).code == 0
    assert sources(stock, tokens) == [(0, "LEAF", 2)]
    gone = stock("source", "remove", "LAMP", "LEAF", token=token)
    assert "LAMP has no supplier any more" in gone.err


def test_bad_input_is_one_sentence_and_changes_nothing(
    two_suppliers: Command, tokens: Shops
) -> None:
    before = sources(two_suppliers, tokens)
    for line in (
        ("source", "set", "LAMP", "NOBODY"),
        ("source", "set", "PIE", "BARK"),
        ("source", "set", "LAMP", "BARK", "--break", "50"),
        ("source", "set", "LAMP", "BARK", "--break", "0=1"),
        ("source", "set", "LAMP", "BARK", "--cost", "dear"),
        ("source", "set", "LAMP", "BARK", "--rank", "-1"),
        ("source", "remove", "LAMP", "BARK"),
        ("order", "LAMP", "8", "--supplier", "BARK", "--yes"),
        ("what-if",),
        ("what-if", "--service-level", "1"),
        ("what-if", "--lead-time-days", "400"),
        ("what-if", "--review-period-days", "0"),
        ("what-if", "--service-level", "0.9", "--category", "none such"),
    ):
        ran = two_suppliers(*line, token=tokens.north_manager)
        assert ran.code in (1, 2), line
        assert ran.err.startswith("error: "), line
        assert len(ran.err.strip().splitlines()) <= 2, ran.err
    assert sources(two_suppliers, tokens) == before


def test_an_analyst_sees_sources_and_what_if_and_changes_nothing(
    two_suppliers: Command, tokens: Shops
) -> None:
    token = tokens.north_analyst
    assert two_suppliers("source", "list", token=token).code == 0
    assert two_suppliers("what-if", "--service-level", "0.9", token=token).code == 0
    refused = two_suppliers("source", "set", "LAMP", "BARK", token=token)
    assert refused.code != 0
    assert len(sources(two_suppliers, tokens)) == 1


def test_a_file_of_sources_is_tried_and_taken_in(
    two_suppliers: Command, tokens: Shops, tmp_path: Path
) -> None:
    file = tmp_path / "fontes.csv"
    file.write_text("codigo;fornecedor;prioridade;custo;faixas\nLAMP;BARK;1;2,50;50=2,25\n")
    line = ("import", "sources", str(file), "--json")
    tried = two_suppliers(*line, "--dry-run", token=tokens.north_manager).json
    assert (tried["taken"], len(sources(two_suppliers, tokens))) == (1, 1)
    taken = two_suppliers(*line, token=tokens.north_manager).json
    again = two_suppliers(*line, token=tokens.north_manager).json
    assert (taken["taken"], again["taken"], again["already_there"]) == (1, 0, 1)
    assert sources(two_suppliers, tokens) == [(0, "LEAF", 2), (1, "BARK", 2.5)]


def test_a_person_orders_from_the_source_they_name(two_suppliers: Command, tokens: Shops) -> None:
    stock, token = two_suppliers, tokens.north_manager
    stock("source", "set", "LAMP", "BARK", "--cost", "2.50", "--break", "50=2.25", token=token)
    placed = stock("order", "LAMP", "60", "--supplier", "bark", "--yes", "--json", token=token)
    assert placed.json["total"] == 135
    shown = stock("orders", "show", "PO-00001", "--json", token=token).json
    assert shown["supplier"].startswith("Bark")


def test_a_delivery_teaches_the_lead_time_unless_the_manager_keeps_the_stated_one(
    stock: Command, tokens: Shops
) -> None:
    token = tokens.north_manager
    stock("order", "LAMP", "8", "--yes", token=token)
    assert "no delivery was booked yet" in stock("why", "LAMP", token=token).out
    assert stock("orders", "receive", "PO-00001", token=token).code == 0
    (told,) = stock("why", "LAMP", "--json", token=token).json
    lead_time = told["lead_time"]
    assert (lead_time["deliveries"], lead_time["share_on_time"]) == (1, 1)
    assert (lead_time["stated"]["mean_days"], lead_time["used"]["mean_days"]) == (5, 4)
    ran = stock("tenant", "set", "--no-learn-lead-times", "--json", token=token)
    assert ran.json["policy"]["learn_lead_times"] is False
    (told,) = stock("why", "LAMP", "--json", token=token).json
    assert told["lead_time"]["used"]["mean_days"] == 5
    assert "wants what is stated to be counted on" in stock("why", "LAMP", token=token).out


def test_what_if_shows_now_and_then(stock_after_check: Command, tokens: Shops) -> None:
    stock, token = stock_after_check, tokens.north_manager
    ran = stock("what-if", "--service-level", "0.98", "--lead-time-days", "9", token=token)
    assert ran.code == 0
    assert "What if: service level 0.98, lead time 9 days: 3 products" in ran.out
    for part in ("average stock at cost", "fill rate", "sales lost in a year", "MUG"):
        assert part in ran.out
    assert "nothing was changed" in ran.err
    rows = stock("what-if", "--lead-time-days", "9", "-p", "mug", "--json", token=token).json
    assert [one["sku"] for one in rows["products"]] == ["MUG"]
    assert rows["asked"]["lead_time_days"] == 9


def test_what_if_moves_a_bar_on_a_terminal_and_ends_with_the_table(
    stock_after_check: Command, tokens: Shops
) -> None:
    line = ("what-if", "--service-level", "0.98")
    terminal = stock_after_check.terminal(*line, token=tokens.north_manager, columns=120)
    terminal.expect("forecasting")
    terminal.expect("average stock at cost")
    terminal.expect("nothing was changed")
    terminal.wait()
    assert terminal.exitstatus == 0
