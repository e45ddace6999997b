"""Orders to a web address, posted to a real receiver: well, refused, silent, trickling, private."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stockcli.domain.errors import (
    DeliveryError,
    InvalidInputError,
    RefusedDeliveryError,
    UncertainDeliveryError,
)
from stockcli.domain.identifiers import TenantId
from stockcli.domain.shop import Tenant
from stockcli.notifications.order_ways import OrderWays, may_repeat
from stockcli.notifications.web_hooks import ensure_public_address
from tests.fakes.mail_server import free_port, make_certificate
from tests.fakes.web_hook import WebHook
from tests.fixtures.order_document import order_document

SHOP = Tenant(id=TenantId(1), slug="acme", name="Acme Gifts")
SECONDS = 1.0


@pytest.fixture
def hook() -> Iterator[WebHook]:
    with WebHook().running() as running:
        yield running


def post(url: str, tenant: Tenant = SHOP, *, may_be_private: bool = True, **changed: Any) -> None:
    document = order_document(**{"order_channel": "webhook", "webhook_url": url, **changed})
    ways = OrderWays(folder=Path(), may_be_private=may_be_private, web_seconds=SECONDS)
    ways.deliver(document, tenant)


def test_an_order_is_posted_as_json_and_nothing_of_how_it_left(hook: WebHook) -> None:
    post(hook.orders_url)
    (body,) = hook.orders
    assert (body["number"], body["lines"][0]["unit_cost"]) == ("PO-00007", 2.0417)
    assert not body.keys() & {"webhook_url", "order_channel"}
    assert hook.headers[0]["Content-Type"] == "application/json"


def test_the_address_may_hold_a_name_a_password_and_a_query(hook: WebHook) -> None:
    post(hook.orders_url.replace("//", "//ana:hunter%402@") + "a?key=1&n=caf\u00e9")
    assert hook.headers[0]["Authorization"] == "Basic YW5hOmh1bnRlckAy"
    assert hook.paths == ["/orders/a?key=1&n=caf%C3%A9"]


def test_an_order_posted_again_has_the_same_key_and_another_revision_another(hook: WebHook) -> None:
    for changed in ({}, {}, {"revision": 2}, {"number": "PO-8"}, {"placed_at": "2025-01-01"}):
        post(hook.orders_url, **changed)
    post(hook.orders_url, replace(SHOP, slug="other"))
    assert sorted(hook.keys.values()) == [1, 1, 1, 1, 2]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_answer_in_the_two_hundreds_is_yes(status: int, hook: WebHook) -> None:
    hook.status = status
    post(hook.orders_url)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 409, 410, 422])
def test_a_refusal_for_good_says_why_without_the_secret(status: int, hook: WebHook) -> None:
    hook.status = status
    with pytest.raises(RefusedDeliveryError, match=rf"PO-00007: .* answered {status}") as caught:
        post(hook.orders_url + "?key=hunter2")
    assert "hunter2" not in str(caught.value)
    assert len(hook.headers) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_what_may_go_better_later_is_tried_again(status: int, hook: WebHook) -> None:
    hook.status = status
    with pytest.raises(DeliveryError, match=f"answered {status}") as caught:
        post(hook.orders_url)
    assert type(caught.value) is DeliveryError


def test_a_gateway_that_waited_in_vain_leaves_a_doubt(hook: WebHook) -> None:
    hook.status = 504
    with pytest.raises(UncertainDeliveryError):
        post(hook.orders_url)


def test_a_receiver_that_keeps_silent_leaves_a_doubt(hook: WebHook) -> None:
    over = threading.Event()

    def wait() -> None:
        over.wait(10)

    hook.before_answering = wait
    with pytest.raises(UncertainDeliveryError, match="did not say whether it took the order"):
        post(hook.orders_url)
    over.set()


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "http://nowhere.invalid/"])
def test_what_reached_nobody_is_no_doubt(url: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        post(url.format(port=free_port()))
    assert type(caught.value) is DeliveryError


@contextmanager
def receiver(answer: bytes, *, pause: float = 0, tls: Path | None = None) -> Iterator[int]:
    """Run a receiver that answers one call a byte at a time, then hangs up; its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        caller, _ = listening.accept()
        with caller:
            try:
                if tls is not None:
                    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                    context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
                    caller = context.wrap_socket(caller, server_side=True)
                caller.recv(65536)
                for byte in answer:
                    caller.sendall(bytes([byte]))
                    time.sleep(pause)
            except OSError:
                pass  # whoever called is gone
            finally:
                caller.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        thread.join()
        listening.close()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 2", b"good morning\r\n\r\n"])
def test_a_receiver_that_hangs_up_or_babbles_leaves_a_doubt(answer: bytes) -> None:
    with receiver(answer) as port, pytest.raises(UncertainDeliveryError):
        post(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("is_tls", [False, True])
def test_a_receiver_that_trickles_keeps_nobody_waiting(
    is_tls: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    began = time.monotonic()
    tls = tmp_path if is_tls else None
    with receiver(b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n", pause=0.3, tls=tls) as port:
        with pytest.raises(UncertainDeliveryError):
            post(f"{'https' if is_tls else 'http'}://localhost:{port}/")
        assert time.monotonic() - began < 4 * SECONDS


def test_a_stranger_in_the_receivers_place_gets_nothing(tmp_path: Path) -> None:
    make_certificate(tmp_path)
    refused = pytest.raises(DeliveryError, match="its certificate is not good")
    with receiver(b"", tls=tmp_path) as port, refused as caught:
        post(f"https://localhost:{port}/")
    assert type(caught.value) is DeliveryError


PRIVATE = (
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f.1:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://0.0.0.0:{port}/",
)
HOUSES_OF_OTHERS = (
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://10.0.0.5/",
    "http://192.168.1.1/",
    "http://172.16.0.1/",
    "http://100.100.100.200/",
    "https://224.0.0.1/",
)


@pytest.mark.parametrize("url", PRIVATE + HOUSES_OF_OTHERS)
def test_an_order_does_not_go_into_the_house_unless_the_operator_lets_it(
    url: str, hook: WebHook
) -> None:
    there = url.format(port=hook.port)
    with pytest.raises(RefusedDeliveryError, match="leads into a private network"):
        post(there, may_be_private=False)
    with pytest.raises(InvalidInputError, match="leads into a private network"):
        ensure_public_address(there)
    assert hook.headers == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "example.com",
        "http://",
        "http://a b/",
        "http://a\r\nX: y/",
        "http://[::1",
        "http://a:99999/",
        "http://example.com\\@127.0.0.1/",
        "https://x/" + "y" * 2000,
    ],
)
def test_what_is_no_web_address_is_refused_for_good(url: str) -> None:
    with pytest.raises(RefusedDeliveryError, match="no web address"):
        post(url)
    with pytest.raises(InvalidInputError, match="no web address"):
        ensure_public_address(url)


def test_an_address_of_the_open_internet_or_not_known_yet_may_be_kept() -> None:
    for url in ("https://1.1.1.1/x", "https://nowhere.invalid/x"):
        ensure_public_address(url)


def test_without_an_address_the_order_is_given_up_and_only_a_file_may_be_repeated() -> None:
    with pytest.raises(RefusedDeliveryError, match="its supplier has no webhook URL"):
        post("")
    repeated = {
        way: may_repeat(order_document(order_channel=way)) for way in ("file", "email", "webhook")
    }
    assert repeated == {"file": True, "email": False, "webhook": False}
