"""Claude through the Message Batches API: half the price, within a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stockcli.agent.providers.base import BrokenReplyError, TurnRequest
from stockcli.agent.providers.claude import BASE_URL, message_params
from stockcli.agent.providers.claude_reply import turn_of, usage_of
from stockcli.agent.providers.faults import CLAUDE, word_of
from stockcli.domain.errors import NotSentError, ProviderError
from stockcli.usecases.ports import BatchReply, BatchState

if TYPE_CHECKING:
    from anthropic import Anthropic

PAGE = 100
READ_SECONDS = 60.0
_UNDECIDED = frozenset({408, 409})
"""Refusals after which the service may still have what it was sent."""

_NO_REPLY = {
    "expired": "the batch ended before its turn came",
    "canceled": "the batch was cancelled",
}
# What comes of JSON of another shape than was promised; the client does not check.
_GARBAGE = (ValueError, TypeError, LookupError, AttributeError)


class ClaudeBatches:
    """Hands over batches, and asks what became of them.

    Args:
        model: such as "claude-haiku-5-5".
        api_key: of the Anthropic API.
        base_url: of the API; Anthropic's own if None.
        read_timeout_seconds: longest silence of the service.
        retries: of a question that was refused for the moment; a batch is handed over once.
    """

    def __init__(
        self,
        *,
        model: str,
        api_key: str,
        base_url: str | None = None,
        read_timeout_seconds: float = READ_SECONDS,
        retries: int = 2,
    ) -> None:
        """Make the client; nothing is sent yet.

        Raises:
            ProviderError: the base URL is none.
        """
        import anthropic  # noqa: PLC0415 - takes seconds
        import httpx2  # noqa: PLC0415 - comes with it

        from stockcli.agent.providers.claude_patience import Patience  # noqa: PLC0415 - imports them

        self.model = model
        try:
            self._client: Anthropic = anthropic.Anthropic(
                api_key=api_key,
                base_url=base_url or BASE_URL,
                max_retries=retries,
                timeout=httpx2.Timeout(read_timeout_seconds, connect=10.0),
                middleware=[Patience(10 * read_timeout_seconds)],
            )
        except httpx2.InvalidURL as error:
            raise CLAUDE.unusable_address() from error

    def body(self, request: TurnRequest) -> dict[str, Any]:
        """Return what is sent for a turn."""
        return message_params(self.model, request)

    def create(self, requests: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
        """Hand over one batch of (custom id, body), once; return its id.

        Raises:
            NotSentError: the service has no such batch, for certain.
            ProviderError: whether it has one is not known.
        """
        asked: Any = [{"custom_id": name, "params": body} for name, body in requests]
        # A second try could bill a second batch.
        client = self._client.with_options(max_retries=0)
        with self._in_our_words(sending=True):
            return _text(client.messages.batches.create(requests=asked).id)

    def state(self, batch_id: str) -> BatchState:
        """Return how far a batch is.

        Raises:
            ProviderError: it cannot be told.
        """
        with self._in_our_words():
            return _state(self._client.messages.batches.retrieve(batch_id))

    def created_since(self, instant: datetime) -> list[BatchState]:
        """Return every batch created since an instant, newest first.

        Raises:
            ProviderError: it cannot be told.
        """
        found: list[BatchState] = []
        with self._in_our_words():
            for page in self._client.messages.batches.list(limit=PAGE).iter_pages():
                states = [_state(batch) for batch in _listed(page)]
                since = [state for state in states if state.created_at >= instant]
                found += since
                if len(since) < len(states):  # newest first
                    break
        return found

    def replies(self, batch_id: str) -> dict[str, BatchReply]:
        """Return what came of each request of a batch that ended, by its custom id.

        Raises:
            ProviderError: it cannot be told.
        """
        with self._in_our_words():
            results = self._client.messages.batches.results(batch_id)
            return {_text(one.custom_id): _reply(one.result) for one in results}

    @contextmanager
    def _in_our_words(self, *, sending: bool = False) -> Iterator[None]:
        """Say in a sentence what went wrong; while sending, whether anything was sent."""
        import anthropic  # noqa: PLC0415 - loaded by now
        import httpx2  # noqa: PLC0415 - as above

        try:
            yield
        except anthropic.APIStatusError as error:
            refused = CLAUDE.refused(error.status_code, self.model, what=error.type)
            if not sending and error.status_code == 404:  # noqa: PLR2004 - not found
                refused = ProviderError("Claude knows no such batch")
            if sending and 400 <= error.status_code < 500:  # noqa: PLR2004 - refusals
                refused = _unless_undecided(error.status_code, refused)
            raise refused from error
        except anthropic.APIConnectionError as error:
            said = CLAUDE.unreachable()
            if sending and isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
                raise NotSentError(said.message, said.hint) from error
            raise said from error
        except httpx2.InvalidURL as error:
            unusable = CLAUDE.unusable_address()
            raise NotSentError(unusable.message, unusable.hint) from error
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise CLAUDE.broken("the connection was lost") from error
        except (anthropic.AnthropicError, *_GARBAGE) as error:
            raise CLAUDE.broken("it cannot be read") from error


def _unless_undecided(status: int, refused: ProviderError) -> ProviderError:
    if status in _UNDECIDED:
        return refused
    return NotSentError(refused.message, refused.hint)


def _state(batch: Any) -> BatchState:
    created_at = batch.created_at
    if not isinstance(created_at, datetime) or created_at.tzinfo is None:
        raise ValueError("a batch without the time it was created")
    has_ended = batch.processing_status == "ended"
    return BatchState(batch_id=_text(batch.id), created_at=created_at, has_ended=has_ended)


def _reply(result: Any) -> BatchReply:
    """Return what came of one request; only a whole reply counts."""
    if result.type != "succeeded":
        code = getattr(getattr(getattr(result, "error", None), "error", None), "type", None)
        reported = f"Claude reported {word_of(code) if code else 'an error'}"
        return BatchReply(failure=_NO_REPLY.get(result.type, reported))
    usage = usage_of(result.message.usage)
    try:
        return BatchReply(reply=turn_of(result.message, usage, {}), usage=usage)
    except BrokenReplyError as error:
        return BatchReply(failure=error.message, usage=usage)


def _listed(page: Any) -> list[Any]:
    """Return a page's batches; a page without a list is no empty one."""
    if not isinstance(page.data, list):
        raise ValueError("a page without batches")  # noqa: TRY004 - garbage like the rest
    return page.data


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a name is missing")
    return value
