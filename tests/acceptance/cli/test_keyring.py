"""`stock login` and the system's keyring, with keyrings that need no desktop."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.acceptance.cli.conftest import Command
from tests.fakes import keyrings
from tests.fixtures.shops import Shops

ENTRY = "keyring.json"
NOT_IMPORTED = "assert 'keyring' not in sys.modules, 'the keyring was imported'"


def of(kind: type[keyrings.FileKeyring], stock: Command, use: str = "on") -> dict[str, str]:
    """Return the environment in which the system's keyring is of this kind."""
    return {
        "PYTHON_KEYRING_BACKEND": f"{kind.__module__}.{kind.__name__}",
        keyrings.FILE: str(stock.home / ENTRY),
        "STOCK_KEYRING": use,
    }


def logged_in(stock: Command, secret: str, *options: str, **environ: str) -> str:
    """Log in, in a process that has its own keyring; return what was said."""
    script = f"import sys; from stockcli.cli.main import run; sys.exit(run({['login', *options]}))"
    child = stock.python(script, stdin=f"{secret}\n", **environ)
    assert child.code == 0, child.err
    return child.err


def test_a_token_goes_into_the_keyring_and_out_again(stock: Command, tokens: Shops) -> None:
    environ = of(keyrings.FileKeyring, stock)
    said = logged_in(stock, tokens.north_manager, **environ)
    assert said == "logged in as manager of north; the token is in the keyring\n"
    assert (stock.home / "credentials").read_text() == "keyring\n"
    whoami = stock.process("whoami", "--json", **environ).json
    assert (whoami["tenant"], whoami["token_from"]) == ("north", "stock login (keyring)")
    doctor = stock.process("doctor", "--json", **environ).json
    texts = [one["text"] for one in doctor]
    assert "the token opens north for its manager, kept in the keyring" in texts
    assert stock.process("logout", **environ).err == "logged out\n"
    assert tokens.north_manager not in (stock.home / ENTRY).read_text()
    assert stock.process("whoami", "--json", **environ).json["role"] == "operator"


def test_no_keyring_is_asked_for(stock: Command, tokens: Shops) -> None:
    environ = of(keyrings.FileKeyring, stock)
    logged_in(stock, tokens.north_manager, "--no-keyring", **environ)
    assert (stock.home / "credentials").read_text().strip() == tokens.north_manager
    assert not (stock.home / ENTRY).exists()


def test_without_a_terminal_nobody_is_asked_to_unlock_a_keyring(
    stock: Command, tokens: Shops
) -> None:
    logged_in(stock, tokens.north_manager, **of(keyrings.FileKeyring, stock))
    began = time.monotonic()
    ran = stock.process("whoami", "--json", **of(keyrings.HangingKeyring, stock, "auto"))
    assert time.monotonic() - began < 20
    assert ran.json["token_from"] == "this machine (no token)"
    assert "nobody is at a terminal to unlock it" in ran.err
    levels = stock.process("levels", **of(keyrings.HangingKeyring, stock, "auto"))
    assert levels.code == 1
    assert "no shop to work for" in levels.err


def test_on_a_terminal_the_keyring_is_asked(stock: Command, tokens: Shops) -> None:
    logged_in(stock, tokens.north_manager, **of(keyrings.FileKeyring, stock))
    environ = of(keyrings.FileKeyring, stock, "auto")
    seen = stock.terminal("whoami", columns=80, **environ)
    seen.expect("manager of north .*, from stock login .keyring.")
    seen.wait()


def test_a_locked_keyring_is_as_good_as_none_and_repeats_nothing(
    stock: Command, tokens: Shops
) -> None:
    logged_in(stock, tokens.north_manager, **of(keyrings.FileKeyring, stock))
    locked = of(keyrings.LockedKeyring, stock)
    whoami = stock.process("--log-level", "debug", "whoami", **locked)
    assert whoami.code == 0
    assert "KeyringLocked" in whoami.err
    doctor = stock.process("doctor", "--json", **locked)
    assert "the token of `stock login` is in the keyring" in doctor.out
    for said in (whoami.said, doctor.said):
        assert tokens.north_manager[12:] not in said


def test_where_the_keyring_is_locked_login_takes_the_file(stock: Command, tokens: Shops) -> None:
    said = logged_in(stock, tokens.north_manager, **of(keyrings.LockedKeyring, stock))
    assert said == "logged in as manager of north\n"
    assert (stock.home / "credentials").read_text().strip() == tokens.north_manager


@pytest.mark.parametrize("with_file", [True, False])
def test_no_command_imports_the_keyring_unless_a_token_is_in_there(
    stock: Command, tokens: Shops, with_file: bool
) -> None:
    environ = of(keyrings.FileKeyring, stock)
    if with_file:
        logged_in(stock, tokens.north_manager, "--no-keyring", **environ)
    else:
        logged_in(stock, tokens.south_manager, **environ)
        environ["STOCK_TOKEN"] = tokens.north_manager
    script = f"import sys; from stockcli.cli.main import run; run(['whoami']); {NOT_IMPORTED}"
    ran = stock.python(script, **environ)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("manager of north")


def test_an_unknown_use_of_the_keyring_is_a_sentence(stock: Command) -> None:
    ran = stock("whoami", STOCK_KEYRING="perhaps")
    assert ran.code == 2
    assert "STOCK_KEYRING is 'perhaps'" in ran.err
    assert "auto, on, off" in ran.err


def test_without_the_library_login_takes_the_file(
    stock: Command, tokens: Shops, tmp_path: Path
) -> None:
    script = (
        "import sys; sys.modules['keyring'] = None; "
        "from stockcli.cli.main import run; sys.exit(run(['login']))"
    )
    ran = stock.python(script, stdin=tokens.north_manager, STOCK_KEYRING="on")
    assert ran.err == "logged in as manager of north\n"
    assert (stock.home / "credentials").read_text().strip() == tokens.north_manager
