"""The OpenAI-compatible provider against llmock, a server we did not write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from stockcli.agent.limits import Limits
from stockcli.agent.providers.base import asked
from stockcli.agent.providers.openai_compatible import OpenAiCompatible
from stockcli.agent.tools.toolbox import tool
from stockcli.domain.errors import ProviderError
from tests.integration.agent.conformance.asking import Talk, Warehouse
from tests.integration.agent.foreign.local_http import sent

INSIDE_THE_CALL = {"after_chunks": 4}
ORDER = {
    "type": "reply",
    "tool_calls": [{"name": "order", "arguments": {"sku": "MILK", "quantity": 1200}}],
}
REFUSALS: dict[str, Mapping[str, Any]] = {
    "short rate limit": {"type": "fail", "status": 429, "retry_after": 0.05},
    "server error": {"type": "fail", "status": 500, "retry_after": 0.05},
    "overloaded": {"type": "fail", "status": 503, "retry_after": 0.05},
}
BROKEN: dict[str, Mapping[str, Any]] = {
    "arguments": {"type": "tool_fault", "kind": "malformed_arguments"},
    **{
        kind: {"type": "stream_fault", "kind": kind, "stall_seconds": 20, **INSIDE_THE_CALL}
        for kind in ("disconnect", "truncate", "malformed", "stall")
    },
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    from llmock.testing import LLMockServer

    with LLMockServer() as running:
        yield running.url


@pytest.fixture
def warehouse() -> Warehouse:
    return Warehouse()


@pytest.fixture
def conversation(server: str, warehouse: Warehouse) -> Talk:
    sent(f"{server}/_llmock/reset")
    provider = OpenAiCompatible(
        model="openai:gpt-4o", api_key="k", base_url=f"{server}/v1", read_timeout_seconds=1.0
    )
    return Talk(
        provider=provider,
        tools=[tool(warehouse.order, warehouse.preview)],
        limits=Limits(resend_delay_seconds=0.06),
    )


def will(server: str, *behaviours: Mapping[str, Any]) -> None:
    sent(f"{server}/_llmock/scenario", {"behaviors": behaviours})


def findings(server: str) -> set[str]:
    verdict = sent(f"{server}/_llmock/verdict", method="GET")
    return {finding["code"] for finding in verdict["findings"]}


@pytest.mark.parametrize("fault", [*REFUSALS, *BROKEN])
def test_a_passing_fault_is_survived_with_one_effect(
    server: str, conversation: Talk, warehouse: Warehouse, fault: str
) -> None:
    again = [BROKEN[fault], ORDER] if fault in BROKEN else [REFUSALS[fault]]
    will(server, *again, ORDER, {"type": "reply", "text": "Ordered."})
    turn = conversation.asks("order 1200 milk")
    assert turn is not None
    assert (turn.text, warehouse.ordered) == ("Ordered.", [1200])
    # A reply this short may be whole before we hang up on it: then it was not ignored either.
    assert findings(server) <= ({"malformed_chunk_ignored"} if fault == "malformed" else set())


@pytest.mark.parametrize(
    ("status", "said"), [(400, "accept"), (401, "API key"), (404, "knows no model")]
)
def test_a_lasting_refusal_is_not_asked_again(
    server: str, conversation: Talk, warehouse: Warehouse, status: int, said: str
) -> None:
    will(server, {"type": "fail", "status": status, "times": None})
    with pytest.raises(ProviderError, match=said):
        conversation.asks("order 1200 milk")
    assert len(sent(f"{server}/_llmock/requests", method="GET")["requests"]) == 1
    assert findings(server) == set()
    assert conversation.messages == [asked("order 1200 milk")]
