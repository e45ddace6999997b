from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from stockcli.credentials import IN_KEYRING, Credentials, KeyringUse, Place
from stockcli.credentials.keyrings import Keyring, KeyringUnusableError
from tests.fakes import keyrings

SECRET = "stk_m_made_up"
USELESS = [
    fail.Keyring,
    null.Keyring,
    keyrings.PlainKeyring,
    keyrings.LockedKeyring,
    keyrings.ForgetfulKeyring,
    keyrings.BrokenKeyring,
]


@pytest.fixture(autouse=True)
def _keyring_as_before(stock_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(keyrings.FILE, str(stock_home / "keyring.json"))
    keyring.set_keyring(keyrings.FileKeyring())
    yield
    keyring.core._keyring_backend = None


@pytest.fixture
def credentials(stock_home: Path) -> Credentials:
    return Credentials(file=stock_home / "credentials", use=KeyringUse.ON)


def kept_in_keyring() -> list[str]:
    return list(keyrings.FileKeyring().known().values())


def test_a_token_is_kept_in_the_keyring_and_the_file_only_points_there(
    credentials: Credentials,
) -> None:
    assert credentials.keep(SECRET) is Place.KEYRING
    assert credentials.file.read_text().strip() == IN_KEYRING
    assert kept_in_keyring() == [SECRET]
    kept = credentials.read()
    assert kept is not None
    assert (kept.token, kept.place) == (SECRET, Place.KEYRING)
    assert SECRET not in repr(kept)


def test_the_latest_login_alone_is_kept_wherever_it_is(credentials: Credentials) -> None:
    credentials.keep(f"{SECRET}1")
    credentials.keep(f"{SECRET}2")
    assert kept_in_keyring() == [f"{SECRET}2"]
    assert credentials.keep(f"{SECRET}3", in_keyring=False) is Place.FILE
    assert kept_in_keyring() == []
    credentials.keep(f"{SECRET}4")
    assert SECRET not in credentials.file.read_text()


def test_two_homes_share_no_entry(credentials: Credentials, stock_home: Path) -> None:
    other = Credentials(file=stock_home / "other", use=KeyringUse.ON)
    credentials.keep(f"{SECRET}1")
    other.keep(f"{SECRET}2")
    other.forget()
    kept = credentials.read()
    assert kept is not None
    assert kept.token == f"{SECRET}1"


def test_forgetting_forgets_both(credentials: Credentials) -> None:
    credentials.keep(SECRET)
    assert credentials.forget().anything
    assert kept_in_keyring() == []
    assert credentials.read() is None
    assert not credentials.forget().anything


@pytest.mark.parametrize("backend", USELESS)
def test_without_a_keyring_worth_the_name_the_file_keeps_it(
    credentials: Credentials, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    assert credentials.keep(SECRET) is Place.FILE
    assert credentials.file.read_text().strip() == SECRET
    assert credentials.file.stat().st_mode & 0o077 == 0
    assert SECRET not in str(kept_in_keyring())


@pytest.mark.parametrize("backend", [keyrings.LockedKeyring, keyrings.BrokenKeyring])
def test_a_token_that_cannot_be_reached_is_as_good_as_none_and_the_reason_tells_no_secret(
    credentials: Credentials,
    backend: type[KeyringBackend],
    caplog: pytest.LogCaptureFixture,
) -> None:
    credentials.keep(SECRET)
    keyring.set_keyring(backend())
    with caplog.at_level(logging.DEBUG):
        kept = credentials.read()
    assert kept is not None
    assert kept.token is None
    assert kept.trouble.startswith("it cannot be used (")
    assert kept.trouble in caplog.text
    assert SECRET not in caplog.text


def test_what_was_left_in_a_keyring_is_told(credentials: Credentials) -> None:
    credentials.keep(SECRET)
    keyring.set_keyring(keyrings.LockedKeyring())
    forgotten = credentials.forget()
    assert forgotten.anything
    assert "KeyringLocked" in forgotten.trouble


def test_a_keyring_that_hangs_is_given_up(stock_home: Path) -> None:
    keyring.set_keyring(keyrings.HangingKeyring())
    hanging = Keyring(account="a", patience_seconds=0.2)
    for deed in (hanging.read, hanging.forget, lambda: hanging.keep(SECRET)):
        with pytest.raises(KeyringUnusableError, match=r"did not answer within 0\.2 seconds"):
            deed()


def test_a_keyring_that_was_switched_off_is_not_asked(credentials: Credentials) -> None:
    credentials.keep(SECRET)
    keyring.set_keyring(keyrings.HangingKeyring())
    off = Credentials(file=credentials.file, use=KeyringUse.OFF)
    kept = off.read()
    assert kept is not None
    assert (kept.token, kept.trouble) == (None, "STOCK_KEYRING is off")


def test_an_entry_that_somebody_removed_is_as_good_as_none(credentials: Credentials) -> None:
    credentials.keep(SECRET)
    keyrings.FileKeyring().file.unlink()
    kept = credentials.read()
    assert kept is not None
    assert (kept.token, kept.trouble) == (None, "it has no such entry")
