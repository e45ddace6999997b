from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field

from stockcli.agent.providers.base import ToolCall
from stockcli.agent.toolbox import (
    DECLINED,
    FAILED,
    ActionPreview,
    Toolbox,
    ToolResult,
    tool,
)
from stockcli.domain.errors import NotFoundError


class Desk:
    """Tools with something to remember."""

    def __init__(self) -> None:
        self.done: list[tuple[str, float]] = []

    def order(self, sku: str, units: Annotated[float, Field(gt=0)] = 1) -> str:
        """Order something.

        It is bought at once.

        Args:
            sku: what
            units: how many
        """
        self.done.append((sku, units))
        return f"done: {units:g} of {sku}"

    def preview(self, sku: str, units: float = 1) -> ActionPreview:
        return ActionPreview(tool="order", summary=f"Order {units:g} of {sku}")

    def search(self, text: str) -> str:
        """Search.

        Args:
            text: words
        """
        raise NotFoundError("there is none", nearest=('Mug "\n| red |',))

    def break_down(self) -> str:
        """Fail."""
        raise ZeroDivisionError("secret inside")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def run(box: Toolbox, name: str, **arguments: Any) -> ToolResult:
    return box.run(ToolCall(id="1", name=name, arguments=arguments))


def test_name_signature_and_docstring_make_the_schema(desk: Desk) -> None:
    spec = tool(desk.order).spec
    assert spec.name == "order"
    assert spec.description == "Order something.\nIt is bought at once."
    assert spec.schema == {
        "additionalProperties": False,
        "properties": {
            "sku": {"description": "what", "type": "string"},
            "units": {
                "default": 1,
                "description": "how many",
                "exclusiveMinimum": 0,
                "type": "number",
            },
        },
        "required": ["sku"],
        "type": "object",
    }


def test_a_parameter_without_a_description_is_refused() -> None:
    def nameless(sku: str) -> str:
        """Do something."""
        return sku

    with pytest.raises(KeyError):
        tool(nameless)


def test_good_arguments_run_the_function(desk: Desk) -> None:
    assert run(Toolbox([tool(desk.order)]), "order", sku="A", units=2).text == "done: 2 of A"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "sku: Field required"),
        ({"sku": 7}, "sku: Input should be a valid string"),
        ({"sku": "A", "units": "2"}, "units: Input should be a valid number"),
        ({"sku": "A", "units": True}, "units"),
        ({"sku": "A", "units": float("nan")}, "units"),
        ({"sku": "A", "units": 0}, "greater than 0"),
        ({"sku": "A", "price": 1}, "price: Extra inputs"),
    ],
)
def test_bad_arguments_are_explained_and_nothing_runs(
    desk: Desk, arguments: dict[str, Any], said: str
) -> None:
    result = Toolbox([tool(desk.order)]).run(ToolCall(id="1", name="order", arguments=arguments))
    assert result.is_error
    assert said in result.text
    assert desk.done == []


def test_an_unknown_tool_is_answered_with_the_known_ones(desk: Desk) -> None:
    assert run(Toolbox([tool(desk.order)]), "steal").text == 'there is no tool "steal"; use order'


def test_a_failure_of_ours_shows_nothing_of_its_inside(desk: Desk) -> None:
    assert run(Toolbox([tool(desk.break_down)]), "break_down").text == FAILED


def test_nearest_names_in_an_error_are_quoted(desk: Desk) -> None:
    result = run(Toolbox([tool(desk.search)]), "search", text="x")
    assert result.text == 'there is none; nearest: "Mug \' / red /"'


@pytest.mark.parametrize("answer", [True, False])
def test_a_tool_that_writes_asks_with_its_preview(desk: Desk, answer: bool) -> None:
    asked: list[str] = []

    def confirm(preview: ActionPreview) -> bool:
        asked.append(preview.summary)
        return answer

    box = Toolbox([tool(desk.order, desk.preview)], confirm)
    result = run(box, "order", sku="A", units=3)
    assert asked == ["Order 3 of A"]
    assert desk.done == ([("A", 3)] if answer else [])
    assert (result.text == DECLINED) is not answer


def test_without_anybody_to_ask_nothing_is_written(desk: Desk) -> None:
    assert run(Toolbox([tool(desk.order, desk.preview)]), "order", sku="A").text == DECLINED
    assert desk.done == []
