"""What became of a review in a batch, as far as the service can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from stockcli.domain.batches import (
    BatchStatus,
    is_given_up,
    may_still_be_prepared,
    may_still_be_sending,
)
from stockcli.domain.errors import ProviderError
from stockcli.usecases.ports import BatchReply, BatchReviewer, BatchState, ReviewBatch

CLOCKS_APART = timedelta(minutes=15)
"""How far the service's clock may be from ours."""


class Fate(Enum):
    """What is known of a review."""

    WAITING = "waiting"
    NEVER_SENT = "never sent"
    ENDED = "ended"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of a review.

    Attributes:
        reply: what came of it, if it ended.
        batch_id: of its batch, as far as it is known.
        remark: one sentence.
    """

    fate: Fate
    remark: str
    batch_id: str = ""
    reply: BatchReply | None = None


class BatchLookup:
    """Asks about each batch once, however many shops are in it.

    Args:
        reviewer: who sent the batches; None if nobody can be asked.
        why_not: why nobody can be asked, as a sentence.
    """

    def __init__(self, reviewer: BatchReviewer | None, why_not: str = "") -> None:
        """Ask nothing yet."""
        self._reviewer = reviewer
        self._why_not = why_not
        self._states: dict[str, BatchState] = {}
        self._replies: dict[str, Mapping[str, BatchReply]] = {}
        self._listed: tuple[datetime, list[BatchState]] | None = None

    def verdict(self, row: ReviewBatch, now: datetime) -> Verdict:
        """Return what became of a review; what cannot be told is waited for, but not for ever."""
        if row.status is BatchStatus.PREPARED:
            return _of_prepared(row, now)
        try:
            found = self._find(row, now)
        except ProviderError as error:
            found = Verdict(fate=Fate.WAITING, batch_id=row.batch_id, remark=error.message)
        if found.fate is Fate.WAITING and is_given_up(row.submitted_at, now):
            said = f"nothing was heard of the batch in time ({found.remark})"
            return Verdict(fate=Fate.LOST, batch_id=found.batch_id, remark=said)
        return found

    def _find(self, row: ReviewBatch, now: datetime) -> Verdict:
        if self._reviewer is None:
            return Verdict(fate=Fate.WAITING, batch_id=row.batch_id, remark=self._why_not)
        if row.batch_id:
            return self._of_batch(self._reviewer, row)
        if may_still_be_sending(row.submitted_at, now):
            return Verdict(fate=Fate.WAITING, remark="it may still be on its way to the service")
        return self._of_unknown(self._reviewer, row)

    def _of_batch(self, reviewer: BatchReviewer, row: ReviewBatch) -> Verdict:
        batch_id = row.batch_id
        if batch_id not in self._states:
            self._states[batch_id] = reviewer.state(batch_id)
        if not self._states[batch_id].has_ended:
            said = f"batch {batch_id} is still in progress"
            return Verdict(fate=Fate.WAITING, batch_id=batch_id, remark=said)
        missing = BatchReply(failure="the batch ended without an answer for this shop")
        reply = self._replies_of(reviewer, batch_id).get(row.custom_id, missing)
        return Verdict(fate=Fate.ENDED, batch_id=batch_id, reply=reply, remark=reply.failure)

    def _of_unknown(self, reviewer: BatchReviewer, row: ReviewBatch) -> Verdict:
        """Look for a review whose batch was not written down among the batches since then."""
        since = row.submitted_at - CLOCKS_APART
        if self._listed is None or since < self._listed[0]:
            self._listed = (since, reviewer.created_since(since))
        states = [state for state in self._listed[1] if state.created_at >= since]
        for state in states:
            reply = state.has_ended and self._replies_of(reviewer, state.batch_id).get(
                row.custom_id
            )
            if reply:
                return Verdict(
                    fate=Fate.ENDED, batch_id=state.batch_id, reply=reply, remark=reply.failure
                )
        if all(state.has_ended for state in states):
            return Verdict(fate=Fate.NEVER_SENT, remark="its batch was never made")
        said = "its batch was not written down, and one that may be it is still in progress"
        return Verdict(fate=Fate.WAITING, remark=said)

    def _replies_of(self, reviewer: BatchReviewer, batch_id: str) -> Mapping[str, BatchReply]:
        if batch_id not in self._replies:
            self._replies[batch_id] = reviewer.replies(batch_id)
        return self._replies[batch_id]


def _of_prepared(row: ReviewBatch, now: datetime) -> Verdict:
    if may_still_be_prepared(row.submitted_at, now):
        return Verdict(fate=Fate.WAITING, remark="its batch is being prepared")
    return Verdict(fate=Fate.NEVER_SENT, remark="its batch was never made")
