"""Names people give to shops and tokens."""

from __future__ import annotations

LONGEST_NAME = 80


def short_name(text: str, option: str) -> str:
    """Return a name on one line, without control characters or needless blanks.

    Args:
        text: as it was typed.
        option: where it was given, such as "--label".

    Raises:
        InvalidInputError: nothing is left, or more than 80 characters.
    """
    from stockcli.cli.render import clean
    from stockcli.domain.errors import InvalidInputError

    name = " ".join(clean(text).split())
    if not name:
        message = f"{option} is empty"
        raise InvalidInputError(message, f"give 1 to {LONGEST_NAME} characters, or leave it out")
    if len(name) > LONGEST_NAME:
        message = f"{option} has {len(name)} characters: give {LONGEST_NAME} at most"
        raise InvalidInputError(message)
    return name
