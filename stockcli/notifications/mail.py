"""Orders by e-mail: one letter to one supplier, through the mail server of this installation."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from stockcli.domain.contacts import email_address
from stockcli.domain.errors import (
    DeliveryError,
    InvalidInputError,
    RefusedDeliveryError,
    UncertainDeliveryError,
)
from stockcli.notifications.letters import one_line
from stockcli.notifications.order_files import file_name, order_csv, order_json
from stockcli.notifications.order_letter import order_text, order_title
from stockcli.notifications.order_page import order_page

SECONDS = 30.0
"""How long the mail server may keep silent."""

# Seven bits alone: not every server between here and the supplier takes eight.
LETTER = SMTP.clone(cte_type="7bit")
PORTS = {"smtp": 25, "smtps": 465}
SUBMISSION_PORT = 587
GO_ON, TAKEN, ALSO_TAKEN = 354, 250, 251
NOT_NOW, NEVER, LOGIN_WANTED = 400, 500, 530
LONGEST_REASON = 160


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """The server that takes this installation's letters, and who they are from.

    Attributes:
        is_tls: whether it speaks TLS from the first word.
        starttls: whether it is asked for TLS, without which nothing is said.
        patience_seconds: how long it may keep silent.
    """

    host: str
    port: int
    sender: str
    is_tls: bool = False
    starttls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    patience_seconds: float = SECONDS

    @classmethod
    def of(cls, url: str, sender: str) -> MailServer:
        """Return the server of STOCK_SMTP_URL, such as smtp://user:password@host:587?starttls."""
        parts = urlsplit(url)
        starttls = parts.query == "starttls"
        usual = SUBMISSION_PORT if starttls else PORTS[parts.scheme]
        return cls(
            host=parts.hostname or "",
            port=parts.port or usual,
            sender=sender,
            is_tls=parts.scheme == "smtps",
            starttls=starttls,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    def send(self, letter: EmailMessage, to: str) -> None:
        """Hand one letter over for one recipient.

        Raises:
            UncertainDeliveryError: it went over, and the answer never came.
            RefusedDeliveryError: the server will not take it for this recipient, ever.
            DeliveryError: it was not taken this time.
        """
        with self._connected() as server:
            answer = _asked(server.mail, self.sender)
            if answer[0] != TAKEN:
                # The operator can mend whom letters are from, so this is not for good.
                raise DeliveryError(_refusal("the sender", *answer))
            answer = _asked(server.rcpt, to)
            if answer[0] not in (TAKEN, ALSO_TAKEN):
                raise _refused(f"the recipient {to}", *answer)
            answer = _asked(server.docmd, "DATA")
            if answer[0] != GO_ON:
                raise _refused("the letter", *answer)
            answer = _handed_over(server, letter)
            if answer[0] != TAKEN:
                raise _refused("the letter", *answer)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Open a conversation, greeted, encrypted and signed in as it must be."""
        try:
            server = self._opened()
        except OSError as error:  # of which every SMTPException is one
            raise _unreachable(error) from None
        try:
            self._sign_in(server)
            yield server
            # It has the letter or not by now: how it says goodbye changes nothing.
            with suppress(OSError):
                server.quit()
        finally:
            server.close()

    def _opened(self) -> smtplib.SMTP:
        if self.is_tls:
            return smtplib.SMTP_SSL(
                self.host,
                self.port,
                timeout=self.patience_seconds,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(self.host, self.port, timeout=self.patience_seconds)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        try:
            server.ehlo_or_helo_if_needed()
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
        except smtplib.SMTPAuthenticationError as error:
            # What a server answers to a password may hold it.
            said = f"the mail server refused user and password ({error.smtp_code})"
            raise DeliveryError(said, "check STOCK_SMTP_URL") from None
        except OSError as error:
            raise _unreachable(error) from None


def order_letter(order: Mapping[str, Any], *, sender: str, to: str, key: str) -> EmailMessage:
    """Return an order as a letter: words to read, a page to print, and lines for programs.

    Args:
        key: the same for the same revision of the same order, however often it is sent.
    """
    letter = EmailMessage(policy=LETTER)
    shop, supplier = one_line(order["shop"]), one_line(order["supplier"])
    letter["From"] = Address(display_name=shop, addr_spec=sender)
    letter["To"] = Address(display_name=supplier, addr_spec=to)
    letter["Subject"] = f"{order_title(order)} - {shop}"
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    letter.set_content(order_text(order))
    for subtype, text in (("html", order_page(order)), ("csv", order_csv(order))):
        letter.add_attachment(text, subtype=subtype, filename=file_name(order, subtype))
    written = order_json(order).encode()
    letter.add_attachment(
        written, maintype="application", subtype="json", filename=file_name(order, "json")
    )
    return letter


def supplier_address(order: Mapping[str, Any]) -> str:
    """Return where an order's letter goes.

    Raises:
        RefusedDeliveryError: the supplier has no address that a letter could go to.
    """
    try:
        return email_address(str(order["supplier_email"]))
    except InvalidInputError:
        said = f"order {order['number']} was not sent: its supplier has no usable e-mail address"
        raise RefusedDeliveryError(said) from None


def _asked(ask: Callable[[str], tuple[int, bytes]], text: str) -> tuple[int, bytes]:
    """Take one step before the letter; after a failure here, nothing has left."""
    try:
        return ask(text)
    except OSError as error:
        raise _unreachable(error) from None


def _handed_over(server: smtplib.SMTP, letter: EmailMessage) -> tuple[int, bytes]:
    """Send the letter itself, and return what the server made of it.

    Raises:
        UncertainDeliveryError: the connection was lost on the way, or the answer is none.
    """
    # RFC 5321, section 4.5.2: a dot that begins a line is doubled; one alone ends the letter.
    body = re.sub(rb"(?m)^\.", b"..", letter.as_bytes())
    try:
        server.send(body + b".\r\n")
        code, said = server.getreply()
    except OSError:
        code, said = 0, b""
    if TAKEN <= code < GO_ON:
        return TAKEN, said
    if code < NOT_NOW:
        doubt = "the mail server did not say whether it took the letter"
        raise UncertainDeliveryError(doubt)
    return code, said


def _refused(what: str, code: int, said: bytes) -> DeliveryError:
    """Return what a server's refusal means: from 500 on, it will never do."""
    sentence = _refusal(what, code, said)
    # That it wants a password is for the operator to mend, and then it will do.
    is_final = code >= NEVER and code != LOGIN_WANTED
    return RefusedDeliveryError(sentence) if is_final else DeliveryError(sentence)


def _refusal(what: str, code: int, said: bytes) -> str:
    reason = one_line(said.decode("utf-8", "replace"))[:LONGEST_REASON]
    return f"the mail server refused {what}: {code} {reason}".rstrip()


def _unreachable(error: OSError) -> DeliveryError:
    """Return the sentence for a conversation that came to no letter."""
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"its certificate is not good: {error.verify_message}"
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        reason = str(error).rstrip(".")
    elif isinstance(error, TimeoutError | smtplib.SMTPServerDisconnected):
        reason = "it hung up, or kept silent for too long"
    elif isinstance(error, smtplib.SMTPException):
        reason = f"it does not answer as one ({type(error).__name__})"
    else:
        reason = error.strerror or type(error).__name__
    return DeliveryError(f"the mail server cannot be used: {reason}")
