from __future__ import annotations

import subprocess
from pathlib import Path

import pexpect
import pytest

from tests.acceptance.cli.conftest import Command
from tests.fixtures.shops import Shops

ESCAPE = "\x1b"


def _screen(child: pexpect.spawn) -> str:
    text = str(child.read())
    child.close()
    assert child.exitstatus == 0, text
    return text


def test_a_pipe_gets_whole_lines_and_no_colours(stock: Command, tokens: Shops) -> None:
    ran = stock.process("levels", token=tokens.north_manager, COLUMNS="20")
    assert ESCAPE not in ran.said
    assert "North rope [bold]knot[/bold]" in ran.out
    assert "listed" in ran.err


def test_a_terminal_gets_colours_unless_told_not_to(stock: Command, tokens: Shops) -> None:
    assert ESCAPE in _screen(stock.terminal("levels", token=tokens.north_manager))
    plain = _screen(stock.terminal("levels", token=tokens.north_manager, NO_COLOR="1"))
    assert ESCAPE not in plain


def test_a_narrow_terminal_is_kept_to(stock: Command, tokens: Shops) -> None:
    text = _screen(stock.terminal("levels", token=tokens.north_manager, columns=72, NO_COLOR="1"))
    assert all(len(line.rstrip()) <= 72 for line in text.splitlines())
    assert "ROPE" in text


def test_a_closed_pipe_ends_it_quietly(stock: Command, tokens: Shops) -> None:
    child = subprocess.Popen(
        [*stock.line, "levels"],
        env=stock.environ(tokens.north_manager),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    child.stdout.close()
    said = _read_all(child)
    assert child.wait(timeout=120) == 141
    assert "Error" not in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_full_disk_is_one_sentence(
    options: tuple[str, ...], stock: Command, tokens: Shops
) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*stock.line, "levels", *options],
            env=stock.environ(tokens.north_manager),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
    assert ended.returncode == 1
    assert "error: the output cannot be written: No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


def _read_all(child: subprocess.Popen[str]) -> str:
    assert child.stderr is not None
    with child.stderr as stream:
        return stream.read()


def test_control_characters_of_a_name_never_reach_the_terminal(
    stock: Command, tokens: Shops
) -> None:
    note = "tricky\x1b[31m\x07 words"
    assert (
        stock("minimum", "set", "MUG", "5", "--reason", note, token=tokens.north_manager).code == 0
    )
    ran = stock("minimum", "list", token=tokens.north_manager)
    assert ESCAPE not in ran.out
    assert "\x07" not in ran.out
    assert "tricky" in ran.out


def test_ctrl_c_at_a_question_orders_nothing(stock: Command, tokens: Shops) -> None:
    child = stock.terminal("order", "LAMP", "5", token=tokens.north_manager)
    child.expect("Order it")
    child.sendintr()
    # A signal in the instant before Python waits for the line is only seen at the next one.
    while child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=5):
        child.sendintr()
    child.close()
    assert child.exitstatus == 130
    assert stock("orders", "list", "--json", token=tokens.north_manager).json == []


def test_a_yes_orders(stock: Command, tokens: Shops) -> None:
    child = stock.terminal("order", "LAMP", "5", token=tokens.north_manager)
    child.expect("Order it")
    child.sendline("y")
    child.expect("PO-00001 is approved")
    child.expect(pexpect.EOF)


def test_ctrl_c_in_a_check_leaves_the_shop_free_and_whole(stock: Command, tokens: Shops) -> None:
    child = stock.terminal("run-check", token=tokens.north_manager, columns=100)
    child.expect("north: ")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    # It may have been done by then; either way nothing is half done and nobody is locked out.
    assert child.exitstatus in {0, 130}
    again = stock("run-check", "--json", token=tokens.north_manager)
    assert [shop["status"] for shop in again.json["tenants"]] == ["ok"]
    assert len(stock("orders", "list", "--json", token=tokens.north_manager).json) == 1
