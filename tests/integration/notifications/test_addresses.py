from __future__ import annotations

import socket

import pytest

from stockcli.domain.errors import InvalidInputError
from stockcli.notifications.addresses import SERVICES, ensure_public, notifier, recipient, shown

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


@pytest.mark.parametrize(
    "url",
    [
        f"{SLACK}/#stock",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "mailto://user:password@example.invalid?smtp=mail.example.invalid",
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "ntfys://ntfy.example.invalid/stock",
        "jsons://8.8.8.8/hook",
    ],
)
def test_a_public_service_may_be_used(url: str) -> None:
    ensure_public(url)


@pytest.mark.parametrize("kind", ["syslog", "dbus", "windows", "macosx", "fcm", "vapid", "gnome"])
def test_a_kind_that_stays_on_this_machine_or_reads_its_keys_is_refused(kind: str) -> None:
    with pytest.raises(InvalidInputError):
        notifier(f"{kind}://project@key/device")


@pytest.mark.parametrize(
    "url",
    [
        f"{SLACK}/?template=/etc/passwd",
        f"{SLACK}/?%54emplate=/etc/passwd",
        "mailto://user:password@example.com?pgp=yes&pgpkey=/root/key.asc",
        "json://8.8.8.8/?attach=file:///etc/passwd",
        "json://8.8.8.8/?redirect=yes",
    ],
)
def test_an_option_that_reads_files_or_leads_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError, match="may not have the option"):
        notifier(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost:9000",
        "10.0.0.7",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - nothing listens: it is refused
        "2130706433",
        "127.1",
        "[::1]",
        "[fe80::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::10.0.0.7]",
        "[2002:7f00:1::1]",
    ],
)
def test_a_host_of_the_house_is_for_operators_alone(host: str) -> None:
    with pytest.raises(InvalidInputError):
        ensure_public(f"json://{host}/")


def test_a_name_that_leads_into_the_house_is_refused_when_it_is_written_to() -> None:
    name = socket.gethostname()
    try:
        ensure_public(f"json://{name}/")
    except InvalidInputError:
        with pytest.raises(InvalidInputError, match="by a name"):
            recipient(f"json://{name}/")
    else:
        pytest.skip("this machine's own name does not lead into the house")


def test_a_name_that_leads_nowhere_may_be_set() -> None:
    ensure_public("json://nowhere.invalid/")
    assert recipient("json://nowhere.invalid/")


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost", "[::1]", "8.8.8.8"])
def test_an_address_that_was_set_may_be_written_to(host: str) -> None:
    assert recipient(f"json://{host}/")


def test_a_translated_public_address_is_public() -> None:
    ensure_public("json://[64:ff9b::8.8.8.8]/")


def test_the_mail_server_counts_as_well() -> None:
    url = "mailto://user:password@example.com?smtp=127.0.0.1"
    with pytest.raises(InvalidInputError, match="private network"):
        ensure_public(url)
    notifier(url)


@pytest.mark.parametrize("url", ["nonsense", "file:///etc/passwd", "://", "json://"])
def test_what_apprise_does_not_know_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError):
        notifier(url)


def test_of_an_address_the_kind_alone_is_shown() -> None:
    assert shown("mailto://user:hunter2@example.com") == "mailto://..."
    assert "hunter2" not in shown("hunter2")


def test_every_kind_that_is_offered_is_one_apprise_knows() -> None:
    from apprise.manager_plugins import NotificationManager

    known = NotificationManager()  # type: ignore[no-untyped-call]  # Apprise has few types
    assert {kind for kind in SERVICES if kind not in known or not known[kind].enabled} == set()
