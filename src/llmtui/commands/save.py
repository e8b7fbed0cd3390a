"""Save a code block or a message to a file."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class SaveText(Plain):
    """Save a code block or a message to a file: a letter tells which"""

    name = "save"

    async def run(self, desk: Desk, words: str) -> None:
        desk.choose("save")
