"""A small real mail server that takes every letter, and shows it as a mail program would."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class LetterBox:
    """The server, as a test sees it: its Apprise URL, and the letters it took."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.takes_letters = True
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]

    @property
    def url(self) -> str:
        """Where a shop's alerts go to arrive here."""
        return (
            f"mailto://127.0.0.1:{self._port}/?from=stock@acme.example&to=ana@acme.example"
            "&mode=insecure"
        )

    @property
    def subjects(self) -> list[str]:
        """The letters' subjects, oldest first."""
        return [letter["Subject"] for letter in self.letters]

    @property
    def texts(self) -> list[str]:
        """What the letters say, as plain text, oldest first."""
        return [text_of(letter) for letter in self.letters]

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if not self.takes_letters:
            return "451 the box is full"
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Take letters for a while."""
        controller = Controller(self, hostname="127.0.0.1", port=self._port)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


def text_of(letter: EmailMessage) -> str:
    """Return a letter's words: of several parts, the plain text."""
    body = letter.get_body(("plain", "html"))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n").strip()
