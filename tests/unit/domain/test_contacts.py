from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockcli.domain.contacts import (
    day_names,
    email_address,
    mail_server,
    order_days,
    shown_address,
    web_address,
)
from stockcli.domain.errors import InvalidInputError


@pytest.mark.parametrize(
    "text", ["a@b.example", "ana.b+c@mail-1.example.co.uk", "x@localhost", "o'neil@b.example"]
)
def test_an_address_a_letter_can_go_to_is_taken_as_it_is(text: str) -> None:
    assert email_address(f" {text} ") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "a b@c",
        "a@b,c@d",
        "a@b;c@d",
        "<a@b>",
        '"a b"@c',
        "a@b>",
        "a@-b",
        "a..b@c",
        "caf\u00e9@b.example",
        "a@[127.0.0.1]",
        "a" * 250 + "@b.example",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is no e-mail address"):
        email_address(text)


@given(st.text(max_size=40))
def test_no_address_that_is_taken_ends_a_line_or_names_a_second_recipient(text: str) -> None:
    try:
        address = email_address(f"{text}@b.example")
    except InvalidInputError:
        return
    assert address.isascii()
    assert not set(address) & set('\r\n\0 <>,;"()[]\\:')


@pytest.mark.parametrize("text", ["", "-", "mon,someday", "8", "every day", "mon tue wod"])
def test_what_are_no_weekdays_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="are no order days"):
        order_days(text)


@given(st.frozensets(st.integers(0, 6)))
def test_weekdays_read_back_as_they_are_written(days: frozenset[int]) -> None:
    assert order_days(day_names(days)) == days


@pytest.mark.parametrize("text", ["s\u00e1bado", "sab", "Saturday"])
def test_saturday_has_many_names(text: str) -> None:
    assert order_days(text) == {5}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ana:pw@h.example/T0/secret?key=x#y", "https://h.example/..."),
        ("http://[::1]:8080/", "http://[::1]:8080/..."),
        ("", ""),
    ],
)
def test_of_a_web_address_only_the_host_is_shown(url: str, shown: str) -> None:
    assert shown_address(url) == shown


def test_a_refused_web_address_is_not_repeated() -> None:
    with pytest.raises(InvalidInputError) as caught:
        web_address("gopher://ana:hunter2@h.example/")
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example",
        "smtp://ana:pw@mail.example:587?starttls",
        "smtps://ana%40b:p%2Fw@mail.example",
        "smtp://ana:pw@localhost:2525",
        "smtp://[::1]:25/",
    ],
)
def test_a_mail_server_is_taken_as_it_is(url: str) -> None:
    assert mail_server(f" {url} ") == url


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://:25",
        "smtp://mail.example:99999",
        "smtp://mail.example:0",
        "smtp://mail.example/path",
        "smtp://mail.example?tls",
        "smtps://mail.example?starttls",
        "smtp://mail.example?starttls#x",
        "smtp://mail example",
        "smtp://[::1",
    ],
)
def test_what_is_no_mail_server_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InvalidInputError, match="no address of a mail server"):
        mail_server(url)


def test_a_password_does_not_go_over_the_net_unencrypted() -> None:
    with pytest.raises(InvalidInputError, match="would go unencrypted") as caught:
        mail_server("smtp://ana:hunter2@mail.example:587")
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
