"""Questions that stand before everything else until they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from stockcli.cli.dashboard.words import told


class Confirm(ModalScreen[bool]):
    """Shows what will happen, and asks for a yes; any other answer is a no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape,q,enter", "answer(False)", "No"),
    ]

    def __init__(self, question: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._question, self._lines = question, lines

    def compose(self) -> ComposeResult:
        """Draw it."""
        with Vertical(classes="box"):
            with VerticalScroll(can_focus=True):
                yield Static(told(*self._lines), markup=False, id="what")
            yield Static(told(f"{self._question}  y yes   n no"), markup=False, id="question")

    def action_answer(self, answer: bool) -> None:
        """Take the answer."""
        self.dismiss(answer)


class Ask(ModalScreen[str | None]):
    """Asks for a number; None if nobody wants to give one.

    Args:
        lines: what it is about.
        question: what stands before the number.
        value: what stands there already.
        error: what was wrong with the last one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave it")]

    def __init__(self, lines: Sequence[str], question: str, value: str, error: str = "") -> None:
        super().__init__()
        self._lines, self._asked, self._value, self._error = lines, question, value, error

    def compose(self) -> ComposeResult:
        """Draw it."""
        with Vertical(classes="box"):
            yield Static(told(*self._lines), markup=False)
            if self._error:
                yield Static(told(self._error), markup=False, classes="error")
            yield Static(told(self._asked), markup=False)
            yield Input(self._value, compact=True, select_on_focus=True, max_length=20)
            yield Static("Enter goes on, Escape leaves it", markup=False, classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed."""
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Leave it."""
        self.dismiss(None)


class Page(ModalScreen[None]):
    """A text to read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark", "close", "Close")
    ]

    def __init__(self, *lines: str) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Draw it."""
        with Vertical(classes="box page"), VerticalScroll(can_focus=True):
            yield Static(told(*self._lines), markup=False)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
