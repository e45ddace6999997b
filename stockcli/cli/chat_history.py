"""The lines typed in a conversation, kept for the arrow keys."""

from __future__ import annotations

from prompt_toolkit.history import FileHistory

from stockcli.domain.hiding import without_secrets


class LineHistory(FileHistory):
    """A file of lines, in which a token that was pasted by mistake is not kept."""

    def store_string(self, string: str) -> None:
        """Append a line."""
        super().store_string(without_secrets(string))
