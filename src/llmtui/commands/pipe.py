"""Pipe a code block or a message into a command."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class PipeText(Plain):
    """Pipe a code block or a message into a command of your shell: a letter tells which"""

    name = "pipe"

    async def run(self, desk: Desk, words: str) -> None:
        desk.choose("pipe")
