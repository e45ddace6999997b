"""Orders by e-mail, handed to a real mail server: well, refused, silent, or dying over them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from stockcli.domain.errors import (
    DeliveryError,
    NotSetUpError,
    RefusedDeliveryError,
    UncertainDeliveryError,
)
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import Tenant
from stockcli.notifications.courier import HouseCourier
from stockcli.notifications.mail import MailServer
from stockcli.usecases.ports import OutboxMessage
from tests.fakes.mail_server import (
    SENDER,
    MailBox,
    free_port,
    mail_box,
    make_certificate,
    rude_server,
)
from tests.fixtures.order_document import order_document

SHOP = Tenant(id=TenantId(1), slug="acme", name="Acme Gifts")


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_box() as running:
        yield running


def send(url: str, folder: Path, tenant: Tenant = SHOP, **changed: Any) -> None:
    document = order_document(**{"order_channel": "email", **changed})
    message = OutboxMessage(idempotency_key="o", channel="purchase_order", payload=document)
    mail = replace(MailServer.of(url, SENDER), patience_seconds=2)
    HouseCourier(folder, mail).deliver(message, tenant)


def attached(letter: EmailMessage) -> dict[str, str]:
    return {
        str(part.get_filename()): part.get_payload(decode=True).decode()  # type: ignore[union-attr]
        for part in letter.iter_attachments()
    }


def test_a_letter_has_words_to_read_a_page_to_print_and_lines_for_programs(
    box: MailBox, tmp_path: Path
) -> None:
    send(box.url, tmp_path)
    (letter,) = box.letters
    assert box.recipients == ["orders@leaf.example"]
    assert letter["Subject"] == "Purchase order PO-00007 - Acme Gifts"
    assert (letter["From"], letter["To"]) == (
        f"Acme Gifts <{SENDER}>",
        "Leaf Ltd <orders@leaf.example>",
    )
    body = letter.get_body(("plain",))
    assert body is not None
    assert "Total: \u00a324.50" in body.get_content()
    files = attached(letter)
    assert list(files) == ["PO-00007.html", "PO-00007.csv", "PO-00007.json"]
    assert "<h1>Purchase order PO-00007</h1>" in files["PO-00007.html"]
    (line,) = csv.DictReader(io.StringIO(files["PO-00007.csv"]))
    assert (line["sku"], line["quantity"], line["unit_cost"]) == ("TEA", "12", "2.0417")
    told = json.loads(files["PO-00007.json"])
    assert told["lines"][0]["quantity"] == 12
    assert not told.keys() & {"webhook_url", "order_channel"}


def test_a_letter_sent_again_has_the_same_id_and_another_revision_another(
    box: MailBox, tmp_path: Path
) -> None:
    other = replace(SHOP, slug="other")
    for changed in ({}, {}, {"revision": 2}, {"number": "PO-00008"}, {"placed_at": "2025-01-01"}):
        send(box.url, tmp_path, **changed)
    send(box.url, tmp_path, other)
    first, again, *others = [str(letter["Message-ID"]) for letter in box.letters]
    assert first == again
    assert len({first, *others}) == 5
    assert first.endswith("@acme.example>")
    assert box.letters[2]["Subject"] == "Purchase order PO-00007, revision 2 - Acme Gifts"


def test_no_name_adds_a_header_or_a_recipient(box: MailBox, tmp_path: Path) -> None:
    evil = "Leaf\r\nBcc: eve@evil.example\r\n\r\nHello"
    send(box.url, tmp_path, supplier=evil, shop=evil, number="PO-1", note=evil)
    (letter,) = box.letters
    assert letter["Bcc"] is None
    assert box.recipients == ["orders@leaf.example"]
    assert "Bcc: eve" in letter["Subject"]


@pytest.mark.parametrize(
    "address",
    ["", "leaf", "a@b.example, eve@evil.example", "a@b.example\r\nRCPT TO:<eve@evil.example>"],
)
def test_an_address_that_is_none_is_refused_for_good(
    address: str, box: MailBox, tmp_path: Path
) -> None:
    with pytest.raises(RefusedDeliveryError, match=r"PO-00007: .*no usable e-mail address"):
        send(box.url, tmp_path, supplier_email=address)
    assert box.letters == []


def test_a_line_that_begins_with_a_dot_arrives_whole(box: MailBox, tmp_path: Path) -> None:
    dots = {"sku": ".", "name": "x", "quantity": 1, "unit_cost": 1, "total": 1}
    send(box.url, tmp_path, lines=[dots])
    body = box.letters[0].get_body(("plain",))
    assert body is not None
    assert "\n.   " in body.get_content()
    assert "Please quote" in body.get_content()


@pytest.mark.parametrize(
    ("step", "answer", "is_final"),
    [
        ("MAIL", "550 not you", False),
        ("RCPT", "550 5.1.1 no such user", True),
        ("RCPT", "451 greylisted, try later", False),
        ("RCPT", "530 sign in first", False),
        ("DATA", "554 looks like spam", True),
        ("DATA", "452 disk full", False),
    ],
)
def test_a_refusal_says_why_and_whether_it_is_for_good(
    step: str, answer: str, is_final: bool, box: MailBox, tmp_path: Path
) -> None:
    box.says[step] = answer
    with pytest.raises(DeliveryError, match=answer) as caught:
        send(box.url, tmp_path)
    assert isinstance(caught.value, RefusedDeliveryError) is is_final
    assert not isinstance(caught.value, UncertainDeliveryError)


def test_a_server_that_is_down_is_no_doubt(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="mail server cannot be used: Connection refused") as it:
        send(f"smtp://127.0.0.1:{free_port()}", tmp_path)
    assert type(it.value) is DeliveryError


@pytest.mark.parametrize("hangs", [False, True])
@pytest.mark.parametrize("at", [b"", b"EHLO", b"MAIL", b"RCPT", b"DATA"])
def test_a_server_that_dies_before_the_letter_is_no_doubt(
    at: bytes, hangs: bool, tmp_path: Path
) -> None:
    with rude_server(at, hangs=hangs) as port, pytest.raises(DeliveryError) as caught:
        send(f"smtp://127.0.0.1:{port}", tmp_path)
    assert type(caught.value) is DeliveryError


@pytest.mark.parametrize("hangs", [False, True])
def test_a_server_that_dies_with_the_letter_in_hand_leaves_a_doubt(
    hangs: bool, tmp_path: Path
) -> None:
    with rude_server(b".", hangs=hangs) as port, pytest.raises(UncertainDeliveryError):
        send(f"smtp://127.0.0.1:{port}", tmp_path)


def test_whoever_must_sign_in_does_and_a_wrong_password_is_not_told(tmp_path: Path) -> None:
    with mail_box(auth=True) as box:
        send(box.url.replace("//", "//ana%40acme:hunter2@"), tmp_path)
        assert box.logins == [(b"ana@acme", b"hunter2")]
        with pytest.raises(DeliveryError, match=r"refused user and password \(535\)") as caught:
            send(box.url.replace("//", "//ana:s3cret@"), tmp_path)
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"
    assert type(caught.value) is DeliveryError
    assert "s3cret" not in repr(MailServer.of("smtp://ana:s3cret@localhost", SENDER))


def test_starttls_is_taken_and_a_stranger_in_its_place_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_certificate(tmp_path)
    with mail_box(tls=tmp_path) as box:
        url = f"{box.url}?starttls"
        with pytest.raises(DeliveryError, match="its certificate is not good"):
            send(url, tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        send(url, tmp_path)
    assert box.encrypted == [True]


def test_a_server_without_tls_gets_nothing_that_was_to_be_encrypted(
    box: MailBox, tmp_path: Path
) -> None:
    with pytest.raises(DeliveryError, match="STARTTLS extension not supported"):
        send(f"{box.url}?starttls", tmp_path)
    assert box.letters == []


def test_without_a_mail_server_or_a_sender_the_order_waits(box: MailBox, tmp_path: Path) -> None:
    payload = order_document(order_channel="email")
    message = OutboxMessage(idempotency_key="o", channel="purchase_order", payload=payload)
    with pytest.raises(NotSetUpError, match="order PO-00007: no mail server is set up"):
        HouseCourier(tmp_path).deliver(message, SHOP)
    with pytest.raises(NotSetUpError, match="STOCK_MAIL_FROM"):
        HouseCourier(tmp_path, MailServer.of(box.url, "")).deliver(message, SHOP)
    assert not HouseCourier(tmp_path).may_repeat(message, SHOP)
