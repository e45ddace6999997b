from __future__ import annotations

import json
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from stockcli.domain.errors import DeliveryError, UncertainDeliveryError
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import ShopPolicy, Tenant
from stockcli.notifications.courier import HouseCourier
from stockcli.usecases.ports import OutboxMessage
from tests.fixtures.order_document import ORDER


@dataclass
class Receiver:
    """A web hook that takes what Apprise posts."""

    url: str = ""
    status: int = 200
    leads_to: str = ""
    hangs_up: bool = False
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    known = Receiver()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            known.bodies.append(json.loads(self.rfile.read(length)))
            known.keys.append(self.headers["Idempotency-Key"])
            if known.hangs_up:
                self.close_connection = True
                return
            self.send_response(known.status)
            self.send_header("Location", known.leads_to)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep the tests' output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    known.url = f"json://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


def shop(*urls: str) -> Tenant:
    policy = ShopPolicy(notify_urls=urls)
    return Tenant(id=TenantId(1), slug="acme", name="Acme Gifts", policy=policy)


def alert() -> OutboxMessage:
    payload = {"subject": "TEA is low", "text": "- TEA at SHOP: 4 on hand"}
    return OutboxMessage(idempotency_key="a", channel="alert", payload=payload)


def order() -> OutboxMessage:
    return OutboxMessage(idempotency_key="o", channel="purchase_order", payload=ORDER)


def test_an_alert_reaches_the_shops_web_hook(tmp_path: Path, receiver: Receiver) -> None:
    HouseCourier(tmp_path).deliver(alert(), shop(receiver.url))
    assert receiver.bodies[0]["title"] == "[Acme Gifts] TEA is low"
    assert receiver.bodies[0]["message"] == "- TEA at SHOP: 4 on hand"


def test_an_alert_that_is_not_taken_is_a_delivery_error(tmp_path: Path, receiver: Receiver) -> None:
    receiver.status = 500
    with pytest.raises(DeliveryError, match="not taken"):
        HouseCourier(tmp_path).deliver(alert(), shop(receiver.url))


def test_a_wrong_address_is_named_without_its_secret(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="nosuch") as caught:
        HouseCourier(tmp_path).deliver(alert(), shop("nosuch://user:hunter2@example.com"))
    assert "hunter2" not in str(caught.value)


