"""Text a model wrote, made safe for a terminal, and cut into blocks while it arrives."""

from __future__ import annotations

import re

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_PERHAPS_A_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)]?)?")
_ITEM = re.compile(r"(?:[-*+]|(\d{1,9})[.)])\s")
"""An item of a list that stands in no other."""
_FENCE = re.compile(r"\s*(`{3,}|~{3,})(.*)")
_MARKS_ONLY = re.compile(r"[-=#*+>|:_`~\s]*|\s*\d{1,9}[.)]?\s*")
"""What a last line may be that does not yet say what it becomes."""


def harmless(text: str) -> str:
    """Return text without control, invisible and direction-turning characters.

    Line ends and tabs stay. A terminal would obey an escape sequence that text from a catalogue
    or a model holds: move the cursor, write the clipboard, fake a question. Without its first
    character it is plain text, wherever a stream was cut.

    >>> harmless("a\\x1b[2Jb\\x07c\\n")
    'a[2Jbc\\n'
    """
    return _INVISIBLE.sub("", text)


def end_of_first_block(text: str) -> int:
    """Return where the first finished block ends; 0 while it may still grow.

    A block ends at a blank line that is not inside a fenced one. The items of a list are blocks
    of their own: each ends where the next one or something else begins.
    """
    position, fence, is_list, blank_at = 0, "", False, 0
    for line in text.splitlines(keepends=True):
        if blank_at and not (is_list and _goes_on(line)):
            return blank_at
        if is_list and not fence and _ITEM.match(line):
            return position
        blank_at = 0
        fence = _fence_after(line, fence)
        position += len(line)
        if not line.endswith("\n"):
            return 0
        if line.strip():
            is_list = is_list or bool(_LIST_ITEM.match(line))
        elif not fence and text[:position].strip():
            blank_at = position
    return 0 if is_list else blank_at


def item_number(block: str) -> int | None:
    """Return the number of the item that a block is; 0 if it has none, None if it is no item.

    >>> item_number("2. two"), item_number("- two"), item_number("two")
    (2, 0, None)
    """
    found = _ITEM.match(block.lstrip("\n"))
    return int(found.group(1) or 0) if found else None


def renumbered(block: str, number: int) -> str:
    """Return an item's block under another number.

    >>> renumbered("1. two", 2)
    '2. two'
    """
    return re.sub(r"\d+", str(number), block, count=1)


def healed(text: str) -> str:
    """Return a block that is still being written as it looks once its marks are closed.

    >>> healed("The **first")
    'The **first**'
    >>> healed("Two lines\\n-")
    'Two lines'
    """
    if open_fence(text):
        return text
    body, _, last = text.rpartition("\n")
    if body.strip() and _MARKS_ONLY.fullmatch(last):
        return body
    whole = text.rstrip("*`") if _is_odd(text) else text
    for mark in ("`", "**"):
        if whole.count(mark) % 2:
            whole = f"{whole.rstrip()}{mark}"
    return whole


def open_fence(text: str) -> str:
    """Return the marks of the fenced block that text ends in; empty outside of one."""
    fence = ""
    for line in text.splitlines():
        fence = _fence_after(line, fence)
    return fence


def _is_odd(text: str) -> bool:
    return bool(text.count("**") % 2 or text.count("`") % 2 or text.endswith(" *"))


def _fence_after(line: str, fence: str) -> str:
    """Return the fence that is open after a line: as many marks or more, and alone, close it."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    marks, rest = found.groups()
    if not fence:
        return "" if "`" in rest else marks
    return "" if marks.startswith(fence) and not rest.strip() else fence


def _goes_on(line: str) -> bool:
    is_undecided = _PERHAPS_A_LIST_ITEM.fullmatch(line)
    return bool(is_undecided or line.startswith((" ", "\t")) or _LIST_ITEM.match(line))
