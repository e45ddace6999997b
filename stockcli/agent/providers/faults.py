"""What went wrong with a service, in sentences of ours."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from stockcli.agent.providers.base import BrokenReplyError, Message
from stockcli.agent.providers.breaker import OutOfReachError
from stockcli.domain.errors import ProviderError

_WORD = re.compile(r"[a-z_]{1,40}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
MOST_CHARACTERS = 2_000_000
MOST_PARTS = 200
"""More than any reply has that was asked for: a server that goes on is mad, or means harm."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """A language model's service, as sentences name it.

    Attributes:
        name: begins a sentence.
        key: the variable that holds its key.
        address: the variable that holds its address.
        model_hint: what to do if it does not know the model.
    """

    name: str
    key: str
    address: str
    model_hint: str = "check STOCK_MODEL"

    def silent(self) -> OutOfReachError:
        """Return that nothing came in time."""
        return OutOfReachError(f"{self.name} did not answer in time")

    def unreachable(self) -> OutOfReachError:
        """Return that there is no connection."""
        return OutOfReachError(f"{self.name} cannot be reached: no connection")

    def unusable_address(self) -> ProviderError:
        """Return that its address is none."""
        return ProviderError(
            f"{self.name} cannot be asked: {self.address} is no web address",
            "give one such as https://gateway.example.com, or leave it out",
        )

    def broken(self, why: str) -> BrokenReplyError:
        """Return that a reply broke off."""
        return BrokenReplyError(f"{self.name}'s reply broke off: {why}")

    def refused(self, status: int, model: str, *, what: str | None = None) -> ProviderError:
        """Return why a request was refused.

        Args:
            status: of HTTP.
            model: that was asked for.
            what: the service's own word for it, a code and no sentence.
        """
        match status:
            case 401 | 403:
                return OutOfReachError(f"{self.name} refused the API key", f"check {self.key}")
            case 404:
                return ProviderError(f"{self.name} knows no model {model!r}", self.model_hint)
            case 429:
                says = f"{self.name} takes no more requests for now: the rate limit is reached"
                return OutOfReachError(says)
            case 503 | 529:
                return OutOfReachError(f"{self.name} is overloaded for now")
            case _ if status >= 500:  # noqa: PLR2004 - server errors
                return ProviderError(f"{self.name} is out of order for now (HTTP {status})")
            case _:
                return self.not_accepted(word_of(what) if what else f"HTTP {status}")

    def not_accepted(self, what: str) -> ProviderError:
        """Return that a request was refused for good."""
        return ProviderError(f"{self.name} did not accept the request ({what})")

    def ensure_bounded(self, *, characters: int, parts: int) -> None:
        """Pass while a reply is no longer than one may be.

        Raises:
            BrokenReplyError: it is.
        """
        if characters > MOST_CHARACTERS:
            raise self.broken("it is far too long")
        if parts > MOST_PARTS:
            raise self.broken("it has far too many parts")

    def whole_name(self, name: Any) -> str:
        """Return the name or id of a tool call.

        Raises:
            BrokenReplyError: it is none, or one that no service takes back.
        """
        if not isinstance(name, str) or not name:
            raise self.broken("a tool call has no name")
        if not _NAME.fullmatch(name):
            raise self.broken("a tool call has a name that is none")
        return name

    def sendable(self, blocks: list[dict[str, Any]]) -> Message:
        """Return what the assistant said as a message.

        Raises:
            BrokenReplyError: it cannot be stored and sent again as JSON.
        """
        try:
            json.dumps(blocks, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, TypeError, RecursionError) as error:
            raise self.broken("it cannot be read") from error
        return {"role": "assistant", "content": blocks}

    def whole_input(self, written: str) -> dict[str, Any]:
        """Return a tool's input, strictly parsed: a client may accept one that was cut.

        Raises:
            BrokenReplyError: it is not whole, no object, or holds what cannot be sent again.
        """
        try:
            arguments = json.loads(written or "{}")
            json.dumps(arguments, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, RecursionError) as error:
            raise self.broken("a tool's input is not whole") from error
        return self.object_of(arguments)

    def object_of(self, arguments: Any) -> dict[str, Any]:
        """Return a tool's input.

        Raises:
            BrokenReplyError: it is no object: no service takes such a call back.
        """
        if not isinstance(arguments, dict):
            raise self.broken("a tool's input is no object")
        return arguments


def word_of(what: Any) -> str:
    """Return a service's own word for an error; other text than a plain word is not repeated."""
    is_plain = isinstance(what, str) and _WORD.fullmatch(what)
    return what if is_plain else "an error of its own"


def without_halves(text: str) -> str:
    """Return a text without half characters, which come to grief where it is stored or shown."""
    return text.encode(errors="replace").decode()


CLAUDE = Service(name="Claude", key="ANTHROPIC_API_KEY", address="ANTHROPIC_BASE_URL")
