from __future__ import annotations

import pytest

from stockcli.domain.hiding import without_secrets
from stockcli.domain.shop import Role
from stockcli.persistence.tokens import new_secret, shown_prefix


@pytest.mark.parametrize("role", Role)
def test_of_a_token_no_more_is_left_than_the_list_shows(role: Role) -> None:
    secret = new_secret(role)
    said = f"KeyError: '{secret}', {secret}\n({secret[:40]})"
    shown = f"{shown_prefix(secret)}..."
    assert without_secrets(said) == f"KeyError: '{shown}', {shown}\n({shown})"


def test_of_an_address_the_password_is_left_out() -> None:
    said = 'could not open "postgresql+psycopg://app:p%2F:w@db:5432/stock"'
    assert without_secrets(said) == 'could not open "postgresql+psycopg://app:***@db:5432/stock"'


@pytest.mark.parametrize(
    "plain",
    [
        "see https://example.com:8443/a@b and mail ana@example.com",
        "postgresql://app@db/stock",
        "token stk_m_4f9a1c of SKU stk_m",
    ],
)
def test_what_is_no_secret_stays(plain: str) -> None:
    assert without_secrets(plain) == plain
