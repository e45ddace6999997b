"""The commands of the conversation, such as /undo: a table of them, and what each does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from stockcli.agent.chat.undoing import lasting_effects
from stockcli.agent.rules.examples import SAMPLE, example_sku
from stockcli.agent.tools.actions import ShopActions
from stockcli.agent.tools.reading import ShopTools
from stockcli.cli.chat import SWITCHED_OFF
from stockcli.cli.chat_confirm import says_yes
from stockcli.cli.chat_costs import show_costs
from stockcli.cli.chat_remarks import remark
from stockcli.cli.chat_saving import save
from stockcli.cli.chat_talk import Talk
from stockcli.cli.chat_text import harmless
from stockcli.cli.render import clean, print_lines, print_table, words
from stockcli.domain.errors import StockError
from stockcli.domain.shop import Role
from stockcli.settings import RULES

KEYS = (
    "Tab completes SKUs, commands, models and files. Alt-Enter begins a new line. "
    "Ctrl-C stops an answer, Ctrl-D leaves."
)
EXAMPLES = (
    "what is low?",
    "what is on order?",
    f"why is the reorder point of {SAMPLE} what it is?",
    f"restock {SAMPLE}",
    "o que está acabando?",
)
LONGEST_QUESTION_SHOWN = 70
_MODEL = re.compile(r"[\w.:/@-]{1,100}")


@dataclass(frozen=True, kw_only=True)
class SlashCommand:
    """A command of the conversation.

    Attributes:
        argument: as /help shows it; empty if it takes none.
        about: one line.
        run: is given the conversation, and what follows the name.
        aliases: other names.
    """

    name: str
    about: str
    run: Callable[[Talk, str], None]
    argument: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """Return the name with its argument."""
        return f"{self.name} {self.argument}".strip()


def run_command(talk: Talk, line: str) -> None:
    """Run what a person typed behind a slash; what goes wrong is told, never raised."""
    name, _, rest = line.partition(" ")
    wanted = _BY_NAME.get(name.casefold())
    if wanted is None:
        remark(_unknown(name))
        return
    try:
        wanted.run(talk, rest.strip())
    except StockError as error:
        say_error(error)


def say_error(error: StockError) -> None:
    """Say what went wrong, and what to do."""
    remark(f"error: {error.message}")
    if error.hint:
        remark(f"  {error.hint}")


def _unknown(name: str) -> str:
    shown = clean(harmless(name))[:40]
    near = get_close_matches(name.casefold(), list(_BY_NAME), n=1, cutoff=0.65)
    meant = f"; did you mean {near[0]}?" if near else "."
    return f"there is no command {shown}{meant} /help shows all."


def _help(talk: Talk, _: str) -> None:
    width = max(len(one.usage) for one in COMMANDS)
    print_lines(*(f"{one.usage:{width}}  {one.about}" for one in COMMANDS), "", KEYS, "")
    sku = example_sku(talk.unit)
    print_lines("Ask, for example:", *(f"  {one.replace(SAMPLE, sku)}" for one in EXAMPLES))


def _tools(talk: Talk, _: str) -> None:
    app, unit = talk.app, talk.unit
    rows = [(one, "") for one in ShopTools(unit, app.clock, app.forecaster).tools()]
    if app.identity.role is Role.MANAGER:
        asks = "dry run: only shows" if unit.tenant.policy.dry_run else "asks first"
        writing = ShopActions(unit, app.clock, app.identity.author).tools()
        rows += [(one, asks) for one in writing]
    print_table(
        ["tool", words("what it does"), words("")],
        [(one.spec.name, one.spec.description.splitlines()[0], asks) for one, asks in rows],
    )


def _model(talk: Talk, name: str) -> None:
    if not name:
        print_lines(f"{talk.session.model} answers.")
        print_lines(f"Change it with /model NAME, such as {', '.join(talk.app.models.names())}.")
        return
    if not _MODEL.fullmatch(name):
        remark("a model's name is one word, such as claude-haiku-5-5")
        return
    if why := _why_not(talk, name):
        remark(f"{name} cannot be asked here: {why}. {talk.session.model} answers as before.")
    elif _is_wanted(talk, name):
        talk.change_model(name)
        remark(f"{name} answers from now on")


def _why_not(talk: Talk, name: str) -> str:
    """Return why a model cannot be asked; empty if it can."""
    if name == RULES:
        return ""
    is_allowed = talk.unit.tenant.policy.agent_enabled
    return talk.app.settings.why_no_model(name) or ("" if is_allowed else SWITCHED_OFF)


def _is_wanted(talk: Talk, name: str) -> bool:
    """Return whether a model is meant; a person is asked about one whose price is not known."""
    known = talk.app.models.names()
    if name in known:
        return True
    near = get_close_matches(name.casefold(), known, n=2, cutoff=0.6)
    meant = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(known)}"
    remark(f"the price of {name} is not known here, so it is charged like the dearest; {meant}")
    return says_yes(f"Take {name} all the same? [y/N] ")


def _cost(talk: Talk, _: str) -> None:
    show_costs(talk)


def _undo(talk: Talk, _: str) -> None:
    taken = talk.session.undo()
    if taken is None:
        remark("there is nothing to take back")
        return
    question = clean(harmless(taken.question))
    if len(question) > LONGEST_QUESTION_SHOWN:
        question = f"{question[: LONGEST_QUESTION_SHOWN - 3]}..."
    for one in lasting_effects(taken):
        stays = "this stays done" if one.is_certain else "this may have been done"
        remark(f"{stays}: {clean(harmless(one.what)).strip()}")
        remark(f"  {one.how}")
    remark(f"taken back, with its answer: {question}")


def _save(talk: Talk, file: str) -> None:
    save(talk, file)


def _clear(talk: Talk, _: str) -> None:
    if talk.session.exchanges:
        remark(f"the one before is kept: stock chat --resume {talk.session.conversation_id[:8]}")
    talk.begin_anew()
    remark("a new conversation")


def _exit(talk: Talk, _: str) -> None:
    talk.is_over = True


COMMANDS = (
    SlashCommand(name="/help", about="show this", run=_help),
    SlashCommand(name="/tools", about="show what the assistant can look up and do", run=_tools),
    SlashCommand(
        name="/model", argument="[NAME]", about="show who answers, or have another do", run=_model
    ),
    SlashCommand(name="/cost", about="show what this conversation and the month cost", run=_cost),
    SlashCommand(
        name="/undo", about="take back the last question; what was done stays done", run=_undo
    ),
    SlashCommand(
        name="/save", argument="[FILE]", about="write the conversation as Markdown", run=_save
    ),
    SlashCommand(name="/clear", about="begin a new conversation", run=_clear),
    SlashCommand(
        name="/exit", about="leave; so do /quit and Ctrl-D", run=_exit, aliases=("/quit",)
    ),
)
_BY_NAME = {name: one for one in COMMANDS for name in (one.name, *one.aliases)}
