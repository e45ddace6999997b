"""The conversation on a terminal: a line in, an answer out, until Ctrl-D."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockcli.cli.chat_answer import ask_and_show
from stockcli.cli.chat_commands import run_command, say_error
from stockcli.cli.chat_completion import Catalogue, make_completer
from stockcli.cli.chat_remarks import COST, RULES_MEANWHILE, STOPPED, remark
from stockcli.cli.chat_status import Status
from stockcli.cli.chat_talk import Talk, usd
from stockcli.cli.render import clean, print_lines
from stockcli.domain.errors import ProviderError, StockError

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent


def converse(talk: Talk, status: Status) -> None:
    """Talk until the person leaves."""
    shop = talk.unit.tenant
    print_lines(f"{clean(shop.name)}: ask about your stock. /help shows more, Ctrl-D leaves.")
    catalogue = Catalogue(talk.unit)
    typed = _prompt_session(talk, catalogue)
    while not talk.is_over:
        talk.look_up_month()
        catalogue.may_have_moved()
        try:
            line = typed.prompt(f"{shop.slug}> ").strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            break
        if line.startswith("/"):
            run_command(talk, line)
        elif line:
            _ask(talk, line, status)
    if talk.session.exchanges:
        remark(f"go on later with: stock chat --resume {talk.session.conversation_id[:8]}")


def _ask(talk: Talk, line: str, status: Status) -> None:
    try:
        ask_and_show(talk.session, talk.unit.tenant, line, status)
    except StockError as error:
        say_error(error)
        if isinstance(error, ProviderError):
            remark(f"  {RULES_MEANWHILE[talk.session.language]}")
    except KeyboardInterrupt:
        language, cost = talk.session.language, talk.session.spending.last.price_usd
        remark(STOPPED[language] + (COST[language].format(usd(cost)) if cost else ""))


def _prompt_session(talk: Talk, catalogue: Catalogue) -> PromptSession[str]:
    from prompt_toolkit import PromptSession

    from stockcli.cli.chat_history import LineHistory

    history = _history_file(talk.app.settings.home, talk.unit.tenant.slug)
    session: Any = PromptSession(
        history=LineHistory(str(history)),
        completer=make_completer(catalogue, talk.app.models.names),
        complete_while_typing=False,
        key_bindings=_keys(),
        bottom_toolbar=talk.toolbar,
        prompt_continuation="... ",
    )
    return session  # type: ignore[no-any-return]


def _history_file(home: Path, slug: str) -> Path:
    """Return where the lines typed for one shop are kept, for nobody else's eyes."""
    file = home / f"chat_history-{slug}"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)
    file.chmod(0o600)
    return file


def _keys() -> KeyBindings:
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("tab")
    def _complete(event: KeyPressEvent) -> None:
        # What alone fits is there before the next key is; several are offered in a menu.
        buffer = event.current_buffer
        wanted = CompleteEvent(completion_requested=True)
        found = list(islice(buffer.completer.get_completions(buffer.document, wanted), 2))
        if buffer.complete_state:
            buffer.complete_next()
        elif len(found) == 1:
            buffer.apply_completion(found[0])
        elif found:
            buffer.start_completion(insert_common_part=True)

    return keys
