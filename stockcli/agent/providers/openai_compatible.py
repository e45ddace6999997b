"""Any service that speaks OpenAI's chat completions: GPT, vLLM, llama.cpp, Ollama and others."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stockcli.agent.providers.base import (
    Message,
    OnText,
    OnUsage,
    ToolSpec,
    Turn,
    TurnRequest,
    text_of,
)
from stockcli.agent.providers.breaker import REST_SECONDS, Breaker, OnRest, told_nobody
from stockcli.agent.providers.openai_reply import MODEL_SERVER, read_reply
from stockcli.agent.providers.tally import Tally
from stockcli.domain.errors import ProviderError

# openai is an extra, and takes its time: it is imported when the first client is made.
if TYPE_CHECKING:
    from openai import OpenAI

PREFIX = "openai:"
BASE_URL = "https://api.openai.com/v1"
NOT_INSTALLED = "the package that asks OpenAI-compatible models is not installed"
INSTALL = "install it: pip install 'stockcli[openai]'"
NEWER_HOSTS = ("api.openai.com", ".azure.com")
"""Where `max_tokens` is refused; most other servers know no other name."""


class OpenAiCompatible:
    """Answers through chat completions; outside, messages keep the Messages API's shape.

    As with Claude the client tries again until a reply begins, and never after.

    Args:
        model: as the service names it, with or without the prefix "openai:".
        api_key: None for a server that wants none.
        base_url: of the API, its version included; OpenAI's own if None.
        retries: of a request that was refused for the moment.
        read_timeout_seconds: longest silence; a machine of one's own thinks long before it speaks.
        reply_timeout_seconds: longest time a reply may take from its first byte to its last.
        rest_seconds: how long nothing is asked after the service was out of reach.
        on_rest: told for how many seconds the service asks to be left in peace.
    """

    costs_money = True

    def __init__(
        self,
        *,
        model: str,
        api_key: str | None = None,
        base_url: str | None = None,
        retries: int = 2,
        read_timeout_seconds: float = 120.0,
        reply_timeout_seconds: float = 600.0,
        rest_seconds: float = REST_SECONDS,
        on_rest: OnRest = told_nobody,
    ) -> None:
        """Make the client; nothing is sent yet.

        Raises:
            ProviderError: the extra is not installed, or the base URL is none.
        """
        try:
            import openai  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise ProviderError(NOT_INSTALLED, INSTALL) from error
        import httpx2  # noqa: PLC0415 - comes with it

        from stockcli.agent.providers.waiting import PatientClient  # noqa: PLC0415 - imports it

        self._name = model.removeprefix(PREFIX)
        self.model = f"{PREFIX}{self._name}"
        self._breaker = Breaker(rest_seconds)
        try:
            self._client: OpenAI = openai.OpenAI(
                # Without one the client would take a key that was meant for somebody else.
                api_key=api_key or "none",
                base_url=base_url or BASE_URL,
                max_retries=retries,
                timeout=httpx2.Timeout(read_timeout_seconds, connect=10.0),
                http_client=PatientClient(MODEL_SERVER, reply_timeout_seconds, on_rest),
            )
        except httpx2.InvalidURL as error:
            raise MODEL_SERVER.unusable_address() from error

    def turn(self, request: TurnRequest, on_text: OnText, on_usage: OnUsage) -> Turn:
        """Return one whole reply."""
        with self._breaker.watching(nobody_waits=request.nobody_waits):
            return self._ask(request, on_text, on_usage)

    def _ask(self, request: TurnRequest, on_text: OnText, on_usage: OnUsage) -> Turn:
        import openai  # noqa: PLC0415 - loaded by now

        limit = self.most_tokens(request.max_output_tokens)
        body = request_body(self._name, request) | limit
        completions = self._client.chat.completions.with_streaming_response
        try:
            with completions.create(**body) as response:
                # Many servers never count the prompt: its estimate stands until one does.
                tally = Tally(on_usage, request)
                return read_reply(
                    response.http_response, on_text, tally, turn_number=len(request.messages)
                )
        except openai.APIStatusError as error:
            what = str(error.code or error.type or "") or None
            raise MODEL_SERVER.refused(error.status_code, self._name, what=what) from error
        except openai.APITimeoutError as error:
            raise MODEL_SERVER.silent() from error
        except openai.APIConnectionError as error:
            raise MODEL_SERVER.unreachable() from error
        except openai.OpenAIError as error:
            raise ProviderError("The model server could not be asked: the client failed") from error

    def most_tokens(self, count: int) -> dict[str, Any]:
        """Return the limit of a reply's tokens, by the name this server knows it."""
        is_newer = self._client.base_url.host.endswith(NEWER_HOSTS)
        return {"max_completion_tokens" if is_newer else "max_tokens": count}


def request_body(model: str, request: TurnRequest) -> dict[str, Any]:
    """Return what is sent for a turn, but for the limit of its tokens."""
    sent = [one for message in request.messages for one in _sent(message)]
    body = {
        "model": model,
        "messages": [{"role": "system", "content": request.system}, *_alternating(sent)],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    return body | ({"tools": [_function(spec) for spec in request.tools]} if request.tools else {})


def _alternating(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the messages with a person's in a row as one: some models insist on taking turns."""
    together: list[dict[str, Any]] = []
    for message in messages:
        if together and message["role"] == together[-1]["role"] == "user":
            together[-1] = message | {
                "content": f"{together[-1]['content']}\n\n{message['content']}"
            }
        else:
            together.append(message)
    return together


def _sent(message: Message) -> list[dict[str, Any]]:
    """Return a message as chat completions have it: the result of each tool is one of its own."""
    text, blocks = text_of(message), message["content"]
    if message["role"] == "assistant":
        calls = [_sent_call(block) for block in blocks if block["type"] == "tool_use"]
        said: dict[str, Any] = {"role": "assistant", "content": text}
        return [said | ({"tool_calls": calls} if calls else {})] if text or calls else []
    results = [_sent_result(block) for block in blocks if block["type"] == "tool_result"]
    return results + ([{"role": "user", "content": text}] if text else [])


def _sent_call(block: Mapping[str, Any]) -> dict[str, Any]:
    written = json.dumps(block["input"], ensure_ascii=False)
    function = {"name": block["name"], "arguments": written}
    return {"id": block["id"], "type": "function", "function": function}


def _sent_result(block: Mapping[str, Any]) -> dict[str, Any]:
    mark = "error: " if block.get("is_error") else ""
    content = f"{mark}{block['content']}"
    return {"role": "tool", "tool_call_id": block["tool_use_id"], "content": content}


def _function(spec: ToolSpec) -> dict[str, Any]:
    function = {"name": spec.name, "description": spec.description, "parameters": spec.schema}
    return {"type": "function", "function": function}
