"""A small real mail server that takes letters, refuses them, or dies over them."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SENDER = "orders@acme.example"


@dataclass
class MailBox:
    """The server, as a test sees it: what it took, and what it says.

    Attributes:
        says: by the step ("MAIL", "RCPT", "DATA"), what is answered instead of yes.
        before_answering: done with a whole letter in hand.
    """

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    before_answering: Callable[[], None] = lambda: None
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Its address, as STOCK_SMTP_URL takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, *_: Any
    ) -> str:
        if "MAIL" in self.says:
            return self.says["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, *_: Any
    ) -> str:
        if "RCPT" in self.says:
            return self.says["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if "DATA" in self.says:
            return self.says["DATA"]
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.recipients += envelope.rcpt_tos
        self.encrypted.append(session.ssl is not None)
        self.before_answering()
        return "250 taken"

    def sign_in(self, *known: Any) -> AuthResult:
        """Take one password."""
        given = known[-1]
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login, given.password))
        return AuthResult(success=given.password == b"hunter2", handled=False)


@contextmanager
def mail_box(*, auth: bool = False, tls: Path | None = None) -> Iterator[MailBox]:
    """Run the server.

    Args:
        auth: nobody who is not signed in may send.
        tls: a folder with cert.pem and key.pem; nothing is taken before STARTTLS.
    """
    box = MailBox()
    context = None
    if tls is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=box.sign_in if auth else None,
        auth_required=auth,
        auth_require_tls=False,
        tls_context=context,
        require_starttls=tls is not None,
    )
    controller.start()
    box.port = int(controller.port)
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as asked:
        return int(asked.getsockname()[1])


def make_certificate(folder: Path) -> None:
    """Write a certificate of localhost, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = (x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1")))
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    signed = (
        builder.not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    kept = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "key.pem").write_bytes(kept)


@contextmanager
def rude_server(dies_after: bytes, *, hangs: bool = False) -> Iterator[int]:
    """Run a mail server that hangs up, or falls silent, at a command or a letter's end; its port.

    Args:
        dies_after: a command such as b"RCPT", b"." for a whole letter, b"" for the call itself.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        caller, _ = listening.accept()
        with caller, caller.makefile("rwb", buffering=0) as line:
            _talk(line, dies_after)
            if hangs:
                over.wait(20)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        thread.join()
        listening.close()


def _talk(line: Any, dies_after: bytes) -> None:
    if not dies_after:
        return
    line.write(b"220 mail\r\n")
    while said := line.readline():
        if said.upper().startswith(dies_after) and (dies_after != b"." or said == b".\r\n"):
            return
        if said.upper() == b"DATA\r\n":
            line.write(b"354 go on\r\n")
            if dies_after == b".":
                while line.readline() != b".\r\n":
                    pass
                return
        else:
            line.write(b"250 fine\r\n")
