"""Text from the catalogue is data: it reaches the model in quotations, and nowhere else."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path

import pytest

from stockcli.agent.providers.base import ToolCall
from stockcli.agent.tools.reading import ShopTools
from stockcli.agent.tools.toolbox import Toolbox
from stockcli.forecasting.engine import Forecaster
from stockcli.persistence.database import Database
from tests.fixtures.corner_shop import SteppingClock
from tests.integration.agent.hostile_files import SKUS, hostile_file, limited, plain_file
from tests.integration.agent.hostile_shop import (
    HOSTILE_CODES,
)

__all__ = ["hostile_file", "plain_file"]

QUOTATION = re.compile(r'"([^"\n]*)"')
LONGEST = {"open_alerts": 200, "why_reorder_point": 400}
"""Letters of a quotation, beside the usual 64."""
ONE_OF_MANY = slice(0, None, 23)
"""A forecast is slow, and says little."""


def said_by_tools(file: Path) -> dict[str, str]:
    """What every tool that reads says about everything, by call."""
    clock = SteppingClock()
    database = Database(f"sqlite:///{file}", clock=clock)
    tools = ShopTools(limited(database), clock, Forecaster).tools()
    toolbox = Toolbox(tools)
    said = {}
    for spec in toolbox.specs:
        for given in _arguments(spec.name, spec.schema["properties"]):
            call = ToolCall(id="1", name=spec.name, arguments=given)
            said[f"{spec.name} {given}"] = toolbox.run(call).text
    database.dispose()
    return said


def _arguments(name: str, properties: dict[str, object]) -> list[dict[str, object]]:
    if "sku" in properties:
        skus = [*SKUS, *HOSTILE_CODES, "ORDERED"]
        return [{"sku": sku} for sku in (skus[ONE_OF_MANY] if name == "forecast_of" else skus)]
    if "text" in properties:
        return [{"text": text} for text in ("I-00", "I-18", "I-67")]
    return [{}]


@pytest.fixture(scope="session")
def hostile_words(hostile_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    copy = shutil.copy(hostile_file, tmp_path_factory.mktemp("said") / "shop.db")
    return said_by_tools(Path(copy))


def test_hostile_text_changes_nothing_a_tool_says_outside_of_quotations(
    hostile_words: dict[str, str], plain_file: Path, tmp_path: Path
) -> None:
    plain_words = said_by_tools(Path(shutil.copy(plain_file, tmp_path / "plain.db")))
    outside = {call: QUOTATION.sub('""', text) for call, text in hostile_words.items()}
    assert outside == {call: QUOTATION.sub('""', text) for call, text in plain_words.items()}


def test_no_tool_says_a_character_that_cannot_be_seen(hostile_words: dict[str, str]) -> None:
    seen = {char for text in hostile_words.values() for char in text if char != "\n"}
    assert [hex(ord(char)) for char in seen if unicodedata.category(char)[0] == "C"] == []
    assert not seen & {"\u2028", "\u2029"}


def test_every_quotation_is_closed_and_short(hostile_words: dict[str, str]) -> None:
    for call, text in hostile_words.items():
        assert all(line.count('"') % 2 == 0 for line in text.splitlines()), call
        longest = LONGEST.get(call.split()[0], 64)
        assert all(len(quoted) <= longest for quoted in QUOTATION.findall(text)), call


def test_no_text_adds_a_cell_or_a_row_to_a_table(hostile_words: dict[str, str]) -> None:
    for call, text in hostile_words.items():
        rows = [line for line in text.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1, call
        assert "|" not in "".join(line for line in text.splitlines() if line not in rows), call
