"""A till's feed: one movement a line, booked in batches, answered line by line."""

from __future__ import annotations

from stockcli.usecases.feeding.booking import Answer, AnswerStatus, book_batch
from stockcli.usecases.feeding.lines import LONGEST_LINE_BYTES, Refusal, TillLine, read_line

__all__ = [
    "LONGEST_LINE_BYTES",
    "Answer",
    "AnswerStatus",
    "Refusal",
    "TillLine",
    "book_batch",
    "read_line",
]
