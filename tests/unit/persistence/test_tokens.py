from __future__ import annotations

import re

import pytest

from stockcli.domain.shop import Role
from stockcli.persistence.tokens import fingerprint, is_well_formed, new_secret, shown_prefix


@pytest.mark.parametrize(
    ("role", "letter"), [("manager", "m"), ("analyst", "a"), ("operator", "o")]
)
def test_a_token_shows_its_role_and_nothing_a_double_click_stops_at(role: str, letter: str) -> None:
    secret = new_secret(Role(role))
    assert re.fullmatch(rf"stk_{letter}_[0-9A-Za-z]{{49}}", secret)
    assert is_well_formed(secret)


def test_two_tokens_are_never_alike() -> None:
    secrets = [new_secret(Role.MANAGER) for _ in range(200)]
    assert len({secret[6:49] for secret in secrets}) == 200


def test_every_single_typing_error_is_found() -> None:
    secret = new_secret(Role.ANALYST)
    for place, letter in enumerate(secret):
        other = "x" if letter != "x" else "y"
        assert not is_well_formed(secret[:place] + other + secret[place + 1 :])


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: secret[:-1],
        lambda secret: secret + "0",
        lambda secret: secret.upper(),
        lambda secret: secret.replace("stk_m", "stk_o"),
        lambda secret: f"{secret}\n",
        lambda _secret: "",
    ],
)
def test_what_is_not_quite_a_token_is_malformed(change: object) -> None:
    assert callable(change)
    assert not is_well_formed(change(new_secret(Role.MANAGER)))


def test_the_prefix_shown_tells_little_of_the_secret() -> None:
    secret = new_secret(Role.MANAGER)
    assert shown_prefix(secret) == secret[:12]


def test_the_fingerprint_is_the_sha_256() -> None:
    assert fingerprint("abc").hex() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