def test_what_apprise_logs_of_a_wrong_address_is_not_heard(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for url in ("nosuch://user:hunter2@example.com", "mailto://user:hunter2@/?to=x"):
        with pytest.raises(DeliveryError):
            HouseCourier(tmp_path).deliver(alert(), shop(url))
    assert caplog.records == []
    assert capfd.readouterr().err == ""


def test_a_receiver_does_not_lead_an_alert_elsewhere(tmp_path: Path, receiver: Receiver) -> None:
    receiver.status, receiver.leads_to = 307, receiver.url.replace("json:", "http:") + "inside"
    with pytest.raises(DeliveryError, match="not taken"):
        HouseCourier(tmp_path).deliver(alert(), shop(receiver.url))
    assert len(receiver.bodies) == 1


def test_an_address_kept_from_before_cannot_read_files(tmp_path: Path) -> None:
    url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?template=/etc/passwd"
    with pytest.raises(DeliveryError, match="template="):
        HouseCourier(tmp_path).deliver(alert(), shop(url))


def test_two_addresses_in_one_are_not_two(tmp_path: Path, receiver: Receiver) -> None:
    HouseCourier(tmp_path).deliver(alert(), shop(f"{receiver.url}, {receiver.url}"))
    assert len(receiver.bodies) == 1


def test_orders_are_for_their_owners_eyes(tmp_path: Path) -> None:
    sent = tmp_path / "home" / "sent"
    HouseCourier(sent).deliver(order(), shop())
    paths = (sent, sent / "acme", sent / "acme" / "PO-00007.txt")
    assert [stat.S_IMODE(one.stat().st_mode) for one in paths] == [0o700, 0o700, 0o600]


def test_without_an_address_an_alert_stays_in_the_house(tmp_path: Path) -> None:
    HouseCourier(tmp_path / "sent").deliver(alert(), shop())
    assert not (tmp_path / "sent").exists()


def test_an_order_becomes_a_file_in_the_shops_folder(tmp_path: Path) -> None:
    HouseCourier(tmp_path).deliver(order(), shop())
    text = (tmp_path / "acme" / "PO-00007.txt").read_text(encoding="utf-8")
    assert "PURCHASE ORDER PO-00007" in text
    assert "Total: £24.50" in text


def test_the_same_order_twice_is_the_same_one_file(tmp_path: Path) -> None:
    for _ in range(2):
        HouseCourier(tmp_path).deliver(order(), shop())
    names = sorted(file.name for file in (tmp_path / "acme").iterdir())
    assert names == ["PO-00007.html", "PO-00007.txt"]


def test_control_characters_of_the_catalogue_do_not_reach_the_letter(tmp_path: Path) -> None:
    HouseCourier(tmp_path).deliver(order(), shop())
    text = (tmp_path / "acme" / "PO-00007.txt").read_text(encoding="utf-8")
    assert "\x1b" not in text
    assert "\t" not in text


def test_a_folder_that_cannot_be_written_is_a_delivery_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    with pytest.raises(DeliveryError, match="could not be written"):
        HouseCourier(blocked).deliver(order(), shop())


@pytest.mark.parametrize("slug", ["../elsewhere", "", "a/b"])
def test_a_shops_name_that_is_none_is_no_folder(slug: str, tmp_path: Path) -> None:
    shop = Tenant(id=TenantId(1), slug=slug, name="Shop")
    message = OutboxMessage(id=1, idempotency_key="k", channel="purchase_order", payload=ORDER)
    with pytest.raises(DeliveryError, match="order PO-00007: it was not written"):
        HouseCourier(folder=tmp_path / "sent").deliver(message, shop)
    assert not list(tmp_path.glob("**/*.txt"))


def test_a_receiver_that_hangs_up_leaves_a_doubt(tmp_path: Path, receiver: Receiver) -> None:
    receiver.hangs_up = True
    with pytest.raises(UncertainDeliveryError, match="may or may not"):
        HouseCourier(tmp_path).deliver(alert(), shop(receiver.url))


def test_a_gateway_that_waited_in_vain_leaves_a_doubt(tmp_path: Path, receiver: Receiver) -> None:
    receiver.status = 504
    with pytest.raises(UncertainDeliveryError):
        HouseCourier(tmp_path).deliver(alert(), shop(receiver.url))


@pytest.mark.parametrize("url", ["json://127.0.0.1:9/", "json://nowhere.invalid/"])
def test_what_reached_nobody_is_no_doubt(url: str, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="not taken") as caught:
        HouseCourier(tmp_path).deliver(alert(), shop(url))
    assert not isinstance(caught.value, UncertainDeliveryError)


def test_who_took_an_alert_gets_no_second_one_for_anothers_sake(
    tmp_path: Path, receiver: Receiver
) -> None:
    both = shop(receiver.url, "json://127.0.0.1:9/")
    with pytest.raises(DeliveryError) as caught:
        HouseCourier(tmp_path).deliver(alert(), both)
    reached = list(caught.value.reached)
    assert len(reached) == 1
    again = replace(alert(), payload={**alert().payload, "reached": reached})
    with pytest.raises(DeliveryError):
        HouseCourier(tmp_path).deliver(again, both)
    assert len(receiver.bodies) == 1


def test_a_message_has_the_same_key_however_often_it_arrives(
    tmp_path: Path, receiver: Receiver
) -> None:
    for key in ("alert:1", "alert:1", "alert:message:2024-05-01::caf\u00e9"):
        message = replace(alert(), idempotency_key=key)
        HouseCourier(tmp_path).deliver(message, shop(receiver.url))
    assert receiver.keys[0] == receiver.keys[1] != receiver.keys[2]


@contextmanager
def mail_server(*, greets: bool) -> Iterator[int]:
    """A mail server that hangs up when it is called, or once it has a whole letter; its port."""
    heard = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        caller, _ = heard.accept()
        with caller, caller.makefile("rwb", buffering=0) as line:
            if not greets:
                return
            line.write(b"220 mail\r\n")
            while line.readline().upper() != b"DATA\r\n":
                line.write(b"250 fine\r\n")
            line.write(b"354 go on\r\n")
            while line.readline() != b".\r\n":
                pass

    thread = threading.Thread(target=serve)
    thread.start()
    yield heard.getsockname()[1]
    thread.join()
    heard.close()


@pytest.mark.parametrize("greets", [True, False])
def test_a_letter_that_went_over_unanswered_is_in_doubt(greets: bool, tmp_path: Path) -> None:
    with mail_server(greets=greets) as port:
        url = f"mailto://127.0.0.1:{port}/?from=a@example.com&to=b@example.com&mode=insecure"
        with pytest.raises(DeliveryError) as caught:
            HouseCourier(tmp_path).deliver(alert(), shop(url))
    assert isinstance(caught.value, UncertainDeliveryError) is greets


def test_only_an_alert_with_recipients_must_not_be_repeated(tmp_path: Path) -> None:
    courier, somewhere = HouseCourier(tmp_path), shop("json://127.0.0.1:9/")
    assert courier.may_repeat(order(), somewhere)
    assert courier.may_repeat(alert(), shop())
    assert not courier.may_repeat(alert(), somewhere)
