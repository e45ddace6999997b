"""The conversation on a terminal: a line in, an answer out, until Ctrl-D."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from stockcli.agent.actions import ShopActions
from stockcli.agent.chat import ChatSession
from stockcli.agent.rules.examples import SAMPLE, example_sku
from stockcli.agent.tools import ShopTools
from stockcli.bootstrap import App
from stockcli.cli.chat_answer import ask_and_show
from stockcli.cli.common import remark
from stockcli.cli.render import clean, print_lines
from stockcli.domain.errors import StockError
from stockcli.domain.shop import Role
from stockcli.usecases.ports import UnitOfWork

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

OpenSession = Callable[[], ChatSession]

COMMANDS = {
    "/help": "show this",
    "/tools": "show what the assistant can look up and do",
    "/clear": "begin a new conversation",
    "/exit": "leave; so does Ctrl-D",
}
KEYS = "Alt-Enter begins a new line, Ctrl-C stops an answer."
EXAMPLES = (
    "what is low?",
    "what is on order?",
    f"why is the reorder point of {SAMPLE} what it is?",
    f"restock {SAMPLE}",
    "o que está acabando?",
)


class Repl:
    """A conversation with the manager of one shop.

    Args:
        open_session: begins a conversation.
        first: the conversation to begin with.
    """

    def __init__(
        self, app: App, unit: UnitOfWork, first: ChatSession, open_session: OpenSession
    ) -> None:
        """Ask nothing yet."""
        self._app = app
        self._unit = unit
        self._session = first
        self._open_session = open_session
        self._was_asked = False
        self._commands: dict[str, Callable[[], None]] = {
            "/help": self._help,
            "/tools": self._tools,
            "/clear": self._clear,
        }

    def run(self) -> None:
        """Talk until the person leaves."""
        shop = clean(self._unit.tenant.name)
        print_lines(f"{shop}: ask about your stock. /help shows more, Ctrl-D leaves.")
        typed = _prompt_session(self._app, self._toolbar)
        while True:
            try:
                line = typed.prompt(f"{self._unit.tenant.slug}> ").strip()
            except KeyboardInterrupt:
                continue
            except EOFError:
                break
            if line in {"/exit", "/quit"}:
                break
            if line:
                self._take(line)
        self._say_how_to_go_on()

    def _take(self, line: str) -> None:
        if line.startswith("/"):
            self._commands.get(line.split(maxsplit=1)[0], self._unknown)()
            return
        self._was_asked = True
        try:
            ask_and_show(self._session, self._unit.tenant, line)
        except StockError as error:
            remark(f"error: {error.message}")
            if error.hint:
                remark(f"  {error.hint}")
        except KeyboardInterrupt:
            remark("stopped")

    def _help(self) -> None:
        print_lines(*(f"{name:8} {about}" for name, about in COMMANDS.items()), KEYS, "")
        sku = example_sku(self._unit)
        print_lines("Ask, for example:", *(f"  {one.replace(SAMPLE, sku)}" for one in EXAMPLES))

    def _tools(self) -> None:
        shop_tools = ShopTools(self._unit, self._app.clock, self._app.forecaster)
        for one in shop_tools.tools():
            print_lines(f"{one.spec.name:20} {one.spec.description.splitlines()[0]}")
        if self._app.identity.role is not Role.MANAGER:
            return
        actions = ShopActions(self._unit, self._app.clock, self._app.identity.author)
        for one in actions.tools():
            print_lines(f"{one.spec.name:20} {one.spec.description.splitlines()[0]} (asks first)")

    def _clear(self) -> None:
        self._session = self._open_session()
        self._was_asked = False
        remark("a new conversation")

    def _unknown(self) -> None:
        remark(f"there is no such command; there are {', '.join(COMMANDS)}")

    def _toolbar(self) -> str:
        return f" {self._unit.tenant.slug} | {self._session.model} | /help"

    def _say_how_to_go_on(self) -> None:
        if self._was_asked:
            remark(f"go on later with: stock chat --resume {self._session.conversation_id}")


def _prompt_session(app: App, toolbar: Callable[[], str]) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    history = app.settings.home / "chat_history"
    history.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    history.touch(mode=0o600)
    session: Any = PromptSession(
        history=FileHistory(str(history)),
        completer=WordCompleter(list(COMMANDS), sentence=True),
        complete_while_typing=False,
        key_bindings=_keys(),
        bottom_toolbar=toolbar,
    )
    return session  # type: ignore[no-any-return]


def _keys() -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys
