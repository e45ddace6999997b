from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field

from stockcli.agent.providers.base import ToolCall
from stockcli.agent.tools.toolbox import (
    DECLINED,
    DRY_RUN,
    FAILED,
    REPEATED,
    ActionPreview,
    Toolbox,
    ToolResult,
    tool,
)
from stockcli.domain.errors import ConflictError, NotFoundError


class Desk:
    """Tools with something to remember."""

    def __init__(self) -> None:
        self.done: list[tuple[str, float]] = []

    def order(
        self,
        sku: Annotated[str, Field(min_length=1, max_length=20)],
        units: Annotated[float, Field(gt=0, le=100_000_000)] = 1,
        reason: str = "",
    ) -> str:
        """Order something.

        It is bought at once.

        Args:
            sku: what
            units: how many
            reason: why
        """
        if units == 13:
            raise ConflictError("thirteen are not sold")
        self.done.append((sku, units))
        return f"done: {units:g} of {sku}"

    def preview(self, sku: str, units: float = 1, reason: str = "") -> ActionPreview:
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
            "reason": {"default": "", "description": "why", "type": "string"},
            "sku": {"description": "what", "maxLength": 20, "minLength": 1, "type": "string"},
            "units": {
                "default": 1,
                "description": "how many",
                "exclusiveMinimum": 0,
                "maximum": 100_000_000,
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
        ({}, "sku is missing"),
        ({"sku": 7}, "sku must be text"),
        ({"sku": "  "}, "sku is empty"),
        ({"sku": "A" * 99_999}, "sku must have at most 20 characters"),
        ({"sku": "A", "units": "2"}, "units must be a number, without quotation marks"),
        ({"sku": "A", "units": True}, "units must be a number"),
        ({"sku": "A", "units": float("nan")}, "units must be a finite number"),
        ({"sku": "A", "units": -(10**400)}, "units must be a number"),
        ({"sku": "A", "units": 0}, "units must be above 0"),
        ({"sku": "A", "units": 1e300}, "units must be at most 100000000"),
        ({"sku": "A", "price": 1}, "price is no argument of this tool; it takes sku, units"),
        ({"sku": "A", "tenant": "other"}, "tenant is no argument of this tool"),
        ({"sku": "A", 'x" | y\n': 1}, '"x\' / y" is no argument of this tool'),
        ([], "the whole must be an object of named values"),
    ],
)
def test_bad_arguments_are_explained_and_nothing_runs(
    desk: Desk, arguments: dict[str, Any], said: str
) -> None:
    result = Toolbox([tool(desk.order)]).run(ToolCall(id="1", name="order", arguments=arguments))
    assert result.is_error
    assert said in result.text
    assert len(result.text) < 200
    assert "\n" not in result.text
    assert desk.done == []


def test_an_unknown_tool_is_answered_with_the_known_ones(desk: Desk) -> None:
    said = run(Toolbox([tool(desk.order)]), "steal").text
    assert said == 'there is no tool "steal"; there are order'


def test_a_misspelt_tool_is_answered_with_the_nearest(desk: Desk) -> None:
    assert "did you mean order?" in run(Toolbox([tool(desk.order)]), "ordr_").text


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


class Person:
    """Somebody who is asked, and answers."""

    def __init__(self, *, says_yes: bool = True) -> None:
        self.says_yes = says_yes
        self.was_asked: list[str] = []

    def answers(self, preview: ActionPreview) -> bool:
        self.was_asked.append(preview.summary)
        return self.says_yes


def test_the_same_effect_happens_once_in_a_question_whatever_reason_is_given(desk: Desk) -> None:
    person = Person()
    box = Toolbox([tool(desk.order, desk.preview)], person.answers)
    first = run(box, "order", sku="A", units=3, reason="low")
    again = run(box, "order", sku=" a ", units=3.0, reason="still low")
    assert again.text == f"{first.text} {REPEATED}"
    assert desk.done == [("A", 3)]
    assert person.was_asked == ["Order 3 of A"]


def test_another_question_may_ask_for_the_same_again(desk: Desk) -> None:
    box = Toolbox([tool(desk.order, desk.preview)], Person().answers)
    run(box, "order", sku="A")
    box.begin_question()
    run(box, "order", sku="A")
    assert len(desk.done) == 2


def test_what_was_declined_is_not_asked_again_in_the_same_question(desk: Desk) -> None:
    person = Person(says_yes=False)
    box = Toolbox([tool(desk.order, desk.preview)], person.answers)
    run(box, "order", sku="A")
    assert run(box, "order", sku="A").text.startswith(DECLINED)
    assert len(person.was_asked) == 1


def test_what_was_refused_may_be_tried_again(desk: Desk) -> None:
    person = Person()
    box = Toolbox([tool(desk.order, desk.preview)], person.answers)
    assert run(box, "order", sku="A", units=13).text == "thirteen are not sold"
    run(box, "order", sku="A", units=13)
    assert len(person.was_asked) == 2


def test_a_dry_run_shows_what_would_happen_asks_nobody_and_changes_nothing(desk: Desk) -> None:
    person, shown = Person(), list[ActionPreview]()
    box = Toolbox(
        [tool(desk.order, desk.preview)], person.answers, is_dry_run=lambda: True, show=shown.append
    )
    assert run(box, "order", sku="A", units=3).text.startswith(DRY_RUN)
    assert (desk.done, person.was_asked) == ([], [])
    assert [one.summary for one in shown] == ["Order 3 of A"]
