"""Claude, through Anthropic's Messages API, streaming."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockcli.agent.providers.base import OnText, OnUsage, ToolSpec, Turn, TurnRequest
from stockcli.agent.providers.breaker import REST_SECONDS, Breaker, OnRest, told_nobody
from stockcli.agent.providers.claude_reply import read_reply, with_fresh_ids
from stockcli.agent.providers.faults import CLAUDE
from stockcli.agent.providers.tally import Tally
from stockcli.domain.errors import ProviderError

# Importing anthropic takes seconds: it is imported when the first client is made.
if TYPE_CHECKING:
    from anthropic import Anthropic
    from anthropic.types import CacheControlEphemeralParam, ToolParam

BASE_URL = "https://api.anthropic.com"
KEPT: CacheControlEphemeralParam = {"type": "ephemeral"}


class Claude:
    """Answers through the Messages API.

    Until a reply begins the client itself tries again; a reply that breaks off later raises
    BrokenReplyError and is the loop's to send again. Doing both for both would multiply.

    Args:
        model: such as "claude-haiku-5-5".
        api_key: of the Anthropic API.
        base_url: of the API; Anthropic's own if None.
        retries: of a request that was refused for the moment.
        read_timeout_seconds: longest silence within a reply.
        reply_timeout_seconds: longest time a reply may take from its first byte to its last.
        rest_seconds: how long nothing is asked after Claude was out of reach.
        on_rest: told for how many seconds the service asks to be left in peace.
    """

    costs_money = True

    def __init__(
        self,
        *,
        model: str,
        api_key: str,
        base_url: str | None = None,
        retries: int = 2,
        read_timeout_seconds: float = 60.0,
        reply_timeout_seconds: float = 600.0,
        rest_seconds: float = REST_SECONDS,
        on_rest: OnRest = told_nobody,
    ) -> None:
        """Make the client; nothing is sent yet.

        Raises:
            ProviderError: the base URL is none.
        """
        import anthropic  # noqa: PLC0415 - takes seconds
        import httpx2  # noqa: PLC0415 - comes with it

        from stockcli.agent.providers.claude_patience import Patience  # noqa: PLC0415 - imports them

        self.model = model
        self._breaker = Breaker(rest_seconds)
        try:
            self._client: Anthropic = anthropic.Anthropic(
                api_key=api_key,
                base_url=base_url or BASE_URL,
                max_retries=retries,
                timeout=httpx2.Timeout(read_timeout_seconds, connect=10.0),
                middleware=[Patience(reply_timeout_seconds, on_rest)],
            )
        except httpx2.InvalidURL as error:
            raise CLAUDE.unusable_address() from error

    def turn(self, request: TurnRequest, on_text: OnText, on_usage: OnUsage) -> Turn:
        """Return one whole reply."""
        with self._breaker.watching(nobody_waits=request.nobody_waits):
            return self._ask(request, on_text, on_usage)

    def _ask(self, request: TurnRequest, on_text: OnText, on_usage: OnUsage) -> Turn:
        import anthropic  # noqa: PLC0415 - loaded by now
        import httpx2  # noqa: PLC0415 - as above

        try:
            with self._client.messages.stream(**message_params(self.model, request)) as stream:
                turn = read_reply(stream, on_text, Tally(on_usage, request))
                return with_fresh_ids(turn, request.messages)
        except anthropic.APIStatusError as error:
            raise CLAUDE.refused(error.status_code, self.model, what=error.type) from error
        except anthropic.APITimeoutError as error:
            raise CLAUDE.silent() from error
        except anthropic.APIConnectionError as error:
            raise CLAUDE.unreachable() from error
        except httpx2.InvalidURL as error:
            raise CLAUDE.unusable_address() from error
        except anthropic.AnthropicError as error:
            raise ProviderError("Claude could not be asked: the client failed") from error


def message_params(model: str, request: TurnRequest) -> dict[str, Any]:
    """Return what the Messages API is sent for a turn; only the end of it is a shop's own."""
    return {
        "model": model,
        "max_tokens": request.max_output_tokens,
        # Tools and system text are every shop's: they are kept apart from what follows.
        "system": [{"type": "text", "text": request.system, "cache_control": KEPT}],
        "tools": [_tool_param(spec) for spec in request.tools],
        "messages": list(request.messages),
        "cache_control": KEPT,
    }


def _tool_param(spec: ToolSpec) -> ToolParam:
    from anthropic import transform_schema  # noqa: PLC0415 - loaded by now

    return {
        "name": spec.name,
        "description": spec.description,
        "input_schema": transform_schema(dict(spec.schema)),
        "strict": True,
    }
