"""The batches of the fake Messages API: made, ended when a test says so, and told about."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.fakes.replies import Reply, error_body, message_of

Ending = Callable[[dict[str, Any]], Reply | str]
"""Given a request's params: its reply, or "errored", "expired" or "canceled"."""
SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A response: its status and its body."""

    status: int
    body: bytes


@dataclass(kw_only=True)
class Batch:
    """A batch that was made."""

    id: str
    created_at: datetime
    requests: list[dict[str, Any]]
    results: list[dict[str, Any]] = field(default_factory=list)
    has_ended: bool = False


class Gate:
    """Holds a request up until a test lets it pass."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()

    def wait(self) -> None:
        self.reached.set()
        self.opened.wait(SECONDS)


class MessageBatches:
    """All batches, as a test sees them.

    Attributes:
        now: dates a new batch.
        refusal: the status that refuses to make one.
        hangs_up: whether one is made, and its maker never told.
        before, after: what holds up the making, before or after it is done.
        results_gate: what holds up the results.
        page: batches listed at a time.
        odd, odd_results: what is answered in place of everything, or of the results.
    """

    PATH: ClassVar[str] = "/v1/messages/batches"

    def __init__(self) -> None:
        self.made: list[Batch] = []
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.refusal = 0
        self.hangs_up = False
        self.before: Gate | None = None
        self.after: Gate | None = None
        self.results_gate: Gate | None = None
        self.page = 100
        self.odd: Answered | None = None
        self.odd_results = b""

    def end(self, ending: Ending) -> None:
        """End every batch, each request with what the function says."""
        for batch in self.made:
            if not batch.has_ended:
                batch.results = [
                    {"custom_id": one["custom_id"], "result": _result(ending, one["params"])}
                    for one in batch.requests
                ]
                batch.has_ended = True

    def create(self, body: dict[str, Any]) -> Answered | None:
        if self.odd:
            return self.odd
        if self.before:
            self.before.wait()
            return None
        if self.refusal:
            return _json(self.refusal, error_body("api_error"))
        batch = Batch(
            id=f"msgbatch_{len(self.made) + 1:03}",
            created_at=self.now(),
            requests=body["requests"],
        )
        self.made.append(batch)
        if self.after:
            self.after.wait()
        return None if self.hangs_up else _json(200, _described(batch, ""))

    def asked_for(self, path: str, address: str) -> Answered | None:
        if self.odd:
            return self.odd
        parts = urlsplit(path)
        name, _, rest = parts.path.removeprefix(self.PATH).strip("/").partition("/")
        if not name:
            return _json(200, self._listed(parse_qs(parts.query), address))
        found = next((batch for batch in self.made if batch.id == name), None)
        if found is None:
            return _json(404, error_body("not_found_error"))
        if rest != "results":
            return _json(200, _described(found, address))
        if self.results_gate:
            self.results_gate.wait()
        if self.odd_results:
            return Answered(status=200, body=self.odd_results)
        lines = [json.dumps(result) for result in reversed(found.results)]
        return Answered(status=200, body="\n".join(lines).encode())

    def _listed(self, query: dict[str, list[str]], address: str) -> dict[str, Any]:
        newest = list(reversed(self.made))
        if "after_id" in query:
            place = [batch.id for batch in newest].index(query["after_id"][0])
            newest = newest[place + 1 :]
        page = newest[: self.page]
        return {
            "data": [_described(batch, address) for batch in page],
            "has_more": len(newest) > len(page),
            "first_id": page[0].id if page else None,
            "last_id": page[-1].id if page else None,
        }


def _json(status: int, body: dict[str, Any]) -> Answered:
    return Answered(status=status, body=json.dumps(body).encode())


def _described(batch: Batch, address: str) -> dict[str, Any]:
    kinds = [result["result"]["type"] for result in batch.results]
    counts = {kind: kinds.count(kind) for kind in ("succeeded", "errored", "expired", "canceled")}
    results = f"{address}{MessageBatches.PATH}/{batch.id}/results"
    return {
        "id": batch.id,
        "type": "message_batch",
        "processing_status": "ended" if batch.has_ended else "in_progress",
        "request_counts": {"processing": len(batch.requests) - len(kinds), **counts},
        "created_at": batch.created_at.isoformat(),
        "expires_at": (batch.created_at + timedelta(days=1)).isoformat(),
        "ended_at": batch.created_at.isoformat() if batch.has_ended else None,
        "archived_at": None,
        "cancel_initiated_at": None,
        "results_url": results if batch.has_ended else None,
    }


def _result(ending: Ending, params: dict[str, Any]) -> dict[str, Any]:
    ended = ending(params)
    if isinstance(ended, Reply):
        return {"type": "succeeded", "message": message_of(ended, params["model"])}
    if ended == "errored":
        return {"type": "errored", "error": error_body("invalid_request_error")}
    return {"type": ended}
