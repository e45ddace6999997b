"""Running a feed: batches in, answers out once they are durable, and patience in between."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stockcli.cli.common import remark
from stockcli.cli.feed_streams import Ending, LineReader, Pace
from stockcli.domain.errors import DatabaseError, RateLimitedError
from stockcli.usecases.feeding import Answer, AnswerStatus, Refusal, TillLine, book_batch, read_line
from stockcli.usecases.ports import Clock, UnitOfWork

SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0
Line = TillLine | Refusal


@dataclass(kw_only=True)
class Summary:
    """What came of a feed.

    Attributes:
        was_ended: whether a signal ended it before the lines did.
    """

    counts: Counter[AnswerStatus] = field(default_factory=Counter)
    batches: int = 0
    was_ended: bool = False

    @property
    def refused(self) -> int:
        """Return how many lines were refused."""
        return self.counts[AnswerStatus.REFUSED]

    def __str__(self) -> str:
        told = ", ".join(f"{self.counts[status]:,} {status}" for status in AnswerStatus)
        batches = "1 batch" if self.batches == 1 else f"{self.batches:,} batches"
        return f"{self.counts.total():,} lines in {batches}: {told}"


class Feed:
    """One till's feed.

    Args:
        patience_seconds: how long a batch is tried again while the database cannot be used.
        quiet: whether only refusals are answered.
    """

    def __init__(
        self, unit: UnitOfWork, clock: Clock, *, patience_seconds: float, quiet: bool
    ) -> None:
        self._unit, self._clock = unit, clock
        self._patience_seconds, self._quiet = patience_seconds, quiet
        self._ending = Ending()
        self.summary = Summary()

    def run(self, descriptor: int, pace: Pace) -> None:
        """Book what a descriptor says until it ends, or a signal asks to.

        Raises:
            DatabaseError: it could not be used for too long; what was not answered is not
                known to be booked.
        """
        with self._ending.listening():
            reader = LineReader(descriptor, self._ending)
            for batch in reader.batches(pace):
                answers = self._booked([read_line(raw) for _, raw in batch])
                if answers is None:
                    break
                self._tell(answers, (number for number, _ in batch))
        self.summary.was_ended = self._ending.asked

    def _booked(self, lines: Sequence[Line]) -> list[Answer] | None:
        """Return the answers to a batch, however often it must be tried; None to end without."""
        tried_seconds, pause = 0.0, SHORTEST_PAUSE_SECONDS
        while True:
            try:
                return book_batch(self._unit, lines, now=self._clock.now())
            except RateLimitedError as error:
                self._say_once(tried_seconds, error.message)
            except DatabaseError as error:
                if tried_seconds >= self._patience_seconds:
                    raise
                self._say_once(tried_seconds, error.message)
            self._ending.wait(pause)
            if self._ending.asked:
                return None
            tried_seconds += pause
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    @staticmethod
    def _say_once(tried_seconds: float, why: str) -> None:
        if not tried_seconds:
            remark(f"{why}; the lines at hand are kept and tried again")

    def _tell(self, answers: Sequence[Answer], numbers: Iterable[int]) -> None:
        told = [
            json.dumps(
                {
                    "line": number,
                    "id": answer.id,
                    "status": answer.status,
                    "reason": answer.reason,
                }
            )
            for number, answer in zip(numbers, answers, strict=True)
            if not self._quiet or answer.status is AnswerStatus.REFUSED
        ]
        self.summary.batches += 1
        self.summary.counts.update(answer.status for answer in answers)
        if told:
            sys.stdout.write("\n".join((*told, "")))
            sys.stdout.flush()
